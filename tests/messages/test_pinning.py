"""Pins: what everybody in a conversation finds at its top."""

from __future__ import annotations

import pytest

from pinge.messages.pinning import MOST_PINS
from tests.sync.device import Device


@pytest.fixture
async def group(pinge):
    """Ann, an admin, Bob, and three messages in their group."""
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    return ann, bob, [(await ann.write_group(group_id, f"{number}")).data for number in range(3)]


def pin(person, message):
    return person.call("PUT", f"/messages/{message['message_id']}/pin")


def unpin(person, message):
    return person.delete(f"/messages/{message['message_id']}/pin")


async def pinned(person, message):
    """What is pinned where a message is, and by whom."""
    key = message.get("conversation_id") or message["group_id"]
    rows = (await person.get(f"/conversations/{key}/pins")).data
    return [(row["content"], row["pinned_by"]) for row in rows]


async def test_all_find_them_the_latest_pin_first(group):
    ann, bob, (first, second, third) = group
    for person, message in ((ann, second), (bob, first), (ann, third)):
        assert (await pin(person, message)).data["pinned_by"] == person.user_id
    await unpin(bob, third)

    for person in (ann, bob):
        assert await pinned(person, first) == [("0", bob.user_id), ("1", ann.user_id)]


async def test_both_of_two_may_and_who_may_not_write_may_not(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    message = (await ann.write(bob, "hello")).data
    assert (await pin(bob, message)).status == 200
    await ann.delete(f"/contacts/{bob.user_id}")

    assert (await pin(ann, message)).code == "not_contacts"
    assert (await unpin(ann, message)).code == "not_contacts"
    assert await pinned(ann, message) == [("hello", bob.user_id)]


async def test_a_group_may_leave_it_to_its_admins(group):
    ann, bob, (message, *_) = group
    await ann.patch(f"/messages/groups/{message['group_id']}", {"who_may_pin": "admins"})

    assert (await pin(bob, message)).code == "not_admin"
    assert (await pin(ann, message)).status == 200
    assert (await unpin(bob, message)).code == "not_admin"


async def test_all_devices_hear_of_it_once(group):
    ann, bob, (message, *_) = group
    listening = await bob.live()

    for change in (pin, pin, unpin, unpin):
        assert (await change(ann, message)).status == 200

    told = (await listening.next())["data"]
    assert (told["message_id"], told["seq"]) == (message["message_id"], message["seq"])
    assert (told["pinned_by"], bool(told["pinned_at"])) == (ann.user_id, True)
    assert (await listening.next())["event"] == "message_unpinned"
    assert await listening.heard_nothing()


async def test_a_device_that_was_away_hears_of_the_last_change_of_each(group):
    ann, bob, (first, second, _) = group
    await pin(ann, second)
    device = await Device.of(bob)
    for change, message in ((pin, first), (unpin, first), (pin, first), (unpin, second)):
        await change(ann, message)

    await device.sync()

    assert device.names() == ["message_pinned", "message_unpinned"]


async def test_a_pin_goes_with_its_message_and_who_hid_it_does_not_see_it(group):
    ann, bob, (first, second, third) = group
    for message in (first, second, third):
        await pin(ann, message)

    await ann.delete(f"/messages/{first['message_id']}")
    await bob.delete(f"/messages/{second['message_id']}?scope=me")

    assert await pinned(ann, first) == [("2", ann.user_id), ("1", ann.user_id)]
    assert await pinned(bob, first) == [("2", ann.user_id)]
    assert (await pin(ann, first)).code == "not_found"


async def test_a_conversation_has_so_many(group, db):
    ann, _, (first, second, _) = group
    await db.execute(
        "INSERT INTO pins (conversation_id, seq, rev, pinned_by, pinned_at)"
        " SELECT $1, 1000 + n, 0, $2, now() FROM generate_series(2, $3) AS n",
        first["group_id"],
        ann.user_id,
        MOST_PINS,
    )
    assert (await pin(ann, first)).status == 200

    refused = await pin(ann, second)

    assert (refused.status, refused.code) == (409, "too_many_pins")
    assert (await pin(ann, first)).status == 200
    await unpin(ann, first)
    assert (await pin(ann, second)).status == 200


async def test_strangers_learn_nothing(group):
    ann, _, (message, *_) = group
    eve = await ann.pinge.person("eve")

    assert (await pin(eve, message)).code == "not_found"
    where = f"/conversations/{message['group_id']}/pins"
    assert ((await eve.get(where)).status, (await eve.get(where)).code) == (403, "not_member")
