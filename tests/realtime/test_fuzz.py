"""Whatever a client says, it is answered, the socket stays open, and nothing breaks on our side."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinge.realtime.commands import COMMANDS

NAMES = (
    *("client_id", "content", "receiver_id", "group_id", "conversation_id", "seq", "message_ids"),
    *("epoch", "user_rev", "conversations", "message_id", "base_rev", "scope"),
)
UUIDS = st.uuids().map(str)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(max_size=40) | UUIDS
VALUES = st.recursive(
    SCALARS | st.dictionaries(UUIDS, st.lists(st.integers(), max_size=3), max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ANSWERS = {"ack", "error", "pong", "resync", "resumed"}


async def answered(socket, frame):
    """Every frame until the answer to a ping that follows it."""
    marker = str(uuid4())
    await socket.ws.send_json(frame)
    await socket.say("ping", id=marker)
    heard = []
    while (told := await socket.next()).get("id") != marker:
        heard.append(told)
    return heard


async def test_every_command_survives_every_payload(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    socket = await ann.live()
    kinds = sorted(pinge.app[COMMANDS]._known)
    known = st.sampled_from([bob.user_id, ann.user_id])
    payloads = st.dictionaries(st.sampled_from(NAMES), VALUES | known, max_size=5) | VALUES
    frames = st.fixed_dictionaries(
        {"type": st.sampled_from(kinds) | VALUES, "payload": payloads}, optional={"id": VALUES}
    )

    for frame in examples(frames, 400):
        for told in await answered(socket, frame):
            assert told["event"] in ANSWERS, (frame, told)
            assert told["data"].get("code") != "internal_error", (frame, told)

    await bob.write(ann, "still there?")
    assert (await socket.next("new_direct_message"))["data"]["content"] == "still there?"


def examples(strategy, count):
    """So many, the same in every run."""
    found = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(drawn):
        found.append(drawn)

    collect()
    return found
