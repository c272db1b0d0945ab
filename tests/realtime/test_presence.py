"""How many sockets somebody has is counted over all processes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from pinge.realtime import hub, presence
from tests.people import Pinge


@pytest.fixture
def settings(settings):
    return replace(settings, rate_limits=True, bus="postgres")


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Three sockets are as many as one may have; nothing is told but when a test says so."""
    monkeypatch.setattr(hub, "MOST_PER_USER", 3)
    monkeypatch.setattr(presence, "TOLD_EVERY", 3600)


@pytest.fixture
async def other(settings, database):
    """Another process of the same Pinge."""
    async with Pinge.running(settings, database) as running:
        yield running


async def at(other, ann):
    """A socket of hers at another process."""
    return await other.socket(ann, f"/ws?token={ann.token}")


async def told(db):
    """How many sockets each process says it has."""
    there = "SELECT sockets FROM presences WHERE left_at IS NULL ORDER BY sockets"
    return [n for (n,) in await db.fetch(there)]


async def test_a_cap_on_sockets_holds_over_two_processes(pinge, other):
    ann = await pinge.person("ann")
    first = [await ann.plain(), await ann.plain()]
    await presence.tell(pinge.app)
    second = [await at(other, ann) for _ in range(3)]

    await presence.tell(other.app)

    assert [await socket.closed() for socket in second[:2]] == [4409, 4409]
    assert [socket.ws.closed for socket in [*first, second[2]]] == [False] * 3


async def test_who_left_one_process_has_room_at_another(pinge, other, db):
    ann = await pinge.person("ann")
    for socket in [await ann.plain(), await ann.plain(), await ann.plain()]:
        await presence.tell(pinge.app)
        await socket.close()
    while pinge.app[hub.HUB].count(UUID(ann.user_id)):
        await asyncio.sleep(0)
    await presence.tell(pinge.app)

    for _ in range(3):
        await at(other, ann)
    await presence.tell(other.app)

    assert await told(db) == [3]


async def test_a_process_that_was_killed_counts_no_more(pinge, db):
    ann = await pinge.person("ann")
    node_id = uuid4()
    await db.execute("INSERT INTO nodes VALUES ($1, now() - interval '1 minute')", node_id)
    await db.execute("INSERT INTO presences VALUES ($1, $2, 3)", ann.user_id, node_id)
    socket = await ann.live()

    await presence.tell(pinge.app)

    assert await told(db) == [1]
    assert (await socket.ask("ping"))["event"] == "ack"


async def test_a_process_that_was_taken_for_dead_tells_all_anew(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    await ann.live()
    await presence.tell(pinge.app)
    await db.execute("DELETE FROM nodes")
    await bob.live()

    await presence.tell(pinge.app)
    assert await told(db) == []
    await presence.tell(pinge.app)

    assert await told(db) == [1, 1]


async def test_a_process_that_leaves_takes_its_sockets_with_it(settings, database, db):
    async with Pinge.running(settings, database) as leaving:
        ann = await leaving.person("ann")
        await ann.live()
        await presence.tell(leaving.app)
        assert await told(db) == [1]

    assert await told(db) == []
