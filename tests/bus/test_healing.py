"""A bus that breaks is noticed, harms nobody, and heals by itself."""

from __future__ import annotations

import dataclasses
import os
import signal
from uuid import uuid4

import pytest

from pinge.realtime.bus import Reconnected, UserMoved
from tests.people import Pinge

ON_POSTGRES = pytest.mark.parametrize("start", ["postgres"], indirect=True)
ON_NATS = pytest.mark.parametrize("start", ["nats"], indirect=True)


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


@ON_POSTGRES
async def test_a_killed_listener_is_noticed_and_replaced(pair, backends, db):
    here, there = pair
    topic = uuid4()
    await there.follow(topic)

    for pid in await backends():
        await db.execute("SELECT pg_terminate_backend($1)", pid)

    await heals_and_hears(here, there, topic)


@ON_POSTGRES
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


@ON_NATS
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


@ON_NATS
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


@ON_NATS
async def test_pinge_starts_while_the_broker_is_away(start, broker):
    broker.stop()
    async with start() as here, start() as there:
        assert not here.bus.is_healthy
        topic = uuid4()
        there.bus.follow(topic)
        here.bus.publish(UserMoved(topic, 1), topic)
        broker.start()
        await heals_and_hears(here, there, topic)


async def test_a_pinge_without_its_bus_is_ready_yet_degraded(broker, settings, database):
    settings = dataclasses.replace(settings, bus=broker.url)
    async with Pinge.running(settings, database) as pinge:
        assert (await pinge.call("GET", "/health/ready")).data == {"status": "ready"}
    broker.stop()
    async with Pinge.running(settings, database) as pinge:
        assert (await pinge.call("GET", "/health/ready")).data == {"status": "degraded"}


async def heals_and_hears(here, there, topic):
    """Both come back, say that they were away, and hear each other again."""
    for process in (here, there):
        await process.hears(Reconnected)
        await process.until(healthy=True)
    await there.follow(topic)
    here.bus.publish(UserMoved(topic, 99), topic)
    while (await there.hears(UserMoved)).rev != 99:
        pass
