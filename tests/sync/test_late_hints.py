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


async def test_who_came_in_elsewhere_hears_it_though_others_here_know_more(pinge, other):
    ann, bob, carl = await pinge.people("ann", "bob", "carl")
    group_id = await ann.group(carl)
    live = await at(other, bob).live()
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})
    await ann.write_group(group_id, "first")
    await at(other, carl).live()  # from here on the process follows the group, as it is now

    await sweeping.sweep(other.app)

    assert (await live.next("group_joined"))["data"]["group"]["group_id"] == group_id
    assert (await live.next("new_group_message"))["data"]["content"] == "first"
    await ann.write_group(group_id, "second")
    await sweeping.sweep(other.app)
    assert (await live.next())["data"]["content"] == "second"


async def test_what_was_resumed_is_not_told_again_though_nobody_follows_it(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    device = await Device.of(at(other, bob))
    await device.resume()
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "first")
    await device.socket.say("resume", device.known, id=2)
    assert "first" in str(await device.socket.next("resumed"))

    await sweeping.sweep(other.app)
    await ann.write_group(group_id, "second")
    await sweeping.sweep(other.app)

    assert (await device.socket.next("new_group_message"))["data"]["content"] == "second"


async def test_ones_other_device_hears_what_was_read_elsewhere(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.write(bob, "hello")
    live, hers = await at(other, bob).live(), await ann.live()

    await bob.post(f"/messages/mark-read/contact/{ann.user_id}")
    await hers.next("message_read")  # now it has its rev
    await sweeping.sweep(other.app)

    assert (await live.next("unread_changed"))["data"]["total_unread"] == 0


async def test_who_was_removed_elsewhere_hears_no_receipts(pinge, other):
    ann, bob, carl = await pinge.people("ann", "bob", "carl")
    group_id = await ann.group(bob, carl)
    await ann.write_group(group_id, "hello")
    live = await carl.live()
    await bob.post(f"/messages/mark-read/group/{group_id}")  # its roster is known here
    await live.next("message_read")

    await at(other, ann).delete(f"/messages/groups/{group_id}/members/{carl.user_id}")
    await ann.write_group(group_id, "between us")
    await bob.post(f"/messages/mark-read/group/{group_id}")
    await (await ann.live()).next("message_read")
    await sweeping.sweep(pinge.app)

    assert (await live.next())["event"] == "member_removed"
    assert await live.heard_nothing()
