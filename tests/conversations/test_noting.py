"""What happens to a group stands between its messages, and is no message."""

from __future__ import annotations

import pytest

from pinge.messages.purge import purge_once
from tests.conversations.test_owning import change_role, hand_over, leave
from tests.media.pictures import picture
from tests.sync.device import Device


async def page(person, group_id, **asked):
    path = f"/conversations/{group_id}/messages"
    return (await person.get(path, params=asked)).data


def told(rows):
    """Kinds with the seq they stand after, the oldest first."""
    return [(row["kind"], row["after_seq"]) for row in reversed(rows)]


async def test_each_change_is_noted_with_who_did_it_to_whom_in_its_place(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}"
    await ann.write_group(group_id, "one")
    await ann.patch(path, {"name": "Crew", "description": "We", "slow_mode_seconds": 5})
    await ann.post(f"{path}/members", {"user_ids": [eve.user_id]})
    await ann.call("PUT", f"{path}/avatar", data=picture())
    await ann.write_group(group_id, "two")
    await change_role(ann, group_id, bob, "Admin")
    await change_role(ann, group_id, bob, "Member")
    await hand_over(ann, group_id, bob)
    await ann.delete(f"{path}/members/{eve.user_id}")
    await leave(bob, group_id)

    noted = (await page(ann, group_id))["system_messages"]

    assert told(noted) == [
        ("created", 0),
        *(("set", 1), ("renamed", 1), ("described", 1), ("added", 1), ("pictured", 1)),
        *(("promoted", 2), ("demoted", 2), ("owner_changed", 2), ("removed", 2)),
        *(("owner_changed", 2), ("left", 2)),
    ]
    by_kind = {row["kind"]: row for row in reversed(noted)}
    assert by_kind["renamed"]["details"] == {"name": "Crew"}
    assert by_kind["set"]["details"] == {"slow_mode_seconds": 5}
    assert by_kind["added"]["users"] == [{"user_id": eve.user_id, "username": "eve"}]
    assert (by_kind["removed"]["actor_id"], by_kind["removed"]["actor_name"]) == (
        *(ann.user_id, "ann"),
    )
    assert (by_kind["left"]["actor_name"], by_kind["left"]["users"]) == ("bob", [])
    assert by_kind["owner_changed"]["users"] == [{"user_id": ann.user_id, "username": "ann"}]


async def test_members_hear_it_beside_the_event_and_plain_sockets_do_not(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    of_bob, plain = await bob.live(), await bob.plain()

    made = (await ann.post(f"/messages/groups/{group_id}/invites", {})).data
    await eve.post(f"/invites/{made['token']}")

    added = await of_bob.next("members_added")
    noted = (await of_bob.next("system_message"))["data"]
    assert (noted["kind"], noted["actor_id"], noted["rev"]) == ("joined", eve.user_id, 2)
    assert noted["rev"] == added["data"]["rev"]
    assert [noted] == (await page(bob, group_id))["system_messages"][:1]
    assert await plain.heard_nothing()


async def test_it_counts_as_nothing_and_moves_no_message(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "one")
    await ann.patch(f"/messages/groups/{group_id}", {"name": "Crew"})
    await ann.write_group(group_id, "two")

    history = (await bob.get(f"/messages/groups/{group_id}/messages")).data
    assert [(row["seq"], row["content"]) for row in history] == [(2, "two"), (1, "one")]
    assert (await bob.get("/messages/unread/count")).data["total_group_unread"] == 2
    [shown] = (await bob.get("/conversations")).data["conversations"]
    assert (shown["seq"], shown["last_message"]["content"]) == (2, "two")


async def test_pages_show_each_note_once_in_whatever_steps_one_reads(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    for number in range(6):
        await ann.write_group(group_id, f"message {number}")
        await ann.patch(f"/messages/groups/{group_id}", {"name": f"Name {number}"})
    whole = (await page(ann, group_id))["system_messages"]
    assert len(whole) == 7
    hidden = (await page(ann, group_id, around=3, limit=1))["messages"][0]["message_id"]
    await ann.delete(f"/messages/{hidden}?scope=me")

    found, before = [], {}
    while True:
        part = await page(ann, group_id, limit=2, **before)
        found += part["system_messages"]
        if not part["has_before"]:
            break
        before = {"before": part["messages"][-1]["seq"]}

    assert found == whole
    middle = await page(ann, group_id, around=4, limit=2)
    assert told(middle["system_messages"]) == [("renamed", 4), ("renamed", 5)]


async def test_a_device_that_was_away_hears_what_happened(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    device = await Device.of(bob)
    await ann.patch(f"/messages/groups/{group_id}", {"name": "Crew"})
    await ann.write_group(group_id, "hello")
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [eve.user_id]})

    await device.sync()

    noted = [event["data"] for event in device.heard if event["event"] == "system_message"]
    assert [(row["kind"], row["after_seq"]) for row in noted] == [("renamed", 0), ("added", 1)]
    assert noted[::-1] == (await page(bob, group_id))["system_messages"][:2]


async def test_notes_go_with_the_group_and_keep_no_name_of_who_is_gone(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    of_ann = await ann.live()
    await bob.call("DELETE", "/authentication/me", {"password": "Correct horse 7"})
    await of_ann.next("member_removed")

    [left, created] = (await page(ann, group_id))["system_messages"]
    assert (left["kind"], left["actor_name"]) == ("left", "Deleted account")
    assert created["users"] == [{"user_id": bob.user_id, "username": "Deleted account"}]

    await ann.delete(f"/messages/groups/{group_id}")
    await purge_once(pinge.app)
    assert await db.fetchval("SELECT count(*) FROM system_messages") == 0


@pytest.mark.parametrize("change", [{"name": "Friends"}, {"who_may_send": "members"}])
async def test_what_was_so_before_is_not_noted(pinge, change):
    ann = await pinge.person("ann")
    group_id = await ann.group()

    assert (await ann.patch(f"/messages/groups/{group_id}", change)).status == 200

    assert told((await page(ann, group_id))["system_messages"]) == [("created", 0)]
