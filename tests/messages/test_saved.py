"""Saved messages: a conversation with oneself, on all of one's devices and nobody else's."""

from __future__ import annotations

import asyncio
from uuid import uuid4

from tests.attachments.files import upload


async def save(person, content, **more):
    return await person.post("/messages/saved", {"content": content, **more})


async def test_what_was_saved_is_on_other_devices_and_in_the_history(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    phone, other = await ann.live(), await bob.live()

    saved = await save(ann, "Buy milk")

    told = (await phone.next("new_saved_message"))["data"]
    assert (saved.status, told["message_id"]) == (201, saved.data["message_id"])
    key = told["conversation_id"]
    page = (await ann.get(f"/conversations/{key}/messages")).data["messages"]
    assert [one["content"] for one in page] == ["Buy milk"]
    assert await other.is_quiet(ann)
    assert (await bob.get(f"/conversations/{key}/messages")).status == 403


async def test_it_is_listed_apart_and_never_unread(pinge):
    ann = await pinge.person("ann")
    await save(ann, "Buy milk")

    overview = (await ann.get("/conversations")).data
    [listed] = overview["conversations"]

    assert (listed["kind"], listed["title"]) == ("saved", "Saved messages")
    assert (listed["unread_count"], listed["last_message"]["content"]) == (0, "Buy milk")
    assert (overview["total_unread"], overview["total_group_unread"]) == (0, 0)
    assert (await ann.get("/messages/groups")).data == []


async def test_everybody_has_one_however_often_and_at_once_it_is_asked_for(pinge, db):
    ann, bob = await pinge.people("ann", "bob")

    opened = await asyncio.gather(
        *(ann.call("PUT", "/conversations/saved") for _ in range(8)),
        *(save(ann, "x") for _ in range(8)),
    )

    assert len({answer.data["conversation_id"] for answer in opened}) == 1
    assert (await save(bob, "x")).data["conversation_id"] != opened[0].data["conversation_id"]
    assert await db.fetchval("SELECT count(*) FROM conversations WHERE kind = 'saved'") == 2


async def test_all_that_can_be_said_elsewhere_can_be_saved(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    file = (await upload(ann, b"note"))["attachment_id"]
    first = await save(ann, "", attachment_ids=[file])
    told = await bob.write(ann, "Remember this")

    answered = await save(ann, "And this", reply_to=first.data["message_id"])
    key = first.data["conversation_id"]
    forwarded = await ann.post(
        "/messages/forward",
        {
            "message_ids": [told.data["message_id"]],
            "to": [{"conversation_id": key}],
            "client_id": str(uuid4()),
        },
    )

    assert answered.data["reply_to"]["attachment_count"] == 1
    assert forwarded.status == 200
    page = (await ann.get(f"/conversations/{key}/messages")).data["messages"]
    assert [one["content"] for one in page] == ["Remember this", "And this", ""]


async def test_a_command_saves_too(pinge):
    ann = await pinge.person("ann")
    key = (await ann.call("PUT", "/conversations/saved")).data["conversation_id"]
    phone, desk = await ann.live(), await ann.live()

    payload = {"conversation_id": key, "content": "Buy milk", "client_id": str(uuid4())}
    assert (await phone.ask("send_message", payload))["event"] == "ack"

    assert (await desk.next("new_saved_message"))["data"]["content"] == "Buy milk"


async def test_nobody_is_let_into_it(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    key = (await ann.call("PUT", "/conversations/saved")).data["conversation_id"]

    added = await ann.post(f"/messages/groups/{key}/members", {"user_ids": [bob.user_id]})

    assert added.status == 403
    assert (await bob.post(f"/messages/groups/{key}/messages", {"content": "x"})).status == 403
