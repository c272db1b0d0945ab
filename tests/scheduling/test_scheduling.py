"""A message for later is sent once, when it is due, as its writer would send it then."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from pinge.scheduling import sending
from tests.attachments.files import upload
from tests.people import PASSWORD
from tests.tokens.acting import bot_of


def soon(**when):
    return (datetime.now(UTC) + timedelta(**when)).isoformat()


async def schedule(person, key, content="Later", **more):
    body = {"content": content, "send_at": soon(hours=1), **more}
    return await person.post(f"/conversations/{key}/scheduled-messages", body)


async def make_due(db):
    await db.execute("UPDATE scheduled_messages SET send_at = now() - interval '1 second'")


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, and where they talk."""
    ann, bob = await pinge.friends("ann", "bob")
    return ann, bob, (await ann.write(bob, "Hello")).data["conversation_id"]


async def test_what_is_due_arrives_and_the_writers_devices_hear_of_both(talk, db):
    ann, bob, key = talk
    made = await schedule(ann, key)
    phone, other = await ann.live(), await bob.live()
    await make_due(db)

    arrived = (await other.next("new_direct_message"))["data"]
    own = (await phone.next("new_direct_message"))["data"]
    told = (await phone.next("scheduled_message_changed"))["data"]

    assert made.status == 201
    assert arrived["content"] == "Later"
    ids = {made.data["scheduled_id"], arrived["message_id"], own["message_id"]}
    assert (ids, told["status"]) == ({told["scheduled_id"]}, "sent")
    assert (await ann.get("/scheduled-messages")).data == []


async def test_it_takes_its_files_and_what_it_answers_along(talk, db):
    ann, bob, key = talk
    question = (await bob.write(ann, "Where is it?")).data["message_id"]
    file = (await upload(ann, b"here"))["attachment_id"]
    await schedule(ann, key, "Here", attachment_ids=[file], reply_to=question)
    other = await bob.live()
    await make_due(db)

    arrived = (await other.next("new_direct_message"))["data"]

    assert [one["attachment_id"] for one in arrived["attachments"]] == [file]
    assert arrived["reply_to"]["message_id"] == question


async def test_several_processes_send_it_once(talk, db, pinge):
    ann, bob, key = talk
    for number in range(20):
        await schedule(ann, key, str(number))
    await make_due(db)

    await asyncio.gather(*(sending.send_due(pinge.app) for _ in range(5)))

    page = (await bob.get(f"/conversations/{key}/messages?limit=100")).data["messages"]
    assert sorted(int(one["content"]) for one in page if one["content"].isdigit()) == [*range(20)]


async def test_who_died_after_sending_it_has_it_sent_no_second_time(talk, db, pinge):
    ann, bob, key = talk
    made = await schedule(ann, key)
    await ann.write(bob, "Later", client_id=made.data["scheduled_id"])
    await make_due(db)

    await sending.send_due(pinge.app)

    said = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    assert [one["content"] for one in said] == ["Later", "Hello"]
    assert await db.fetchval("SELECT status FROM scheduled_messages") == "sent"


async def test_it_can_be_changed_and_cancelled_until_it_is_sent(talk, db, pinge):
    ann, bob, key = talk
    changed, cancelled = await schedule(ann, key), await schedule(ann, key)
    at = "/scheduled-messages"

    other = {"content": "Even later", "send_at": soon(hours=2)}
    assert (await ann.patch(f"{at}/{changed.data['scheduled_id']}", other)).status == 200
    assert (await ann.delete(f"{at}/{cancelled.data['scheduled_id']}")).status == 200
    assert [one["content"] for one in (await ann.get(at)).data] == ["Even later"]
    await make_due(db)
    await sending.send_due(pinge.app)

    for made in (changed, cancelled):
        assert (await ann.delete(f"{at}/{made.data['scheduled_id']}")).status == 409
    assert [one["content"] for one in (await bob.get(f"/messages/direct/{ann.user_id}")).data] == [
        "Even later",
        "Hello",
    ]


async def test_who_may_not_write_there_any_more_is_told_why(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    group = await ann.group(bob)
    await schedule(bob, group)
    await ann.delete(f"/messages/groups/{group}/members/{bob.user_id}")
    phone = await bob.live()
    await make_due(db)

    told = (await phone.next("scheduled_message_changed"))["data"]

    assert (told["status"], told["failure"]) == ("failed", "not_member")
    assert [one["status"] for one in (await bob.get("/scheduled-messages")).data] == ["failed"]


async def test_a_retry_schedules_nothing_more_and_another_under_its_id_is_refused(talk, db):
    ann, bob, key = talk
    once = {"client_id": str(uuid4()), "send_at": soon(hours=1)}

    first, again = [await schedule(ann, key, **once) for _ in range(2)]

    assert (first.status, again.status, again.data) == (201, 201, first.data)
    assert (await schedule(ann, key, "Other", **once)).status == 409
    assert (await schedule(bob, key, **once)).status == 409
    assert await db.fetchval("SELECT count(*) FROM scheduled_messages") == 1


@pytest.mark.parametrize(
    "send_at", ["2020-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2099-01-01T00:00:00"]
)
async def test_only_times_that_come_within_a_year_are_taken(talk, send_at):
    ann, _, key = talk

    refused = await schedule(ann, key, send_at=send_at)

    assert (refused.status, list(refused.body["fields"])) == (422, ["send_at"])


async def test_there_are_a_hundred_at_most(talk, db):
    ann, _, key = talk
    await db.execute(
        "INSERT INTO scheduled_messages (scheduled_id, user_id, conversation_id, rev, content,"
        " send_at) SELECT gen_random_uuid(), $1, $2, 0, 'x', now() + interval '1 day'"
        " FROM generate_series(1, 100)",
        ann.user_id,
        key,
    )

    assert (await schedule(ann, key)).body["code"] == "too_many_scheduled"


async def test_strangers_to_a_conversation_schedule_nothing_in_it(pinge, talk):
    *_, key = talk
    stranger = await pinge.person("stu")

    assert (await schedule(stranger, key)).status == 403
    assert (await schedule(stranger, uuid4())).status == 403


async def test_what_a_bot_scheduled_is_not_said_once_its_owner_is_gone(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    bot = await bot_of(ann)
    group = await ann.group(bob, bot)
    assert (await schedule(bot, group)).status == 201

    await ann.post("/authentication/me/deactivate", {"password": PASSWORD})
    await make_due(db)
    await sending.send_due(pinge.app)

    assert (await bob.get(f"/messages/groups/{group}/messages")).data == []
    assert await db.fetchval("SELECT failure FROM scheduled_messages") == "inactive_account"
