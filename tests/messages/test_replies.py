"""Answers: which message they quote, to whom, and how the quote follows it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.attachments.files import upload
from tests.sync.device import Device


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, Eve, a group of theirs, and what Ann said in it."""
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    asked = (await ann.write_group(group_id, "Tea or coffee? " + "?" * 300)).data
    return ann, bob, eve, group_id, asked


async def newest(person, conversation_id):
    """The latest message of a conversation."""
    page = await person.get(f"/conversations/{conversation_id}/messages?limit=1")
    return page.data["messages"][0]


async def test_an_answer_quotes_the_beginning_of_its_message_everywhere(talk):
    ann, bob, eve, group_id, asked = talk
    live, device = await eve.live(), await Device.of(eve)
    quote = {
        "message_id": asked["message_id"],
        "seq": 1,
        "sender_id": ann.user_id,
        "sender_name": "ann",
        "content": asked["content"][:200],
        "attachment_count": 0,
        "deleted_at": None,
    }

    answered = await bob.write_group(group_id, "Tea", reply_to=asked["message_id"])

    assert answered.data["reply_to"] == quote
    assert (await live.next("new_group_message"))["data"]["reply_to"] == quote
    assert (await newest(eve, group_id))["reply_to"] == quote
    [shown, _] = (await eve.get(f"/messages/groups/{group_id}/messages")).data
    assert shown["reply_to"] == quote
    [hit] = (await eve.get("/search/messages?q=tea%20from:bob")).data["messages"]
    assert hit["reply_to"] == quote
    [missed] = [
        told["data"]
        for conversation in (await device.sync())["conversations"]
        for told in conversation["changes"]
        if told["event"] == "new_group_message"
    ]
    assert missed["reply_to"] == quote


async def test_one_answers_over_a_socket_and_between_two_as_well(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    file = await upload(ann, b"a plan")
    shown = {"attachment_ids": [file["attachment_id"]]}
    asked = (await ann.write(bob, "This one?", **shown)).data
    socket, listening = await bob.live(), await ann.live()
    answer = {"client_id": str(uuid4()), "content": "Yes", "reply_to": asked["message_id"]}

    reply = await socket.ask("send_message", {"receiver_id": ann.user_id, **answer})

    assert reply["event"] == "ack"
    heard = (await listening.next("new_direct_message"))["data"]
    assert (heard["reply_to"]["content"], heard["reply_to"]["attachment_count"]) == ("This one?", 1)
    [unread] = (await ann.get("/messages/unread")).data
    assert unread["reply_to"] == heard["reply_to"]


async def test_a_quote_follows_the_edits_and_the_end_of_its_message(talk):
    ann, bob, _, group_id, asked = talk
    await bob.write_group(group_id, "Tea", reply_to=asked["message_id"])
    path = f"/messages/{asked['message_id']}"

    await ann.patch(path, {"content": "Tea?", "base_rev": asked["rev"]})
    edited = (await newest(bob, group_id))["reply_to"]
    await ann.delete(path)
    deleted = (await newest(bob, group_id))["reply_to"]

    assert (edited["content"], edited["deleted_at"]) == ("Tea?", None)
    assert deleted["content"] == ""
    assert deleted["deleted_at"] is not None
    assert deleted["message_id"] == asked["message_id"]


async def test_what_one_hid_is_not_quoted_to_oneself_and_is_to_others(talk):
    ann, bob, eve, group_id, asked = talk
    await eve.delete(f"/messages/{asked['message_id']}?scope=me")
    to_eve, to_ann, device = await eve.live(), await ann.live(), await Device.of(eve)

    await bob.write_group(group_id, "Tea", reply_to=asked["message_id"])

    assert (await to_eve.next("new_group_message"))["data"]["reply_to"] is None
    assert (await to_ann.next("new_group_message"))["data"]["reply_to"]["seq"] == 1
    assert (await newest(eve, group_id))["reply_to"] is None
    assert (await newest(ann, group_id))["reply_to"]["seq"] == 1
    [one] = (await device.sync())["conversations"]
    assert [told["data"]["reply_to"] for told in one["changes"]] == [None]


async def test_who_may_not_read_what_was_before_they_came_is_not_quoted_it(talk):
    ann, bob, _, group_id, asked = talk
    late = await ann.pinge.person("lea")
    await ann.patch(f"/messages/groups/{group_id}", {"history_visibility": "joined"})
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [late.user_id]})
    to_late, device = await late.live(), await Device.of(late)

    await bob.write_group(group_id, "Tea", reply_to=asked["message_id"])
    refused = await late.write_group(group_id, "Milk", reply_to=asked["message_id"])

    assert (await to_late.next("new_group_message"))["data"]["reply_to"] is None
    assert (await newest(late, group_id))["reply_to"] is None
    [one] = (await device.sync())["conversations"]
    assert [told["data"]["reply_to"] for told in one["changes"]] == [None]
    assert (refused.status, refused.code) == (404, "not_found")
    stolen = {"message_ids": [asked["message_id"]], "to": [{"group_id": group_id}]}
    assert (await late.post("/messages/forward", stolen)).status == 404


async def test_only_what_is_in_the_conversation_can_be_answered(talk):
    ann, bob, _, group_id, asked = talk
    elsewhere = (await ann.write(bob, "Between us")).data["message_id"]
    socket = await bob.live()

    for reply_to in (elsewhere, str(uuid4())):
        refused = await bob.write_group(group_id, "?", reply_to=reply_to)
        assert (refused.status, refused.code) == (404, "not_found")
    command = {"client_id": str(uuid4()), "content": "?", "group_id": group_id}
    reply = await socket.ask("send_message", command | {"reply_to": elsewhere})
    assert reply["data"]["code"] == "not_found"
    malformed = await bob.write_group(group_id, "?", reply_to="x")
    assert malformed.status == 422

    assert (await newest(bob, group_id))["message_id"] == asked["message_id"]


async def test_a_retry_is_the_same_answer_and_another_answer_is_no_retry(talk):
    ann, bob, _, group_id, asked = talk
    said = {"client_id": str(uuid4()), "reply_to": asked["message_id"]}
    other = (await ann.write_group(group_id, "Or water?")).data["message_id"]

    first = await bob.write_group(group_id, "Tea", **said)
    await ann.delete(f"/messages/{asked['message_id']}")
    again = await bob.write_group(group_id, "Tea", **said)
    differing = await bob.write_group(group_id, "Tea", **said | {"reply_to": other})

    assert (again.status, again.data["seq"]) == (200, first.data["seq"])
    assert again.data["reply_to"]["deleted_at"] is not None
    assert (differing.status, differing.code) == (409, "conflict")


async def test_nothing_of_a_deleted_answer_is_left(talk):
    ann, bob, _, group_id, asked = talk
    answer = (await bob.write_group(group_id, "@ann Tea", reply_to=asked["message_id"])).data

    await bob.delete(f"/messages/{answer['message_id']}")

    gone = await newest(ann, group_id)
    assert (gone["content"], gone["reply_to"], gone["mentions"]) == ("", None, [])
