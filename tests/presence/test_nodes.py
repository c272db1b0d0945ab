"""Two processes on one database: what happens at the one is told at the other."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from pinge.presence import typing
from pinge.realtime import presence
from pinge.realtime.bus import BUS
from tests.people import Person, Pinge
from tests.presence.watching import heard, hung_up, settled, shown


@pytest.fixture(params=["postgres", "nats"])
def settings(request, settings):
    bus = request.getfixturevalue("broker").url if request.param == "nats" else request.param
    return dataclasses.replace(settings, bus=bus, secret_key="k" * 32)


@pytest.fixture
async def other(settings, database):
    """The second process."""
    async with Pinge.running(settings, database) as running:
        yield running


@pytest.fixture
async def far(pinge, other):
    """Two contacts, the second of whom is at the other process."""
    ann, bob = await pinge.friends("ann", "bob")
    for running in (pinge, other):
        async with asyncio.timeout(5):
            while not running.app[BUS].is_healthy:
                await asyncio.sleep(0.01)
    return ann, at(other, bob)


def at(running, person):
    """The same person, at another process."""
    return Person(
        running, email=person.email, name=person.name, user_id=person.user_id, token=person.token
    )


async def told(socket, event, *processes):
    """The next event of this name, the processes being settled until it comes."""
    hearing = asyncio.create_task(socket.next(event))
    while not hearing.done():
        for process in processes:
            await settled(process)
        await asyncio.wait((hearing,), timeout=0.05)
    return hearing.result()["data"]


async def test_who_comes_and_goes_here_is_told_there(far, pinge, other):
    ann, bob = far
    socket = await bob.live()
    await settled(other)

    of_ann = await ann.live()
    assert await told(socket, "user_online", pinge, other) == {"user_id": ann.user_id}
    assert await shown(bob, ann) == {"ann": "online"}
    await hung_up(ann, of_ann)
    assert (await told(socket, "user_offline", pinge, other))["user_id"] == ann.user_id
    assert await shown(bob, ann) == {"ann": "offline"}


async def test_a_device_there_keeps_somebody_online_whose_device_here_goes(far, pinge, other):
    ann, bob = far
    first, second = await ann.live(), await at(other, ann).live()
    socket = await bob.live()
    for process in (pinge, other):
        await settled(process)
    await heard(socket)

    await hung_up(ann, first)
    await settled(pinge)
    await settled(other)

    assert await heard(socket) == []
    assert await shown(bob, ann) == {"ann": "online"}
    await hung_up(at(other, ann), second)
    assert await told(socket, "user_offline", other)


async def test_who_was_at_a_process_that_is_silent_is_offline_for_all(far, pinge, other, db):
    ann, bob = far
    socket = await bob.live()
    await settled(other)
    await ann.live()
    await told(socket, "user_online", pinge, other)
    node_id = pinge.app[presence.PRESENCE].node_id

    await db.execute(
        "UPDATE nodes SET seen_at = now() - '1 day'::interval WHERE node_id = $1", node_id
    )

    assert (await told(socket, "user_offline", other))["user_id"] == ann.user_id
    # It was not dead after all, and all who are there are online again.
    assert await told(socket, "user_online", pinge, other)


async def test_a_process_that_leaves_is_told_of_only_after_the_grace(
    settings, database, far, other, monkeypatch
):
    ann, bob = far
    socket = await bob.live()
    await settled(other)
    async with Pinge.running(settings, database) as leaving:
        await at(leaving, ann).live()
        await told(socket, "user_online", leaving, other)
        monkeypatch.setattr(presence, "GRACE", 3600)
    await settled(other)
    assert await shown(bob, ann) == {"ann": "online"}

    monkeypatch.setattr(presence, "GRACE", 0)

    assert (await told(socket, "user_offline", other))["last_seen_at"]


async def test_typing_here_is_told_there_and_ends_there_too(far):
    ann, bob = far
    here, socket = await ann.live(), await bob.plain()

    for is_typing in (True, False):
        await here.ask("typing", {"receiver_id": bob.user_id, "is_typing": is_typing})
        frame = await socket.next("user_typing")
        assert (frame["data"]["username"], frame["data"]["is_typing"]) == ("ann", is_typing)


async def test_a_message_written_there_ends_typing_at_both(far, pinge, other):
    ann, bob = far
    here, socket = await ann.live(), await bob.live()
    await here.ask("typing", {"receiver_id": bob.user_id, "is_typing": True})
    assert (await socket.next("user_typing"))["data"]["is_typing"]

    await at(other, ann).write(bob, "done")

    assert not (await socket.next("user_typing"))["data"]["is_typing"]
    assert (await here.next("new_direct_message"))["data"]["content"] == "done"
    assert pinge.app[typing.TYPING]._typers == {} == other.app[typing.TYPING]._typers


async def test_typing_ends_there_by_itself_when_no_hint_says_so(far, pinge, monkeypatch):
    ann, bob = far
    here, socket = await ann.live(), await bob.live()
    monkeypatch.setattr(typing, "TTL", 0.05)

    await here.ask("typing", {"receiver_id": bob.user_id, "is_typing": True})

    for is_typing in (True, False):
        assert (await socket.next("user_typing"))["data"]["is_typing"] is is_typing


async def test_everybody_in_a_group_hears_of_typing_once(pinge, other, far):
    ann, bob = far
    crowd = await pinge.people("cid", "dan", "eva")
    group_id = await ann.group(bob, *crowd)
    here = await ann.live()
    sockets = [await bob.live()] + [await at(other, person).live() for person in crowd]

    for is_typing in (True, False):
        await here.ask("typing", {"group_id": group_id, "is_typing": is_typing})
        for socket in sockets:
            assert (await socket.next("user_typing"))["data"]["is_typing"] is is_typing
    for socket in sockets:
        assert await heard(socket) == []
