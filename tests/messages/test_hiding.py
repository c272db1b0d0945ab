"""Deleting for oneself: others keep it, and one's own devices do not."""

from __future__ import annotations

import pytest

from pinge.messages.purge import purge_once
from tests.sync.device import Device


async def hide(person, message):
    """Delete a message for oneself."""
    return await person.delete(f"/messages/{message['message_id']}?scope=me")


async def contents(person, path):
    """What somebody reads there, newest first."""
    page = (await person.get(path)).data
    return [row["content"] for row in (page if isinstance(page, list) else page["messages"])]


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, and three messages of Ann's that he has not read."""
    ann, bob = await pinge.friends("ann", "bob")
    return ann, bob, [(await ann.write(bob, f"{number}")).data for number in range(3)]


async def test_only_who_hid_it_does_not_read_it_any_more(talk):
    ann, bob, (_, message, _) = talk

    hidden = await hide(bob, message)

    assert hidden.status == 200
    assert (hidden.data["message_id"], hidden.data["seq"]) == (message["message_id"], 2)
    both = f"/conversations/{message['conversation_id']}/messages"
    for path in (f"/messages/direct/{ann.user_id}", both):
        assert await contents(bob, path) == ["2", "0"]
    for path in (f"/messages/direct/{bob.user_id}", both):
        assert await contents(ann, path) == ["2", "1", "0"]
    versions = f"/messages/{message['message_id']}/versions"
    assert ((await bob.get(versions)).status, (await ann.get(versions)).status) == (404, 200)


async def test_pages_by_offset_stay_where_they_are_and_pages_by_place_are_filled(talk):
    ann, bob, (_, message, _) = talk
    await hide(bob, message)
    path, both = f"/messages/direct/{ann.user_id}", message["conversation_id"]

    assert await contents(bob, f"{path}?limit=2") == ["2"]
    assert await contents(bob, f"{path}?limit=2&offset=2") == ["0"]
    assert await contents(bob, f"/conversations/{both}/messages?limit=2") == ["2", "0"]


async def test_any_message_of_a_group_may_be_hidden_by_anybody_in_it(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    message = (await ann.write_group(group_id, "x")).data

    assert (await hide(eve, message)).code == "not_found"
    assert (await hide(bob, message)).status == 200
    assert (await hide(ann, message)).status == 200
    for person in (ann, bob):
        assert await contents(person, f"/messages/groups/{group_id}/messages") == []


async def test_ones_other_devices_hear_of_it_and_nobody_else(talk):
    ann, bob, (message, *_) = talk
    other, plain, of_ann = await bob.live(), await bob.plain(), await ann.live()
    heard = []

    await hide(await bob.device(), message)

    told = (await other.next("message_hidden"))["data"]
    assert told["message_id"] == message["message_id"]
    assert (told["conversation_id"], told["seq"]) == (message["conversation_id"], 1)
    assert await plain.is_quiet(ann)
    while "message_read" not in heard:
        heard.append((await of_ann.next())["event"])
    assert "message_hidden" not in heard


async def test_unread_it_counts_as_read(talk):
    ann, bob, (first, second, third) = talk
    of_ann, of_bob = await ann.live(), await bob.live()

    await hide(bob, second)

    changed = (await of_bob.next("unread_changed"))["data"]
    assert (changed["unread_count"], changed["total_unread"]) == (2, 2)
    listed = (await bob.get("/messages/unread")).data
    assert [row["message_id"] for row in listed] == [third["message_id"], first["message_id"]]
    read = (await of_ann.next("message_read"))["data"]
    assert (read["seq"], read["message_ids"]) == (0, [second["message_id"]])
    await hide(bob, first)
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 1


async def test_twice_is_as_good_as_once_and_ones_own_too(talk):
    ann, bob, (message, *_) = talk
    live = await ann.live()

    assert [(await hide(ann, message)).status for _ in range(2)] == [200, 200]

    assert (await live.next())["event"] == "message_hidden"
    assert await live.heard_nothing()
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 3


async def test_what_is_deleted_for_everyone_can_be_hidden_too(talk):
    ann, bob, (message, *_) = talk
    await ann.delete(f"/messages/{message['message_id']}")

    assert (await hide(bob, message)).status == 200

    assert await contents(bob, f"/messages/direct/{ann.user_id}") == ["2", "1"]


async def test_over_a_socket_it_is_acknowledged(talk):
    _, bob, (message, *_) = talk
    live = await bob.live()

    done = await live.ask("delete_message", {"message_id": message["message_id"], "scope": "me"})

    assert done["event"] == "ack"
    assert (done["data"]["message_id"], done["data"]["seq"]) == (message["message_id"], 1)


async def test_a_device_that_was_away_learns_of_it_and_is_not_told_the_message(talk):
    ann, bob, (first, *_) = talk
    device = await Device.of(bob)
    fresh = (await ann.write(bob, "do not look")).data
    await hide(bob, first)
    await hide(bob, fresh)

    resumed = await device.sync()

    hidden = [told["data"]["message_id"] for told in resumed["changes"]]
    assert hidden == [first["message_id"], fresh["message_id"]]
    [conversation] = resumed["conversations"]
    assert conversation["seq"] == fresh["seq"]
    assert "do not look" not in device.contents()


async def test_a_device_that_knows_nothing_is_not_told_what_is_hidden(talk):
    _, bob, (message, *_) = talk
    await hide(bob, message)
    device = await Device.of(bob)
    device.positions.clear()
    device.heard.clear()

    await device.sync()

    assert device.contents() == ["1", "2"]


async def test_of_a_deleted_group_nothing_is_kept(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    message = (await ann.write_group(group_id, "x")).data
    changed = {"content": "y", "base_rev": message["rev"]}
    await ann.patch(f"/messages/{message['message_id']}", changed)
    for mark in ("reactions/👍", "star", "pin"):
        await ann.call("PUT", f"/messages/{message['message_id']}/{mark}")
    await hide(bob, message)
    await ann.delete(f"/messages/groups/{group_id}")

    assert (await ann.delete(f"/messages/{message['message_id']}")).code == "not_found"
    await purge_once(pinge.app)

    said = ("messages", "message_versions", "hidden_messages")
    for table in (*said, "reactions", "stars", "pins"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0
