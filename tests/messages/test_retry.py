"""One id is one message, however often it is sent."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest


def client_id():
    return str(uuid4())


def key(value):
    return {"headers": {"Idempotency-Key": value}}


def message_to(other, content="Once", **more):
    return {"receiver_id": other.user_id, "content": content, **more}


@pytest.fixture
async def ann_and_bob(pinge):
    return await pinge.friends("ann", "bob")


async def test_a_retry_gives_the_original_back(ann_and_bob):
    ann, bob = ann_and_bob
    mine = client_id()
    plain = await bob.plain()

    first = await ann.write(bob, "Once", client_id=mine)
    again = await ann.write(bob, "Once", client_id=mine)

    assert first.data["message_id"] == mine
    assert (again.status, again.data) == (first.status, first.data) == (201, first.data)
    await ann.write(bob, "Twice")
    assert [(await plain.next())["data"]["content"] for _ in range(2)] == ["Once", "Twice"]
    assert len((await bob.get(f"/messages/direct/{ann.user_id}")).data) == 2


async def test_a_retry_in_a_group_gives_the_original_back(ann_and_bob):
    ann, bob = ann_and_bob
    group_id = await ann.group(bob)
    mine = client_id()

    first = await ann.write_group(group_id, "Once", client_id=mine)
    again = await ann.write_group(group_id, "Once", client_id=mine)

    assert (again.status, again.data) == (first.status, first.data) == (200, first.data)


async def test_a_retry_over_the_socket_gets_the_same_ack(ann_and_bob):
    ann, bob = ann_and_bob
    said = message_to(bob, client_id=client_id())
    over_http = (await ann.post("/messages/direct", said)).data
    live = await ann.live()

    first, again = [await live.ask("send_message", said) for _ in range(2)]

    assert first["data"] | {"id": 0} == again["data"] | {"id": 0}
    for same in ("message_id", "seq", "rev", "sent_at", "conversation_id"):
        assert first["data"][same] == over_http[same]


async def test_a_retry_hears_of_what_was_read_since(ann_and_bob):
    ann, bob = ann_and_bob
    mine = client_id()
    await ann.write(bob, "Once", client_id=mine)
    await bob.post(f"/messages/mark-read/contact/{ann.user_id}")

    assert (await ann.write(bob, "Once", client_id=mine)).data["is_read"] is True


async def test_a_retry_is_answered_after_the_contact_is_removed(ann_and_bob):
    ann, bob = ann_and_bob
    mine = client_id()
    first = await ann.write(bob, "Once", client_id=mine)
    await bob.delete(f"/contacts/{ann.user_id}")

    again = await ann.write(bob, "Once", client_id=mine)

    assert (again.status, again.data) == (201, first.data)


async def test_the_id_may_come_as_a_header(ann_and_bob):
    ann, bob = ann_and_bob
    mine = client_id()

    answers = [
        await ann.post("/messages/direct", message_to(bob), **key(mine)),
        await ann.post("/messages/direct", message_to(bob), **key(mine.upper())),
        await ann.post("/messages/direct", message_to(bob, client_id=mine.upper()), **key(mine)),
        await ann.post("/messages/direct", message_to(bob, client_id=mine.upper())),
        await ann.post("/messages/direct", message_to(bob, client_id=None), **key(mine)),
    ]

    assert [answer.status for answer in answers] == [201] * 5
    assert {answer.data["message_id"] for answer in answers} == {mine}
    assert len((await bob.get(f"/messages/direct/{ann.user_id}")).data) == 1


@pytest.mark.parametrize(
    "header", ["7", "", "not-a-uuid", "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2", "é" * 36]
)
async def test_a_header_that_is_no_uuid_is_refused(ann_and_bob, header):
    ann, bob = ann_and_bob

    refused = await ann.post("/messages/direct", message_to(bob), **key(header))

    assert (refused.status, refused.code) == (422, "invalid")


async def test_a_header_that_differs_from_the_body_is_refused(ann_and_bob):
    ann, bob = ann_and_bob
    group_id = await ann.group(bob)
    said = message_to(bob, client_id=client_id())

    for path in ("/messages/direct", f"/messages/groups/{group_id}/messages"):
        assert (await ann.post(path, said, **key(client_id()))).status == 422
    assert (await ann.post("/messages/direct", message_to(bob, client_id="7"))).status == 422
    assert (await bob.get(f"/messages/direct/{ann.user_id}")).data == []


async def test_an_id_stands_for_one_message_only(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob)
    mine = client_id()
    original = (await ann.write(bob, "Once", client_id=mine)).data

    others = [
        await ann.write(bob, "Once ", client_id=mine),  # another payload
        await bob.write(ann, "Once", client_id=mine),  # another sender
        await eve.write(ann, "Once", client_id=mine),
        await ann.write(eve, "Once", client_id=mine),  # another conversation
        await ann.write_group(group_id, "Once", client_id=mine),
    ]

    assert [(answer.status, answer.code) for answer in others] == [(409, "conflict")] * 5
    assert "Once" not in others[2].body["error"]
    assert (await bob.get(f"/messages/direct/{ann.user_id}")).data == [original]
    assert (await ann.get(f"/messages/direct/{eve.user_id}")).data == []
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 1
    live = await bob.live()
    refused = await live.ask("send_message", message_to(ann, client_id=mine))
    assert refused["data"]["code"] == "conflict"


async def test_fifty_copies_at_once_are_one_message(ann_and_bob):
    ann, bob = ann_and_bob
    mine = client_id()
    plain, live = await bob.plain(), await ann.live()

    answers = await asyncio.gather(*(ann.write(bob, "Once", client_id=mine) for _ in range(50)))
    for number in range(50):
        await live.say("send_message", message_to(bob, client_id=mine), id=number)
    acks = [await live.next("ack") for _ in range(50)]

    assert all(answer.status == 201 and answer.data == answers[0].data for answer in answers)
    assert [ack["data"]["seq"] for ack in acks] == [1] * 50
    assert (await plain.next())["data"]["message_id"] == mine
    assert await plain.is_quiet(ann)


async def test_of_fifty_different_copies_at_once_one_wins(ann_and_bob):
    ann, bob = ann_and_bob
    mine = client_id()

    answers = await asyncio.gather(*(ann.write(bob, f"{n}", client_id=mine) for n in range(50)))

    assert sorted(answer.status for answer in answers) == [201] + 49 * [409]
    [kept] = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    [won] = [answer.data for answer in answers if answer.status == 201]
    assert kept == won


async def test_two_senders_of_one_id_at_once_do_not_mix(ann_and_bob):
    ann, bob = ann_and_bob

    for _ in range(20):
        mine = client_id()
        both = await asyncio.gather(
            ann.write(bob, "Once", client_id=mine), bob.write(ann, "Once", client_id=mine)
        )
        assert sorted(answer.status for answer in both) == [201, 409]
