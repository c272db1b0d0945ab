"""What goes through a bus between processes, and what stays out."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import nats
import pytest

from pinge.realtime.bus import (
    ConversationMoved,
    PresenceMoved,
    Reconnected,
    SessionEnded,
    TypingMoved,
    UnreadMoved,
    UserMoved,
)
from pinge.realtime.bus.nats import prefix
from tests.broker import Broker

ON_POSTGRES = pytest.mark.parametrize("start", ["postgres"], indirect=True)
ON_NATS = pytest.mark.parametrize("start", ["nats"], indirect=True)


async def test_every_kind_of_hint_reaches_who_follows_a_topic(pair):
    here, there = pair
    topic = uuid4()
    said = [
        SessionEnded(uuid4(), topic),
        ConversationMoved(uuid4(), 2**63 - 1),
        UserMoved(topic, 0),
        UnreadMoved(topic, uuid4()),
        PresenceMoved(uuid4()),
        TypingMoved(uuid4(), topic, is_typing=True),
        TypingMoved(uuid4(), topic, is_typing=False),
    ]
    await there.follow(uuid4(), topic)

    for hint in said:
        here.bus.publish(hint, uuid4(), topic)

    assert [await there.hears() for _ in said] == said


async def test_who_does_not_follow_a_topic_does_not_hear_of_it(pair):
    here, there = pair
    followed, other, left = uuid4(), uuid4(), uuid4()
    await there.follow(followed, left)
    there.bus.unfollow(left)
    await there.bus.settled()

    here.bus.publish(UserMoved(other, 1), other)
    here.bus.publish(UserMoved(left, 1), left)
    here.bus.publish(UserMoved(followed, 1), followed)

    assert await there.hears() == UserMoved(followed, 1)


async def test_a_topic_left_and_followed_again_at_once_is_heard(pair):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)
    there.bus.unfollow(topic)
    await there.follow(topic)

    here.bus.publish(UserMoved(topic, 1), topic)

    assert await there.hears() == UserMoved(topic, 1)


async def test_ones_own_hints_are_heard_at_once_and_only_once(pair):
    here, there = pair
    topic = uuid4()
    await here.follow(topic)
    await there.follow(topic)

    here.bus.publish(UserMoved(topic, 1), topic)
    assert here.queue.get_nowait() == UserMoved(topic, 1)

    await there.hears(UserMoved)
    there.bus.publish(UserMoved(topic, 2), topic)
    assert await here.hears() == UserMoved(topic, 2)


async def test_a_hint_without_topics_stays_here(pair):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)

    here.bus.publish(UserMoved(topic, 1))
    here.bus.publish(UserMoved(topic, 2), topic)

    assert await there.hears() == UserMoved(topic, 2)


async def test_thousands_of_hints_at_once_all_arrive(pair):
    here, there = pair
    topics = [uuid4() for _ in range(50)]
    await there.follow(*topics)

    said = [ConversationMoved(topics[rev % 50], rev) for rev in range(5000)]
    for hint in said:
        here.bus.publish(hint, hint.conversation_id)

    heard = [await there.hears() for _ in said]
    assert sorted(heard, key=lambda hint: hint.rev) == said


async def test_a_hint_of_very_many_topics_arrives(pair):
    here, there = pair
    topics = [uuid4() for _ in range(3000)]
    await there.follow(topics[0], topics[-1])

    here.bus.publish(ConversationMoved(topics[0], 7), *topics)

    assert await there.hears() == ConversationMoved(topics[0], 7)


async def test_what_moved_is_heard_once_for_all_its_topics(pair):
    here, there = pair
    topics = [uuid4() for _ in range(100)]
    said = [ConversationMoved(uuid4(), 1), UnreadMoved(topics[0], uuid4())]
    await there.follow(*topics)

    for hint, about in zip(said * 2, (topics, topics[:1]) * 2, strict=True):
        here.bus.publish(hint, *about)
        assert await there.hears() == hint


async def test_a_reaction_that_fails_keeps_nobody_from_hearing(pair):
    here, there = pair
    topic = uuid4()

    def fail(_hint):
        raise RuntimeError

    for process in pair:
        process.bus._reactions[UserMoved].insert(0, fail)
    await there.follow(topic)

    here.bus.publish(UserMoved(topic, 1), topic)
    here.bus.publish(UserMoved(topic, 2), topic)

    assert here.queue.get_nowait() == UserMoved(topic, 1)
    assert [await there.hears() for _ in range(2)] == [UserMoved(topic, 1), UserMoved(topic, 2)]


async def test_more_than_can_wait_is_dropped_and_the_others_are_told(pair):
    here, there = pair
    topics = [uuid4() for _ in range(1000)]

    for _ in range(101):
        here.bus.publish(UserMoved(topics[0], 1), *topics)

    assert await there.hears() == Reconnected()


async def test_an_end_while_hints_wait_is_quick(start):
    async with start() as here:
        topic = uuid4()
        here.bus.follow(topic)
        waiting = asyncio.create_task(here.bus.settled())
        here.bus.publish(UserMoved(topic, 1), topic)
    await waiting
    assert not here.bus.is_healthy


@ON_NATS
async def test_pinges_with_other_keys_share_a_broker_unheard(start):
    async with start() as here, start() as there, start(secret_key="o" * 32) as stranger:
        topic = uuid4()
        await there.follow(topic)
        await stranger.follow(topic)

        stranger.bus.publish(UserMoved(topic, 1), topic)
        await stranger.bus.settled()
        here.bus.publish(UserMoved(topic, 2), topic)

        assert await there.hears(UserMoved) == UserMoved(topic, 2)


@ON_NATS
async def test_what_others_put_on_a_subject_is_passed_over(pair, broker):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)
    stranger = await nats.connect(broker.url)

    for data in (b"", b"hello", bytes(40), b"\xff" * 100_000):
        await stranger.publish(f"{prefix('k' * 32)}{topic.hex}", data)
    await stranger.close()
    here.bus.publish(UserMoved(topic, 1), topic)

    assert await there.hears() == UserMoved(topic, 1)


@ON_POSTGRES
async def test_what_others_notify_is_passed_over(pair, db):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)

    for payload in ("", "hello", "AAAA", "\N{PILE OF POO}", "=" * 7999):
        await db.execute("SELECT pg_notify('pinge', $1)", payload)
    here.bus.publish(UserMoved(topic, 1), topic)

    assert await there.hears() == UserMoved(topic, 1)


@ON_NATS
async def test_a_broker_that_asks_for_a_login_gets_it(start):
    for options, login in (
        (("--user", "ann", "--pass", "p@ss"), "ann:p%40ss"),
        (("--auth", "t@ken"), "t%40ken"),
    ):
        guarded = Broker(*options)
        try:
            url = guarded.url.replace("//", f"//{login}@")
            async with start(bus=url) as here, start(bus=guarded.url) as stranger:
                assert here.bus.is_healthy
                assert not stranger.bus.is_healthy
        finally:
            guarded.stop()
