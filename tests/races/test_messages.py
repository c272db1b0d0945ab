"""People who write while the conversation changes under their hands."""

from __future__ import annotations

import asyncio

from tests.races.rounds import ROUNDS, at_once, broken, race

LANES = 6


async def test_nothing_is_said_in_a_group_after_its_end(pinge, db):
    async def a_round(ann, bob):
        group_id = await ann.group(bob)

        async def end():
            ended = await ann.delete(f"/messages/groups/{group_id}")
            assert (await bob.write_group(group_id, "too late")).code == "not_member"
            return ended

        *sent, ended = await at_once(
            bob.write_group(group_id, "one"), ann.write_group(group_id, "two"), end()
        )

        assert ended.status == 200
        assert {answer.status for answer in sent} <= {200, 403}

    await race(a_round, *[await pinge.people("ann", "bob")] * LANES)
    assert await broken(db) == {}


async def test_nothing_is_said_by_whoever_was_removed(pinge, db):
    async def a_round(ann, bob):
        group_id = await ann.group(bob)

        async def remove():
            removed = await ann.delete(f"/messages/groups/{group_id}/members/{bob.user_id}")
            assert (await bob.write_group(group_id, "too late")).code == "not_member"
            return removed

        *sent, removed = await at_once(
            bob.write_group(group_id, "one"), bob.write_group(group_id, "two"), remove()
        )

        assert removed.status == 200
        assert {answer.status for answer in sent} <= {200, 403}
        history = (await ann.get(f"/messages/groups/{group_id}/messages")).data
        assert len(history) == [answer.status for answer in sent].count(200)

    await race(a_round, *[await pinge.people("ann", "bob")] * LANES)
    assert await broken(db) == {}


async def test_whoever_was_removed_hears_nothing_that_was_said_later(pinge, db):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    of_bob = await bob.live()

    async def a_round():
        group_id = await ann.group(bob, eve)
        path = f"/messages/groups/{group_id}/members/{bob.user_id}"
        await ann.write_group(group_id, "before")
        await at_once(eve.write_group(group_id, "before or after"), ann.delete(path))
        await eve.write_group(group_id, "after")

    await race(a_round, *[()] * LANES)

    gone = set()
    await of_bob.say("mumble")
    while (heard := await of_bob.next())["event"] != "error":
        group_id = heard["data"]["conversation_id"]
        assert group_id not in gone
        if heard["event"] == "member_removed":
            gone.add(group_id)
    assert len(gone) == ROUNDS
    assert await broken(db) == {}


async def test_what_is_unread_is_right_however_it_is_read_while_more_is_said(pinge, db):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)

    async def a_round(writer):
        first = (await writer.write(bob, "one")).data
        answers = await at_once(
            writer.write(bob, "two"),
            bob.post("/messages/mark-read", {"message_ids": [first["message_id"]]}),
            bob.write(writer, "three"),
            writer.write_group(group_id, "four"),
            bob.write_group(group_id, "five"),
            bob.post(f"/messages/mark-read/group/{group_id}"),
        )
        assert {answer.status for answer in answers} <= {200, 201}

    async def read_now_and_then():
        while True:
            await at_once(bob.post(f"/messages/mark-read/contact/{ann.user_id}"))
            await asyncio.sleep(0.05)

    reading = asyncio.create_task(read_now_and_then())
    await race(a_round, (ann,), (eve,), (ann,))
    reading.cancel()

    assert await broken(db) == {}
    for person in (ann, bob, eve):
        summary = (await person.get("/messages/unread/count")).data
        listed = (await person.get("/messages/unread")).data
        assert summary["total_unread"] == len(listed)
        for unread in summary["contacts_with_unread"]:
            of_them = [row for row in listed if row["sender_id"] == unread["contact_id"]]
            assert unread["unread_count"] == len(of_them)
            assert unread["last_message_at"] == of_them[0]["sent_at"]


async def test_each_change_is_heard_once_and_messages_in_their_order(pinge, db):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}"
    of_bob = await bob.live()

    async def a_round():
        await at_once(
            ann.patch(path, {"name": "Crew"}),
            bob.write_group(group_id, "one"),
            ann.write_group(group_id, "two"),
            ann.post(f"{path}/members", {"user_ids": [eve.user_id]}),
            ann.delete(f"{path}/members/{eve.user_id}"),
        )

    await race(a_round, *[()] * 3)

    heard = []
    await of_bob.say("mumble")
    while (event := await of_bob.next())["event"] != "error":
        heard.append(event["data"])
    assert sorted(data["rev"] for data in heard) == list(range(2, 2 + len(heard)))
    assert [data["seq"] for data in heard if "seq" in data] == list(range(1, 1 + 2 * ROUNDS))
    assert await broken(db) == {}
