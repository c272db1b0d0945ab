"""Forwarding: what is said again, where, in whose name, and with which files."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest
from limits import parse

from pinge.config import LIMITS
from tests.attachments.files import get, upload
from tests.sync.device import Device


@pytest.fixture
async def talk(pinge):
    """Ann, Bob and Eve, and what Bob said to Ann."""
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    said = [(await bob.write(ann, text)).data for text in ("1", "2", "3")]
    return ann, bob, eve, said


async def forward(person, messages, *to, **more):
    """Forward messages to places."""
    ids = [message["message_id"] for message in messages]
    return await person.post("/messages/forward", {"message_ids": ids, "to": to, **more})


async def history(person, conversation_id):
    """What was said there, the oldest first."""
    page = await person.get(f"/conversations/{conversation_id}/messages")
    return page.data["messages"][::-1]


async def test_messages_are_said_again_in_their_order_and_in_the_name_of_who_said_them(talk):
    ann, bob, eve, said = talk
    group_id = await ann.group(eve)
    live, device = await eve.live(), await Device.of(eve)

    answered = await forward(ann, said[::-1], {"receiver_id": eve.user_id}, {"group_id": group_id})

    assert answered.status == 200
    outcomes = answered.data["to"]
    assert [one["refusal"] for one in outcomes] == [None, None]
    for outcome in outcomes:
        copies = await history(eve, outcome["conversation_id"])
        assert [copy["content"] for copy in copies] == ["1", "2", "3"]
        assert {copy["sender_id"] for copy in copies} == {ann.user_id}
        assert [copy["forwarded"] for copy in copies] == [
            {"sender_id": bob.user_id, "sender_name": "bob", "sent_at": original["sent_at"]}
            for original in said
        ]
        assert [
            {name: copy[name] for name in ("message_id", "seq", "rev", "sent_at")}
            | {"original_id": original["message_id"]}
            for copy, original in zip(copies, said, strict=True)
        ] == outcome["messages"]
    heard = (await live.next("new_direct_message"))["data"]
    [first, *_] = await history(eve, outcomes[0]["conversation_id"])
    assert heard["forwarded"] == first["forwarded"]
    missed = (await device.sync())["conversations"]
    names = {
        told["data"]["forwarded"]["sender_name"]
        for one in missed
        for told in one["changes"]
        if told["event"].startswith("new_") and told["data"]["seq"]
    }
    assert names == {"bob"}


async def test_a_retry_says_nothing_twice_even_after_the_first_was_edited(talk):
    ann, bob, eve, said = talk
    to, key = {"receiver_id": eve.user_id}, {"client_id": str(uuid4())}

    first = await forward(ann, said[:1], to, **key)
    edit = {"content": "one", "base_rev": said[0]["rev"]}
    await bob.patch(f"/messages/{said[0]['message_id']}", edit)
    again = await forward(ann, said[:1], to, **key)
    anew = await forward(ann, said[:1], to)

    assert again.data == first.data
    assert anew.data["to"][0]["messages"][0]["seq"] == 2
    copies = await history(eve, first.data["to"][0]["conversation_id"])
    assert [copy["content"] for copy in copies] == ["1", "one"]


async def test_a_retry_is_answered_alike_when_what_was_forwarded_is_gone(talk):
    ann, bob, eve, said = talk
    to, key = {"receiver_id": eve.user_id}, {"client_id": str(uuid4())}
    first = await forward(ann, said, to, **key)
    await bob.delete(f"/messages/{said[1]['message_id']}")

    again = await forward(ann, said, to, **key)
    anew = await forward(ann, said, to)
    further = await forward(ann, said, to, {"receiver_id": bob.user_id}, **key)

    assert again.data == first.data
    assert (anew.status, anew.code) == (404, "not_found")
    assert further.status == 404


async def test_a_socket_forwards_too_and_hears_what_came_of_it(talk):
    ann, _, eve, said = talk
    socket = await ann.live()
    ids = [message["message_id"] for message in said]
    to = [{"receiver_id": eve.user_id}]
    forwarding = {"message_ids": ids, "to": to, "client_id": str(uuid4())}

    command_id = 7
    await socket.say("forward_messages", forwarding, id=command_id)
    heard = [await socket.next() for _ in range(4)]

    [ack] = [told for told in heard if told["event"] == "ack"]
    assert [copy["original_id"] for copy in ack["data"]["to"][0]["messages"]] == ids
    said_again = [told["data"] for told in heard if told["event"] == "new_direct_message"]
    assert [told["content"] for told in said_again] == ["1", "2", "3"]
    assert {told["forwarded"]["sender_name"] for told in said_again} == {"bob"}
    again = await socket.ask("forward_messages", forwarding)
    assert again["data"]["to"] == ack["data"]["to"]


async def test_each_place_is_judged_for_itself(talk):
    ann, _, eve, said = talk
    stranger = await ann.pinge.person("stu")
    others = await eve.group(name="Others")

    answered = await forward(
        ann,
        said[:2],
        {"receiver_id": stranger.user_id},
        {"group_id": others},
        {"conversation_id": str(uuid4())},
        {"receiver_id": str(uuid4())},
        {"receiver_id": eve.user_id},
    )

    outcomes = answered.data["to"]
    assert [one["refusal"] and one["refusal"]["code"] for one in outcomes] == [
        *("not_contacts", "not_member", "not_member", "not_found"),
        None,
    ]
    assert [len(one["messages"]) for one in outcomes] == [0, 0, 0, 0, 2]


async def test_only_what_one_may_read_is_forwarded(talk):
    ann, bob, eve, said = talk
    to = {"receiver_id": eve.user_id}
    group_id = await bob.group(ann)
    in_group = (await bob.write_group(group_id, "x")).data
    await ann.delete(f"/messages/{said[1]['message_id']}?scope=me")
    await bob.delete(f"/messages/{said[2]['message_id']}")

    for messages in (said[1:2], said[2:], said, [{"message_id": str(uuid4())}]):
        refused = await forward(ann, messages, to)
        assert (refused.status, refused.code) == (404, "not_found")
    assert (await forward(eve, said[:1], to)).status == 404
    mixed = await forward(ann, [said[0], in_group], to)
    assert (mixed.status, mixed.body["fields"].keys()) == (422, {"message_ids"})
    await ann.post(f"/messages/groups/{group_id}/leave")
    assert (await forward(ann, [in_group], to)).status == 404
    assert (await eve.get(f"/messages/direct/{ann.user_id}")).data == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": []},
        {"to": [{}]},
        {"to": [{"group_id": str(uuid4()), "receiver_id": str(uuid4())}]},
        {"to": [{"group_id": str(uuid4())}] * 6},
        {"message_ids": []},
        {"message_ids": [str(uuid4())] * 51},
        {"message_ids": ["x"]},
        {"client_id": "x"},
    ],
)
async def test_what_is_not_well_said_is_refused(pinge, wrong):
    ann = await pinge.person("ann")
    asked = {"message_ids": [str(uuid4())], "to": [{"receiver_id": str(uuid4())}]}

    refused = await ann.post("/messages/forward", asked | wrong)

    assert (refused.status, refused.code) == (422, "invalid")
    assert refused.body["fields"].keys() == wrong.keys()


async def test_who_does_not_want_to_be_found_is_not_named_but_by_themselves(talk):
    ann, bob, eve, said = talk
    await bob.patch("/settings", {"findable": False})

    by_ann = await forward(ann, said[:1], {"receiver_id": eve.user_id})
    by_bob = await forward(bob, said[:1], {"receiver_id": eve.user_id})

    [unnamed] = await history(eve, by_ann.data["to"][0]["conversation_id"])
    assert unnamed["forwarded"] == {
        "sender_id": None,
        "sender_name": None,
        "sent_at": said[0]["sent_at"],
    }
    [named] = await history(eve, by_bob.data["to"][0]["conversation_id"])
    assert named["forwarded"]["sender_id"] == bob.user_id


async def test_a_copy_of_a_copy_names_who_said_it_first_and_is_nobodys_to_edit(talk):
    ann, bob, eve, said = talk
    first = (await forward(ann, said[:1], {"receiver_id": eve.user_id})).data["to"][0]

    second = await forward(eve, first["messages"], {"receiver_id": bob.user_id})

    [copy] = await history(bob, second.data["to"][0]["conversation_id"])
    assert copy["forwarded"] == {
        "sender_id": bob.user_id,
        "sender_name": "bob",
        "sent_at": said[0]["sent_at"],
    }
    edit = {"content": "I never said this", "base_rev": copy["rev"]}
    refused = await eve.patch(f"/messages/{copy['message_id']}", edit)
    assert (refused.status, refused.code) == (403, "forwarded")


async def test_files_are_had_in_each_place_for_as_long_as_a_message_there_shows_them(talk):
    ann, bob, eve, _ = talk
    file = (await upload(bob, b"the plan"))["attachment_id"]
    shown = (await bob.write(ann, "", attachment_ids=[file])).data
    path = f"/attachments/{file}"
    assert (await get(eve, path)).status == 404

    copies = (await forward(ann, [shown], {"receiver_id": eve.user_id})).data["to"][0]
    [copy] = await history(eve, copies["conversation_id"])

    assert copy["attachments"] == shown["attachments"]
    assert (await get(eve, path)).content == b"the plan"
    await bob.delete(f"/messages/{shown['message_id']}")
    assert [(await get(one, path)).status for one in (bob, ann, eve)] == [404, 200, 200]
    await ann.delete(f"/messages/{copy['message_id']}")
    assert [(await get(one, path)).status for one in (bob, ann, eve)] == [404, 404, 404]


async def test_a_file_of_a_copy_that_was_refused_goes_with_the_first(talk):
    ann, bob, _, _ = talk
    stranger = await ann.pinge.person("stu")
    await stranger.patch("/settings", {"who_may_write": "nobody"})
    await ann.befriend(stranger)
    file = (await upload(bob, b"the plan"))["attachment_id"]
    shown = (await bob.write(ann, "", attachment_ids=[file])).data

    refused = (await forward(ann, [shown], {"receiver_id": stranger.user_id})).data["to"][0]

    assert refused["refusal"]["code"] == "not_taken"
    assert (await get(stranger, f"/attachments/{file}")).status == 404


class TestOften:
    """With limits."""

    @pytest.fixture
    def settings(self, settings):
        few = LIMITS | {"forwards": parse("5 per minute")}
        return dataclasses.replace(settings, rate_limits=True, limits=few)

    async def test_one_forwards_only_so_often(self, talk):
        ann, _, eve, said = talk
        for _ in range(5):
            assert (await forward(ann, said[:1], {"receiver_id": eve.user_id})).status == 200

        refused = await forward(ann, said[:1], {"receiver_id": eve.user_id})

        assert (refused.status, refused.code) == (429, "rate_limited")
