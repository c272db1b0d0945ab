"""Who may say what to whom, and what comes of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

WORDS = "One two, one two: this is a test"


def client_id():
    return str(uuid4())


@pytest.fixture
async def ann_and_bob(pinge):
    return await pinge.friends("ann", "bob")


async def test_a_direct_message_over_http(ann_and_bob):
    ann, bob = ann_and_bob

    sent = await ann.write(bob, WORDS)

    assert sent.status == 201
    message = sent.data
    assert message["sender_id"] == ann.user_id
    assert message["receiver_id"] == bob.user_id
    assert message["content"] == WORDS
    assert message["is_read"] is False
    assert message["seq"] == 1
    assert message["sent_at"].endswith(("+00:00", "Z"))
    assert (await ann.get(f"/messages/direct/{bob.user_id}")).data == [message]
    assert (await bob.get(f"/messages/direct/{ann.user_id}")).data == [message]


async def test_a_group_message_over_http(ann_and_bob):
    ann, bob = ann_and_bob
    group_id = await ann.group(bob)

    sent = await ann.write_group(group_id, WORDS)

    assert sent.status == 200
    message = sent.data
    assert message["group_id"] == group_id
    assert (message["sender_id"], message["sender_name"]) == (ann.user_id, "ann")
    assert (await bob.get(f"/messages/groups/{group_id}/messages")).data == [message]


async def test_a_command_names_the_person_the_group_or_the_conversation(ann_and_bob):
    ann, bob = ann_and_bob
    group_id = await ann.group(bob)
    live = await ann.live()
    places = {"receiver_id": bob.user_id, "group_id": group_id}

    for place, known_id in places.items():
        said = {"client_id": client_id(), "content": WORDS}
        first = (await live.ask("send_message", said | {place: known_id}))["data"]
        assert first["message_id"] == said["client_id"]
        assert first["seq"] == 1
        said["client_id"] = client_id()
        there = {"conversation_id": first["conversation_id"]}
        second = (await live.ask("send_message", said | there))["data"]
        assert second["conversation_id"] == first["conversation_id"]
        assert second["seq"] == 2

    direct = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    group = (await bob.get(f"/messages/groups/{group_id}/messages")).data
    assert [message["seq"] for message in direct + group] == [2, 1, 2, 1]


@pytest.mark.parametrize(
    "changed",
    [
        {"receiver_id": None, "group_id": None},
        {"group_id": "99999999-9999-4999-8999-999999999999"},
        {"client_id": None},
        {"client_id": "7"},
        {"content": None},
        {"content": "  "},
        {"receiver_id": 5},
    ],
)
async def test_a_command_that_does_not_fit_is_refused(ann_and_bob, changed):
    ann, bob = ann_and_bob
    live = await ann.live()
    said = {"client_id": client_id(), "content": WORDS, "receiver_id": bob.user_id} | changed

    refused = await live.ask("send_message", said)

    assert refused["event"] == "error"
    assert refused["data"]["code"] == "invalid"
    assert (await live.ask("ping"))["event"] == "ack"


@pytest.mark.parametrize(
    "content",
    [
        "x",
        "y" * 8000,
        f"  {'z' * 8000}\n\t",
        "👩‍👩‍👧‍👦" * 1000,
        "\r\n line \u2028 one\u0085two \t",
        "I\u0307stanbul ﬁ \u202eevil\u202c \ufeff \x01\x1b[0m",
        '{"event": "new_direct_message"}',
        "'; DROP TABLE messages; -- $1 %s \\",
    ],
)
async def test_content_is_kept_as_it_came(ann_and_bob, content):
    ann, bob = ann_and_bob
    plain = await bob.plain()

    sent = await ann.write(bob, content)

    assert sent.status == 201
    assert (await plain.next())["data"]["content"] == content
    [kept] = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    assert kept["content"] == content


@pytest.mark.parametrize(
    "content", ["", " \n\t ", "\u2003", "x" * 8001, "a\0b", "\ud800", None, 5, ["hello"], {}]
)
async def test_content_that_cannot_be_kept_is_refused(ann_and_bob, content):
    ann, bob = ann_and_bob
    group_id = await ann.group(bob)

    for refused in (await ann.write(bob, content), await ann.write_group(group_id, content)):
        assert refused.status == 422
        assert refused.code == "invalid"
    assert (await ann.get(f"/messages/direct/{bob.user_id}")).data == []


async def test_one_cannot_write_to_oneself(ann_and_bob):
    ann, _ = ann_and_bob

    assert (await ann.write(ann, WORDS)).status == 400


async def test_one_cannot_write_to_nobody(ann_and_bob):
    ann, _ = ann_and_bob
    nobody = {"receiver_id": str(uuid4()), "content": WORDS}

    assert (await ann.post("/messages/direct", nobody)).status == 404
    assert (await ann.post("/messages/direct", nobody | {"receiver_id": "me"})).status == 422
    assert (await ann.post("/messages/direct", {"content": WORDS})).status == 422


async def test_a_stranger_cannot_be_written_to(pinge):
    ann, eve = await pinge.people("ann", "eve")
    live = await ann.live()

    assert (await ann.write(eve, WORDS)).code == "not_contacts"
    assert (await ann.write(eve, WORDS)).status == 403
    said = {"client_id": client_id(), "receiver_id": eve.user_id, "content": WORDS}
    assert (await live.ask("send_message", said))["data"]["code"] == "not_contacts"
    assert (await eve.get("/messages/unread")).data == []


async def test_what_former_contacts_said_stays_readable_and_nothing_is_added(ann_and_bob):
    ann, bob = ann_and_bob
    kept = (await ann.write(bob, WORDS)).data
    assert (await ann.delete(f"/contacts/{bob.user_id}")).status == 200

    for one, other in ((ann, bob), (bob, ann)):
        refused = await one.write(other, "Still there?")
        assert (refused.status, refused.code) == (403, "not_contacts")
        assert (await one.get(f"/messages/direct/{other.user_id}")).data == [kept]
    live = await bob.live()
    said = {"client_id": client_id(), "content": "Still there?"}
    there = {"conversation_id": kept["conversation_id"]}
    assert (await live.ask("send_message", said | there))["data"]["code"] == "not_contacts"

    await bob.befriend(ann)

    assert (await ann.write(bob, "There you are")).data["seq"] == 2


async def test_only_members_write_to_a_group(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob)
    live = await eve.live()

    assert (await eve.write_group(group_id, WORDS)).status == 403
    for place in ("group_id", "conversation_id"):
        said = {"client_id": client_id(), "content": WORDS, place: group_id}
        assert (await live.ask("send_message", said))["data"]["code"] == "not_member"
    assert (await ann.write_group(str(uuid4()), WORDS)).status == 403
    assert (await ann.write_group("friends", WORDS)).status == 400
    assert (await bob.post(f"/messages/groups/{group_id}/leave")).status == 200
    assert (await bob.write_group(group_id, WORDS)).status == 403
    assert (await ann.delete(f"/messages/groups/{group_id}")).status == 200
    assert (await ann.write_group(group_id, WORDS)).status == 403


async def test_a_conversation_of_others_is_closed(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    theirs = (await ann.write(bob, WORDS)).data["conversation_id"]
    live = await eve.live()

    said = {"client_id": client_id(), "content": WORDS, "conversation_id": theirs}
    assert (await live.ask("send_message", said))["data"]["code"] == "not_member"
    said["group_id"] = said.pop("conversation_id")
    assert (await live.ask("send_message", said))["data"]["code"] == "not_member"
    assert (await eve.write_group(theirs, WORDS)).status == 403
    assert (await eve.get(f"/messages/groups/{theirs}/messages")).status == 403


@pytest.mark.parametrize("place", ["group_id", "conversation_id"])
async def test_whoever_was_let_in_a_moment_ago_writes_and_hears_at_once(pinge, place):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "Before")
    live, plain = await eve.live(), await eve.plain()
    said = {"content": WORDS, place: group_id}

    for seq in (2, 4):
        await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [eve.user_id]})
        ack = await live.ask("send_message", said | {"client_id": client_id()})
        assert ack["data"]["seq"] == seq
        await bob.write_group(group_id, f"Welcome {seq}")
        assert (await plain.next())["data"]["content"] == f"Welcome {seq}"
        await ann.delete(f"/messages/groups/{group_id}/members/{eve.user_id}")
        refused = await live.ask("send_message", said | {"client_id": client_id()})
        assert refused["data"]["code"] == "not_member"
