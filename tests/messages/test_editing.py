"""Saying it otherwise: who may, until when, who hears of it, and what is kept."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest
from limits import parse

from pinge.config import LIMITS
from tests.attachments.files import upload

FAR = {"content": "x", "base_rev": 2}


async def edit(person, message, content, **more):
    """Change a message as it was seen."""
    changed = {"content": content, "base_rev": message["rev"], **more}
    return await person.patch(f"/messages/{message['message_id']}", changed)


async def history(person, message):
    """The page that the message is on."""
    page = await person.get(f"/conversations/{message['conversation_id']}/messages")
    return page.data["messages"]


@pytest.fixture
async def said(pinge):
    """Ann, Bob, and a message of Ann's to him."""
    ann, bob = await pinge.friends("ann", "bob")
    return ann, bob, (await ann.write(bob, "Helo")).data


async def test_an_edited_message_keeps_its_place_and_says_so(said):
    ann, bob, message = said
    await bob.write(ann, "Hm?")

    edited = await edit(ann, message, "Hello")

    assert edited.status == 200
    assert (edited.data["content"], edited.data["sender_name"]) == ("Hello", "ann")
    assert edited.data["edited_at"] > edited.data["sent_at"]
    assert (edited.data["seq"], edited.data["rev"]) == (1, 4)
    for person, other in ((ann, bob), (bob, ann)):
        [_, first] = (await person.get(f"/messages/direct/{other.user_id}")).data
        shared = first.keys() & edited.data
        assert {name: first[name] for name in shared} == {n: edited.data[n] for n in shared}
        assert (await history(person, message))[1] == edited.data


async def test_all_in_the_conversation_hear_of_it_and_plain_sockets_do_not(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    message = (await ann.write_group(group_id, "Helo")).data
    live = [await (await ann.device()).live(), await ann.live(), await bob.live()]
    plain = await eve.plain()

    edited = (await edit(ann, message, "Hello")).data

    for socket in live:
        heard = await socket.next("message_edited")
        assert heard["data"] == {
            "conversation_id": group_id,
            "rev": edited["rev"],
            "seq": 1,
            "message_id": message["message_id"],
            "sender_id": ann.user_id,
            "content": "Hello",
            "mentions": [],
            "edited_at": edited["edited_at"],
        }
    assert await plain.is_quiet(bob)


async def test_of_two_edits_of_the_same_version_the_second_is_shown_what_the_first_made(said):
    ann, _, message = said
    first = (await edit(ann, message, "Hello")).data

    second = await edit(ann, message, "Hallo")

    assert (second.status, second.code) == (409, "stale")
    assert second.body["current"] == first
    assert (await edit(ann, second.body["current"], "Hallo")).status == 200


async def test_the_same_text_again_changes_nothing(said):
    ann, bob, message = said
    first = (await edit(ann, message, "Hello")).data
    live = await bob.live()

    again = await edit(ann, message, "Hello")

    assert (again.status, again.data) == (200, first)
    assert await live.heard_nothing()


async def test_over_a_socket_it_is_acknowledged_with_its_version(said):
    ann, _, message = said
    live = await ann.live()
    change = {"message_id": message["message_id"], "content": "Hello", "base_rev": message["rev"]}

    done = await live.ask("edit_message", change)
    refused = await live.ask("edit_message", change | {"content": "Hallo"})

    assert done["event"] == "ack"
    assert (done["data"]["seq"], done["data"]["rev"]) == (1, message["rev"] + 1)
    assert refused["data"]["code"] == "stale"
    assert refused["data"]["current"]["content"] == "Hello"


async def test_only_its_sender_may_and_strangers_do_not_learn_that_it_is_there(pinge, said):
    ann, bob, message = said
    eve = await pinge.person("eve")

    for person, code in ((bob, "not_sender"), (eve, "not_found")):
        assert (await edit(person, message, "x")).code == code
    assert (await ann.patch(f"/messages/{uuid4()}", FAR)).code == "not_found"
    assert (await ann.patch("/messages/7", FAR)).code == "malformed_id"
    assert (await history(ann, message))[0]["content"] == "Helo"


async def test_whoever_may_not_write_may_not_rewrite(pinge, said):
    ann, bob, message = said
    group_id = await ann.group(bob)
    in_group = (await bob.write_group(group_id, "Helo")).data
    await bob.post(f"/messages/groups/{group_id}/leave")
    await bob.delete(f"/contacts/{ann.user_id}")

    assert (await edit(ann, message, "x")).code == "not_contacts"
    assert (await edit(bob, in_group, "x")).code == "not_found"
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})
    assert (await edit(bob, in_group, "Hello")).status == 200


async def test_after_a_day_it_is_too_late(said, db):
    ann, _, message = said
    await db.execute("UPDATE messages SET sent_at = sent_at - interval '23 hours 50 minutes'")
    message = (await edit(ann, message, "Hello")).data
    await db.execute("UPDATE messages SET sent_at = sent_at - interval '10 minutes'")

    refused = await edit(ann, message, "Hallo")

    assert (refused.status, refused.code) == (403, "too_late")


class TestForEver:
    """Where the settings let everything be changed at any time."""

    @pytest.fixture
    def settings(self, settings):
        return dataclasses.replace(settings, edit_hours=-1, delete_hours=48)

    async def test_it_is_never_too_late(self, said, db):
        ann, _, message = said
        await db.execute("UPDATE messages SET sent_at = sent_at - interval '10 years'")

        assert (await edit(ann, message, "Hello")).status == 200

    async def test_clients_are_told_how_long_they_may(self, pinge):
        ann = await pinge.person("ann")
        headers = ann.bearer

        socket = await pinge.socket(ann, "/ws", protocols=("pinge.v1",), headers=headers)

        limits = (await socket.next("hello"))["data"]["limits"]
        assert (limits["edit_hours"], limits["delete_hours"]) == (-1, 48)


class TestLimited:
    """Where somebody may send and change three messages an hour."""

    @pytest.fixture
    def settings(self, settings):
        few = {**LIMITS, "messages": parse("3 per hour")}
        return dataclasses.replace(settings, rate_limits=True, limits=few)

    async def test_changing_counts_as_sending_does(self, said):
        ann, bob, message = said
        live = await ann.live()
        edited = (await edit(ann, message, "Hello")).data
        await ann.delete(f"/messages/{message['message_id']}?scope=me")

        refused = [
            await edit(ann, edited, "Hallo"),
            await ann.delete(f"/messages/{message['message_id']}"),
            await ann.write(bob, "Hallo"),
        ]

        assert [(answer.status, answer.code) for answer in refused] == [(429, "rate_limited")] * 3
        command = {"message_id": message["message_id"]}
        assert (await live.ask("delete_message", command))["data"]["code"] == "rate_limited"
        assert (await history(bob, message))[0]["content"] == "Hello"


@pytest.mark.parametrize(
    "body",
    [
        {"base_rev": 2},
        {"content": "x"},
        {"content": "", "base_rev": 2},
        {"content": " \n", "base_rev": 2},
        {"content": "x" * 8001, "base_rev": 2},
        {"content": "\x00", "base_rev": 2},
        {"content": 7, "base_rev": 2},
        {"content": "x", "base_rev": "two"},
        {"content": "x", "base_rev": 2**80},
        {"content": "x", "base_rev": None},
        [],
    ],
)
async def test_what_is_no_edit_is_refused(said, body):
    ann, _, message = said

    refused = await ann.patch(f"/messages/{message['message_id']}", body)

    assert (refused.status, refused.code) == (422, "invalid")


async def test_where_files_say_it_the_text_may_go(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    file = await upload(ann, b"Dear Bob")
    sent = await ann.write(bob, "Read this.", attachment_ids=[file["attachment_id"]])

    edited = await edit(ann, sent.data, "")

    assert (edited.status, edited.data["content"]) == (200, "")
    assert edited.data["attachments"] == sent.data["attachments"]


async def test_what_it_said_before_is_kept_for_those_in_the_conversation(pinge, said):
    ann, bob, message = said
    eve = await pinge.person("eve")
    path = f"/messages/{message['message_id']}/versions"
    for content in ("Hello", "Hello!"):
        message = (await edit(ann, message, content)).data

    versions = (await bob.get(path)).data

    assert [version["content"] for version in versions] == ["Hello!", "Hello", "Helo"]
    assert [version["rev"] for version in versions] == [4, 3, 2]
    assert versions[0]["written_at"] == message["edited_at"]
    assert versions[2]["written_at"] == message["sent_at"]
    assert (await eve.get(path)).code == "not_found"


async def test_of_very_many_texts_the_latest_hundred_are_kept(said, db):
    ann, bob, message = said
    for number in range(102):
        message = (await edit(ann, message, f"{number}")).data

    versions = (await bob.get(f"/messages/{message['message_id']}/versions")).data

    assert [version["content"] for version in versions] == [f"{n}" for n in range(101, 0, -1)]


async def test_a_retry_of_the_send_is_answered_with_what_it_says_by_now(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    client_ids = [str(uuid4()), str(uuid4())]
    direct = (await ann.write(bob, "Helo", client_id=client_ids[0])).data
    in_group = (await ann.write_group(group_id, "Helo", client_id=client_ids[1])).data
    edited = [(await edit(ann, message, "Hello")).data for message in (direct, in_group)]

    again = [
        (await ann.write(bob, "Helo", client_id=client_ids[0])).data,
        (await ann.write_group(group_id, "Helo", client_id=client_ids[1])).data,
    ]

    for retried, now in zip(again, edited, strict=True):
        shared = retried.keys() & now
        assert {name: retried[name] for name in shared} == {name: now[name] for name in shared}
    assert (await ann.write(bob, "Hello", client_id=client_ids[0])).status == 409
