"""Deleting for everyone: nothing is left but the place, and nobody has it unread."""

from __future__ import annotations

import dataclasses
from uuid import UUID, uuid4

import pytest

from tests.sync.device import Device


def at(message, scope=None):
    """Where a message is deleted."""
    path = f"/messages/{message['message_id']}"
    return path if scope is None else f"{path}?scope={scope}"


async def unread(person):
    """What is unread, of direct messages and in groups."""
    counted = (await person.get("/messages/unread/count")).data
    return counted["total_unread"], counted["total_group_unread"]


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, and three messages of Ann's that he has not read."""
    ann, bob = await pinge.friends("ann", "bob")
    return ann, bob, [(await ann.write(bob, f"{number}")).data for number in range(3)]


async def test_nothing_is_left_of_it_but_its_place(talk, db):
    ann, bob, (_, message, _) = talk
    await ann.patch(at(message), {"content": "my secret", "base_rev": message["rev"]})

    deleted = await ann.delete(at(message))

    assert deleted.status == 200
    assert (deleted.data["message_id"], deleted.data["seq"]) == (message["message_id"], 2)
    for person, other in ((ann, bob), (bob, ann)):
        for path in (
            f"/messages/direct/{other.user_id}",
            f"/conversations/{message['conversation_id']}/messages",
        ):
            page = (await person.get(path)).data
            rows = page if isinstance(page, list) else page["messages"]
            assert [row["content"] for row in rows] == ["2", "", "0"]
            assert [row["deleted_at"] is None for row in rows] == [True, False, True]
            assert rows[1]["attachments"] == []
            assert rows[1]["sent_at"] == message["sent_at"]
    assert (await bob.get(f"{at(message)}/versions")).status == 404
    kept = await db.fetchrow("SELECT * FROM messages WHERE seq = 2")
    assert (kept["content"], kept["attachments"]) == ("", None)
    assert kept["deleted_by"] == UUID(ann.user_id)
    assert await db.fetchval("SELECT count(*) FROM message_versions") == 0


async def test_nobody_has_it_unread_any_more(talk):
    ann, bob, (first, second, third) = talk
    live = await bob.live()

    await ann.delete(at(third))

    assert (await live.next("message_deleted"))["data"]["seq"] == 3
    changed = (await live.next("unread_changed"))["data"]
    assert (changed["unread_count"], changed["total_unread"]) == (2, 2)
    assert await unread(bob) == (2, 0)
    listed = (await bob.get("/messages/unread")).data
    assert [row["message_id"] for row in listed] == [second["message_id"], first["message_id"]]
    [of_ann] = (await bob.get("/messages/unread/count")).data["contacts_with_unread"]
    assert of_ann["last_message_at"] == second["sent_at"]
    ids = {"message_ids": [second["message_id"], third["message_id"]]}
    assert (await bob.post("/messages/mark-read", ids)).data["marked_count"] == 1
    assert (await ann.write(bob, "more")).status == 201
    assert (await live.next("new_direct_message"))["data"]["total_unread"] == 2


async def test_that_it_went_is_not_told_as_reading(talk):
    ann, bob, (first, second, _) = talk
    path = f"/conversations/{first['conversation_id']}/positions"
    live = await ann.live()

    await ann.delete(at(first))
    await bob.post("/messages/mark-read", {"message_ids": [second["message_id"]]})

    [_, of_bob] = sorted((await ann.get(path)).data, key=lambda row: row["user_id"] == bob.user_id)
    assert (of_bob["read_seq"], of_bob["message_ids"]) == (2, [])
    assert (await live.next("message_deleted"))["data"]["seq"] == 1
    told = (await live.next("message_read"))["data"]
    assert (told["seq"], told["message_ids"]) == (2, [])


async def test_nor_when_what_went_is_marked_as_read(talk):
    ann, bob, (first, second, _) = talk
    path = f"/conversations/{first['conversation_id']}/positions"
    await ann.delete(at(first))
    await ann.delete(at(second))

    marked = await bob.post("/messages/mark-read", {"message_ids": [first["message_id"]]})
    await bob.delete(at(second, "me"))

    assert marked.data["marked_count"] == 0
    assert {row["read_seq"] for row in (await ann.get(path)).data} == {0}


async def test_of_what_was_read_alone_no_deleted_message_is_named(talk):
    ann, bob, (first, second, third) = talk
    await bob.post("/messages/mark-read", {"message_ids": [third["message_id"]]})

    await ann.delete(at(second))
    await ann.delete(at(third))

    positions = (await ann.get(f"/conversations/{first['conversation_id']}/positions")).data
    [of_bob] = [row for row in positions if row["user_id"] == bob.user_id]
    assert (of_bob["read_seq"], of_bob["message_ids"]) == (0, [])


async def test_in_a_group_an_admin_may_and_it_is_kept_who_did(pinge, db):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    mine, theirs = [(await who.write_group(group_id, "x")).data for who in (ann, bob)]
    live = await eve.live()

    assert (await eve.delete(at(theirs))).code == "not_sender"
    assert (await bob.delete(at(mine))).code == "not_sender"
    assert (await ann.delete(at(theirs))).status == 200

    assert (await live.next("message_deleted"))["data"]["message_id"] == theirs["message_id"]
    assert await db.fetchval("SELECT deleted_by FROM messages WHERE seq = 2") == UUID(ann.user_id)
    assert await unread(eve) == (0, 1)
    assert await unread(ann) == (0, 0)


async def test_twice_is_as_good_as_once(talk):
    ann, bob, (message, *_) = talk
    await ann.delete(at(message))
    live = await bob.live()

    assert (await ann.delete(at(message))).status == 200
    assert (await bob.delete(at(message))).code == "not_sender"
    assert await live.heard_nothing()


async def test_what_is_gone_cannot_be_edited(talk):
    ann, _, (message, *_) = talk
    await ann.delete(at(message))

    refused = await ann.patch(at(message), {"content": "x", "base_rev": message["rev"]})

    assert (refused.status, refused.code) == (409, "stale")
    assert refused.body["current"]["deleted_at"] is not None


async def test_a_retry_of_the_send_does_not_bring_it_back(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    client_id = str(uuid4())
    message = (await ann.write(bob, "x", client_id=client_id)).data
    await ann.delete(at(message))

    again = await ann.write(bob, "x", client_id=client_id)

    assert (again.status, again.data["content"]) == (201, "")
    assert again.data["deleted_at"] is not None
    assert await unread(bob) == (0, 0)


async def test_its_sender_may_when_they_are_contacts_no_more_but_not_from_outside(pinge, talk):
    ann, bob, (message, *_) = talk
    eve = await pinge.person("eve")
    group_id = await ann.group(eve)
    in_group = (await eve.write_group(group_id, "x")).data
    await bob.delete(f"/contacts/{ann.user_id}")
    await eve.post(f"/messages/groups/{group_id}/leave")

    assert (await ann.delete(at(message))).status == 200
    assert (await eve.delete(at(in_group))).code == "not_found"
    assert (await eve.delete(at(message))).code == "not_found"


@pytest.mark.parametrize("scope", ["", "all", "%00"])
async def test_it_is_for_everyone_or_for_me(talk, scope):
    ann, _, (message, *_) = talk

    refused = await ann.delete(at(message, scope))

    assert (refused.status, refused.code) == (422, "invalid")


class TestForAnHour:
    """Where the settings give a sender an hour."""

    @pytest.fixture
    def settings(self, settings):
        return dataclasses.replace(settings, delete_hours=1)

    async def test_then_only_an_admin_may(self, pinge, db):
        ann, bob = await pinge.people("ann", "bob")
        message = (await bob.write_group(await ann.group(bob), "x")).data
        await db.execute("UPDATE messages SET sent_at = sent_at - interval '1 hour'")

        assert (await bob.delete(at(message))).code == "too_late"
        assert (await bob.delete(at(message, "me"))).status == 200
        assert (await ann.delete(at(message))).status == 200


async def test_plain_sockets_hear_of_it_neither_now_nor_later(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    first, second, third = [(await ann.write(bob, f"{n}")).data for n in range(3)]
    plain = await bob.plain()

    await ann.delete(at(second))
    await bob.delete(at(third, "me"))

    assert await plain.is_quiet(eve)
    path = f"/ws?token={bob.token}&since={first['message_id']}"
    again = await pinge.socket(bob, path)
    heard = [(await again.next())["data"]["message_id"] for _ in range(2)]
    assert heard[0] == first["message_id"]
    assert not {second["message_id"], third["message_id"]} & set(heard)


async def test_what_was_said_and_deleted_while_one_was_away_comes_empty(talk):
    ann, bob, _ = talk
    device = await Device.of(bob)
    message = (await ann.write(bob, "oh")).data
    await ann.delete(at(message))

    resumed = await device.sync()

    [conversation] = resumed["conversations"]
    new, deleted = conversation["changes"]
    assert (new["data"]["content"], new["data"]["seq"]) == ("", message["seq"])
    assert new["data"]["deleted_at"] == deleted["data"]["deleted_at"]
    assert (deleted["event"], deleted["data"]["rev"]) == ("message_deleted", conversation["rev"])
    assert conversation["unread_count"] == 3


async def test_reading_far_out_of_order_does_not_keep_anything_from_being_deleted(talk, db):
    ann, bob, (first, *_) = talk
    await db.execute(
        """UPDATE members SET read_ahead_count = 1096, read_ahead = (
               SELECT range_agg(int8range(n * 2, n * 2 + 1)) FROM generate_series(5, 1100) AS n)
            WHERE user_id = $1""",
        UUID(bob.user_id),
    )
    await db.execute("UPDATE conversations SET last_seq = 3000 WHERE kind = 'direct'")
    before, _ = await unread(bob)

    assert (await ann.delete(at(first))).status == 200

    assert await unread(bob) == (before - 1, 0)
