"""What goes over the bus: as small as can be, whole, and harmless when it is not ours."""

from __future__ import annotations

import struct
from base64 import b64decode
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinge.realtime.bus import (
    ConversationMoved,
    Joined,
    PresenceMoved,
    Reconnected,
    SessionEnded,
    TypingMoved,
    UnreadMoved,
    UserMoved,
)
from pinge.realtime.bus.encoding import hints, packed
from pinge.realtime.bus.nats import Servers, prefix
from pinge.realtime.bus.postgres import TAIL, addressed, payloads

IDS = st.uuids()
REVS = st.integers(0, 2**63 - 1)
HINTS = st.one_of(
    st.builds(SessionEnded, IDS, IDS),
    st.builds(ConversationMoved, IDS, REVS),
    st.builds(UserMoved, IDS, REVS),
    st.builds(Joined, IDS, IDS),
    st.builds(UnreadMoved, IDS, IDS),
    st.builds(PresenceMoved, IDS),
    st.builds(TypingMoved, IDS, IDS, st.booleans()),
    st.just(Reconnected()),
)


@given(st.lists(HINTS))
def test_hints_one_after_another_are_read_as_they_were_written(said):
    assert list(hints(b"".join(map(packed, said)))) == said


@given(st.binary(max_size=200))
def test_foreign_bytes_are_hints_of_nothing_or_refused(data):
    try:
        read = list(hints(data))
    except ValueError:
        return
    assert b"".join(map(packed, read)) == data


@given(st.binary(max_size=200))
def test_foreign_payloads_are_hints_of_nothing_or_refused(data):
    try:
        list(addressed(data, {1, 2, 3}))
    except (ValueError, struct.error):
        return


@given(st.lists(st.tuples(HINTS, st.lists(IDS, min_size=1, unique=True).map(tuple)), min_size=1))
def test_a_payload_lets_through_what_is_on_a_topic_that_is_followed(said):
    followed = {topic.int & TAIL for _, topics in said[::2] for topic in topics[:1]}
    expected = [
        hint
        for hint, topics in said
        if not followed.isdisjoint(topic.int & TAIL for topic in topics)
    ]

    heard = [hint for text in payloads(said) for hint in addressed(b64decode(text), followed)]

    assert heard == expected


@pytest.mark.parametrize("topics", [0, 1, 101, 699, 700, 701, 5000])
def test_no_payload_is_longer_than_postgresql_takes(topics):
    said = [(SessionEnded(uuid4(), uuid4()), tuple(uuid4() for _ in range(topics)))] * 20

    texts = list(payloads(said))

    assert max(map(len, texts)) < 8000
    for topic in said[0][1][:1] + said[0][1][-1:]:
        followed = {topic.int & TAIL}
        heard = [hint for text in texts for hint in addressed(b64decode(text), followed)]
        assert heard == [said[0][0]] * 20


def test_what_is_for_everybody_needs_no_topic():
    (text,) = payloads([(Reconnected(), ())])

    assert list(addressed(b64decode(text), set())) == [Reconnected()]


def test_a_hint_takes_few_bytes():
    assert len(packed(ConversationMoved(uuid4(), 1))) == 25
    assert len(packed(SessionEnded(uuid4(), uuid4()))) == 33


def test_servers_are_read_as_they_are_set():
    assert Servers.of("nats://one:1,[::1]:2") == Servers(["nats://one:1", "nats://[::1]:2"])
    assert Servers.of("nats://u:p%40%3A@one:1") == Servers(["nats://one:1"], "u", "p@:")
    assert Servers.of("nats://t@one:1") == Servers(["nats://one:1"], token="t")
    assert "p@:" not in repr(Servers.of("nats://u:p%40%3A@one:1"))
    assert "hush" not in repr(Servers.of("nats://hush@one:1"))


def test_subjects_of_two_keys_differ_and_do_not_tell_them():
    assert prefix("a" * 32) != prefix("b" * 32)
    assert "a" * 3 not in prefix("a" * 32)
