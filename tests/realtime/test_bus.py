"""The buses between processes: what goes through, what stays out, and how they heal."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiohttp import web

from pinge.config import SETTINGS, Settings
from pinge.database.pool import DATABASE
from pinge.realtime.bus import (
    BUS,
    ConversationMoved,
    Reconnected,
    SessionEnded,
    UnreadMoved,
    UserMoved,
    bus,
    make,
)

PATIENCE = 20.0  # seconds for anything that must happen
HINTS = [SessionEnded, ConversationMoved, UserMoved, UnreadMoved, Reconnected]


class Process:
    """What one process makes of the bus."""

    def __init__(self, made):
        self.bus = made
        self.queue = asyncio.Queue()
        for kind in HINTS:
            made.subscribe(kind, self.queue.put_nowait)

    async def hears(self, *kinds):
        """The next hint, of these kinds when some are named."""
        async with asyncio.timeout(PATIENCE):
            while True:
                hint = await self.queue.get()
                if not kinds or isinstance(hint, kinds):
                    return hint

    async def follow(self, *topics):
        for topic in topics:
            self.bus.follow(topic)
        await self.bus.settled()

    async def until(self, *, healthy):
        """Wait until the bus has noticed how things are."""
        async with asyncio.timeout(PATIENCE):
            while self.bus.is_healthy is not healthy:  # noqa: ASYNC110, nothing tells of it
                await asyncio.sleep(0.01)


@pytest.fixture(params=["postgres", "nats"])
def start(request, database, tmp_path):
    """Starts a process on the same bus as the others."""
    server = request.getfixturevalue("broker") if request.param == "nats" else None

    @asynccontextmanager
    async def starting(**settings):
        app = web.Application()
        chosen = {"bus": server.url if server else "postgres", "secret_key": "k" * 32}
        app[SETTINGS] = Settings(home=tmp_path, **chosen | settings)
        app[DATABASE] = database
        app[BUS] = make(app)
        app.cleanup_ctx.append(bus)
        process = Process(app[BUS])
        async with runs(app):
            yield process

    return starting


@asynccontextmanager
async def runs(app):
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture
async def pair(start):
    """Two processes, past the hint that tells that they are connected."""
    async with start() as here, start() as there:
        assert [await here.hears(), await there.hears()] == [Reconnected()] * 2
        assert here.bus.is_healthy
        assert there.bus.is_healthy
        yield here, there


async def test_every_kind_of_hint_reaches_who_follows_a_topic(pair):
    here, there = pair
    topic = uuid4()
    said = [
        SessionEnded(uuid4(), topic),
        ConversationMoved(uuid4(), 2**63 - 1),
        UserMoved(topic, 0),
        UnreadMoved(topic, uuid4()),
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
    assert await there.hears() == ConversationMoved(topics[0], 7)


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


@pytest.fixture
def backends(db):
    """The processes of PostgreSQL that the buses use."""

    async def pids():
        rows = await db.fetch(
            "SELECT pid FROM pg_stat_activity"
            " WHERE application_name = 'pinge-bus' AND datname = current_database()"
        )
        return [row["pid"] for row in rows]

    return pids


@pytest.mark.parametrize("start", ["postgres"], indirect=True)
async def test_a_killed_listener_is_noticed_and_replaced(pair, backends, db):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)

    for pid in await backends():
        await db.execute("SELECT pg_terminate_backend($1)", pid)

    await heals_and_hears(here, there, topic)


@pytest.mark.parametrize("start", ["postgres"], indirect=True)
async def test_a_listener_that_answers_no_more_is_noticed_and_replaced(pair, backends):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)

    frozen = await backends()
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        await here.until(healthy=False)
        await heals_and_hears(here, there, topic)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("start", ["nats"], indirect=True)
async def test_a_broker_that_was_away_is_found_again(pair, broker):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)

    broker.stop()
    await here.until(healthy=False)
    await there.until(healthy=False)
    for _ in range(10_000):
        here.bus.publish(UserMoved(topic, 1), topic)
    broker.start()

    await heals_and_hears(here, there, topic)


@pytest.mark.parametrize("start", ["nats"], indirect=True)
async def test_a_frozen_broker_is_noticed(pair, broker):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)

    broker.freeze()
    try:
        for _ in range(10_000):
            here.bus.publish(UserMoved(topic, 1), topic)
        await here.until(healthy=False)
        await there.until(healthy=False)
    finally:
        broker.thaw()

    await heals_and_hears(here, there, topic)


@pytest.mark.parametrize("start", ["nats"], indirect=True)
async def test_pinge_starts_while_the_broker_is_away(start, broker):
    broker.stop()
    async with start() as here, start() as there:
        assert not here.bus.is_healthy
        topic = uuid4()
        there.bus.follow(topic)
        here.bus.publish(UserMoved(topic, 1), topic)
        broker.start()
        await heals_and_hears(here, there, topic)


@pytest.mark.parametrize("start", ["nats"], indirect=True)
async def test_pinges_with_other_keys_share_a_broker_unheard(start):
    async with start() as here, start() as there, start(secret_key="o" * 32) as stranger:
        topic = uuid4()
        await there.follow(topic)
        await stranger.follow(topic)

        stranger.bus.publish(UserMoved(topic, 1), topic)
        await stranger.bus.settled()
        here.bus.publish(UserMoved(topic, 2), topic)

        assert await there.hears(UserMoved) == UserMoved(topic, 2)


async def heals_and_hears(here, there, topic):
    """Both come back, say that they were away, and hear each other again."""
    for process in (here, there):
        await process.hears(Reconnected)
        await process.until(healthy=True)
    await there.follow(topic)
    here.bus.publish(UserMoved(topic, 99), topic)
    while (await there.hears(UserMoved)).rev != 99:
        pass
