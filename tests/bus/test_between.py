"""What people at two processes of one Pinge with NATS see of each other."""

from __future__ import annotations

import dataclasses

import pytest

from pinge.realtime.following import LARGE
from tests.people import Pinge


@pytest.fixture
def settings(settings, broker):
    return dataclasses.replace(settings, bus=broker.url, secret_key="k" * 32)


@pytest.fixture
async def other(settings, database):
    """The second process."""
    async with Pinge.running(settings, database) as running:
        yield running


def moved(person, pinge):
    """The same person, with the same token, at another process."""
    person.pinge = pinge
    return person


async def test_a_message_written_here_is_read_there(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    socket = await moved(bob, other).live()

    await ann.write(bob, "hello")

    assert (await socket.next("new_direct_message"))["data"]["content"] == "hello"


async def test_a_message_to_a_large_group_is_read_there(pinge, other):
    ann, *others = [await pinge.person(f"member{number}") for number in range(LARGE + 1)]
    group_id = await ann.group(*others)
    socket = await moved(others[0], other).live()

    await ann.write_group(group_id, "hello")

    assert (await socket.next("new_group_message"))["data"]["content"] == "hello"


async def test_a_logout_here_closes_sockets_there(pinge, other):
    ann = await pinge.person("ann")
    device = await ann.device()
    socket = await moved(device, other).live()

    await moved(device, pinge).post("/authentication/logout")

    assert await socket.closed() == 4401
