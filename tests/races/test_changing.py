"""Messages that are changed by several at once, or read, or followed by others meanwhile."""

from __future__ import annotations

from tests.races.rounds import at_once, broken, race, statuses

LANES = 6


def edit(person, message, content):
    changed = {"content": content, "base_rev": message["rev"]}
    return person.patch(f"/messages/{message['message_id']}", changed)


def delete(person, message, scope="everyone"):
    return person.delete(f"/messages/{message['message_id']}?scope={scope}")


async def test_of_two_edits_one_is_made_and_the_other_shown_it(pinge, db):
    async def a_round(ann, bob):
        message = (await ann.write(bob, "none")).data

        answers = await at_once(edit(ann, message, "one"), edit(ann, message, "two"))

        assert statuses(answers) == [200, 409]
        [made] = [answer.data for answer in answers if answer.status == 200]
        [refused] = [answer.body for answer in answers if answer.status == 409]
        assert refused["current"] == made
        path = f"/messages/{message['message_id']}/versions"
        kept = [version["content"] for version in (await bob.get(path)).data]
        assert kept == [made["content"], "none"]

    await race(a_round, *[await pinge.friends("ann", "bob")] * LANES)
    assert await broken(db) == {}


async def test_what_is_deleted_while_it_is_edited_is_gone(pinge, db):
    async def a_round(ann, bob):
        message = (await ann.write(bob, "none")).data

        edited, deleted, hidden = await at_once(
            edit(ann, message, "one"), delete(ann, message), delete(bob, message, "me")
        )

        assert (deleted.status, hidden.status) == (200, 200)
        assert edited.status in (200, 409)
        again = await edit(ann, message, "two")
        assert (again.status, again.body["current"]["content"]) == (409, "")

    await race(a_round, *[await pinge.friends("ann", "bob")] * LANES)
    assert await broken(db) == {}


async def test_what_is_deleted_while_it_is_read_is_unread_by_nobody(pinge, db):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)

    async def a_round():
        direct = [(await ann.write(bob, f"{number}")).data for number in range(3)]
        in_group = (await ann.write_group(group_id, "x")).data
        answers = await at_once(
            delete(ann, direct[0]),
            bob.post("/messages/mark-read", {"message_ids": [direct[0]["message_id"]]}),
            delete(bob, direct[1], "me"),
            bob.post("/messages/mark-read", {"message_ids": [direct[2]["message_id"]]}),
            delete(ann, in_group),
            bob.post(f"/messages/mark-read/group/{group_id}"),
            delete(eve, in_group, "me"),
        )
        assert {answer.status for answer in answers} == {200}

    await race(a_round, *[()] * LANES)
    assert await broken(db) == {}
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 0
    assert (await eve.get("/messages/unread/count")).data["total_group_unread"] == 0


async def test_what_is_deleted_while_more_is_said_leaves_the_rest_unread(pinge, db):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    live = await eve.live()

    async def a_round():
        message = (await bob.write_group(group_id, "one")).data
        answers = await at_once(
            delete(ann, message),
            bob.write_group(group_id, "two"),
            ann.write_group(group_id, "three"),
            delete(bob, message),
        )
        assert {answer.status for answer in answers} == {200}

    await race(a_round, *[()] * 3)

    assert await broken(db) == {}
    count = await db.fetchval("SELECT count(*) FROM messages WHERE deleted_at IS NULL")
    assert (await eve.get("/messages/unread/count")).data["total_group_unread"] == count
    heard = []
    await live.say("mumble")
    while (event := await live.next())["event"] != "error":
        if "rev" in event["data"]:
            heard.append(event["data"]["rev"])
    assert heard == list(range(2, 2 + len(heard)))
