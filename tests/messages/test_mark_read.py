"""Reading: exactly what one says one read, and nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pinge.messages import reading

MARK_READ = "/messages/mark-read"
NO_IDS = [None, {}, "", 5, {"message_ids": None}, {"message_ids": "x"}, {"message_ids": {}}]


async def mark(person, *message_ids):
    return await person.post(MARK_READ, {"message_ids": list(message_ids)})


async def total(person):
    return (await person.get("/messages/unread/count")).data["total_unread"]


async def unread(person):
    return [message["content"] for message in (await person.get("/messages/unread")).data]


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, and the ids of five messages of Bob's to Ann."""
    ann, bob = await pinge.friends("ann", "bob")
    return ann, bob, [(await bob.write(ann, f"{n}")).data["message_id"] for n in range(5)]


async def test_a_newer_message_is_read_while_older_ones_are_not(talk):
    ann, _, ids = talk

    marked = await mark(ann, ids[3])

    assert marked.status == 200
    assert marked.data["marked_count"] == 1
    assert isinstance(marked.data["message"], str)
    assert await unread(ann) == ["4", "2", "1", "0"]
    assert await total(ann) == 4


async def test_only_what_was_not_read_before_is_counted(talk):
    ann, _, ids = talk

    assert (await mark(ann, ids[0], ids[2])).data["marked_count"] == 2
    assert (await mark(ann, ids[0], ids[2])).data["marked_count"] == 0
    assert (await mark(ann, *ids[:3])).data["marked_count"] == 1
    assert (await mark(ann, ids[4], ids[4], ids[4].upper())).data["marked_count"] == 1
    assert await unread(ann) == ["3"]
    assert (await mark(ann, *ids)).data["marked_count"] == 1
    assert (await mark(ann, *ids)).data["marked_count"] == 0
    assert await total(ann) == 0


async def test_only_what_one_received_is_marked(pinge, talk):
    ann, bob, ids = talk
    eve = await pinge.person("eve")
    await eve.befriend(bob)
    mine = (await ann.write(bob, "My own")).data["message_id"]
    to_eve = (await bob.write(eve, "Not for Ann")).data["message_id"]
    group_id = await bob.group(ann)
    in_group = (await bob.write_group(group_id, "Hi")).data["message_id"]

    for foreign in (mine, to_eve, in_group, str(uuid4())):
        refused = await mark(ann, foreign)
        assert (refused.status, refused.code) == (404, "not_found")
    marked = await mark(ann, mine, to_eve, in_group, str(uuid4()), ids[1])
    assert marked.data["marked_count"] == 1
    assert await unread(bob) == ["My own"]
    assert await unread(eve) == ["Not for Ann"]
    assert await total(ann) == 4


async def test_no_ids_at_all_are_not_found(pinge):
    ann = await pinge.person("ann")

    refused = await mark(ann)

    assert (refused.status, refused.code) == (404, "not_found")


async def test_a_thousand_ids_are_taken_and_no_more(talk):
    ann, _, ids = talk
    others = [str(uuid4()) for _ in range(1000)]

    assert (await mark(ann, *others, ids[0])).status == 422
    assert (await mark(ann, *others[1:], ids[0])).data["marked_count"] == 1


async def test_too_much_out_of_order_is_refused_whole(talk, monkeypatch):
    monkeypatch.setattr(reading, "MOST_RANGES", 1)
    ann, bob, ids = talk

    assert (await mark(ann, ids[1])).status == 200
    refused = await mark(ann, ids[2], ids[4])
    assert (refused.status, refused.code) == (409, "conflict")
    assert await unread(ann) == ["4", "3", "2", "0"]
    assert (await ann.post(f"{MARK_READ}/contact/{bob.user_id}")).data["marked_count"] == 4


@pytest.mark.parametrize("body", [*NO_IDS, {"message_ids": ["7"]}, {"message_ids": [None]}])
async def test_ids_that_are_none_are_refused(pinge, body):
    ann = await pinge.person("ann")

    refused = await ann.post(MARK_READ, body)

    assert (refused.status, refused.code) == (422, "invalid")
    assert refused.body["fields"]


async def test_all_of_one_person_is_read_at_once(pinge, talk):
    ann, bob, ids = talk
    eve = await pinge.person("eve")
    await eve.befriend(ann)
    await eve.write(ann, "Hi")
    await mark(ann, ids[2])
    path = f"{MARK_READ}/contact/{bob.user_id.upper()}"

    assert (await ann.post(path)).data["marked_count"] == 4
    assert (await ann.post(path, {})).data["marked_count"] == 0
    assert await unread(ann) == ["Hi"]
    history = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    assert all(message["is_read"] for message in history)


async def test_nothing_of_strangers_and_nobody_is_read(pinge):
    ann, eve = await pinge.people("ann", "eve")

    for user_id in (eve.user_id, str(uuid4()), ann.user_id):
        marked = await ann.post(f"{MARK_READ}/contact/{user_id}")
        assert (marked.status, marked.data["marked_count"]) == (200, 0)
    assert (await ann.post(f"{MARK_READ}/contact/eve")).code == "malformed_id"


async def test_all_of_a_group_is_read_at_once(talk):
    ann, bob, _ = talk
    group_id = await bob.group(ann)
    await bob.write_group(group_id, "Hi")
    path = f"{MARK_READ}/group/{group_id}"

    for _ in range(2):
        marked = await ann.post(path)
        assert marked.status == 200
        assert marked.data["group_id"] == group_id
        assert isinstance(marked.data["message"], str)
        summary = (await ann.get("/messages/unread/count")).data
        assert (summary["total_group_unread"], summary["groups_with_unread"]) == (0, [])
    assert await total(ann) == 5


async def test_only_members_read_a_group(pinge, talk):
    ann, bob, _ = talk
    eve = await pinge.person("eve")
    group_id = await bob.group(ann)
    direct = (await bob.write(ann, "Hi")).data["conversation_id"]

    assert (await eve.post(f"{MARK_READ}/group/{group_id}")).status == 404
    assert (await ann.post(f"{MARK_READ}/group/{uuid4()}")).status == 404
    assert (await ann.post(f"{MARK_READ}/group/{direct}")).status == 404
    assert (await ann.post(f"{MARK_READ}/group/7")).status == 400
    await ann.post(f"/messages/groups/{group_id}/leave")
    assert (await ann.post(f"{MARK_READ}/group/{group_id}")).status == 404
    await bob.delete(f"/messages/groups/{group_id}")
    assert (await bob.post(f"{MARK_READ}/group/{group_id}")).status == 404


async def test_ones_other_devices_hear_what_was_read(talk):
    ann, bob, ids = talk
    group_id = await bob.group(ann)
    await bob.write_group(group_id, "Hi")
    device, plain = await ann.live(), await ann.plain()
    in_direct = (await bob.get(f"/messages/direct/{ann.user_id}")).data[0]["conversation_id"]

    heard = []
    for path, body in (
        (MARK_READ, {"message_ids": [ids[1]]}),
        (f"{MARK_READ}/group/{group_id}", None),
        (f"{MARK_READ}/contact/{bob.user_id}", None),
    ):
        await ann.post(path, body)
        await ann.post(path, body)  # the second time nothing is new
        heard.append(await device.next("unread_changed"))

    assert [told["data"] for told in heard] == [
        {
            "conversation_id": conversation_id,
            "unread_count": unread_count,
            "total_unread": total_unread,
            "mention_count": 0,
            "total_group_unread": total_group_unread,
            "total_mentions": 0,
        }
        for conversation_id, unread_count, total_unread, total_group_unread in (
            (in_direct, 4, 4, 1),
            (group_id, 0, 4, 0),
            (in_direct, 0, 0, 0),
        )
    ]
    assert await device.is_quiet(bob)
    assert (await plain.next())["event"] == "new_direct_message"


async def test_reading_much_at_once_is_told_once_a_second_at_most(talk):
    ann, bob, ids = talk
    device, of_bob = await ann.live(), await bob.live()

    for message_id in ids:
        await mark(ann, message_id)
    figures = [(await device.next("unread_changed"))["data"]["unread_count"] for _ in range(2)]
    receipts = [(await of_bob.next("message_read"))["data"] for _ in range(2)]

    assert figures[1] == 0
    assert receipts[1]["seq"] == len(ids)
    assert receipts[1]["rev"] == receipts[0]["rev"] + 1
    assert await of_bob.heard_nothing()
