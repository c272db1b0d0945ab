"""A device that resumed knows more than its process, which is told of it later."""

from __future__ import annotations

import dataclasses

import pytest

from pinge.sync import sweeping
from tests.people import Pinge
from tests.sync.device import Device
from tests.sync.test_nodes import at


@pytest.fixture
def settings(settings):
    """Processes that do not hear each other: what was written elsewhere only a sweep finds."""
    return dataclasses.replace(settings, bus="local", secret_key="k" * 32)


@pytest.fixture
async def other(settings, database):
    """The second process."""
    async with Pinge.running(settings, database) as running:
        yield running


@pytest.mark.parametrize("again", ["ping", "resume"])
async def test_what_was_resumed_is_not_told_again_when_the_process_finds_it(pinge, other, again):
    ann, bob = await pinge.friends("ann", "bob")
    device = await Device.of(at(other, bob))
    await device.person.live()  # so that the process follows him from here on
    await ann.write(bob, "one")
    await device.resume()
    assert device.contents() == ["one"]

    if again == "ping":
        await device.socket.ask("ping")
    else:
        await device.socket.say("resume", device.known, id=2)
        assert (await device.socket.next("resumed"))["data"]["conversations"] == []
    await sweeping.sweep(other.app)
    await at(other, ann).write(bob, "two")

    await device.hear("new_direct_message")
    assert device.contents() == ["one", "two"]
