"""Files that go with messages."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.attachments.files import add, begin, get, upload


async def sendable(person, *names):
    """The ids of whole files."""
    return [(await upload(person, name.encode(), name))["attachment_id"] for name in names]


async def test_a_message_brings_its_files(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    live, plain = await bob.live(), await bob.plain()
    ids = await sendable(ann, "b.txt", "a.txt")

    sent = await ann.write(bob, "Read these.", attachment_ids=ids)
    told, [kept] = await live.next(), (await bob.get(f"/messages/direct/{ann.user_id}")).data

    assert sent.status == 201
    assert [file["attachment_id"] for file in sent.data["attachments"]] == ids
    assert sent.data["attachments"][0] == {
        "attachment_id": ids[0],
        "name": "b.txt",
        "content_type": "text/plain",
        "size": 5,
        "width": None,
        "height": None,
        "placeholder": None,
    }
    assert told["data"]["attachments"] == kept["attachments"] == sent.data["attachments"]
    assert "attachments" not in (await plain.next())["data"]
    assert (await get(bob, f"/attachments/{ids[1]}")).content == b"a.txt"


async def test_a_group_and_a_socket_take_files_too(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    first, second = await sendable(ann, "first", "second")
    here, there = await ann.live(), await bob.live()

    sent = await ann.write_group(group_id, "", attachment_ids=[first])
    told = (await there.next("new_group_message"))["data"]
    command = {"client_id": str(uuid4()), "content": "", "attachment_ids": [second]}
    acked = await here.ask("send_message", {**command, "group_id": group_id})
    told_again = (await there.next("new_group_message"))["data"]

    assert sent.data["attachments"] == told["attachments"]
    assert (acked["event"], told_again["attachments"][0]["attachment_id"]) == ("ack", second)
    assert (await get(bob, f"/attachments/{second}")).content == b"second"


@pytest.mark.parametrize("content", ["", " \n\t"])
async def test_files_may_say_it_all_and_nothing_says_nothing(pinge, content):
    ann, bob = await pinge.friends("ann", "bob")
    ids = await sendable(ann, "a")

    with_files = await ann.write(bob, content, attachment_ids=ids)
    without = await ann.write(bob, content, attachment_ids=[])

    assert (with_files.status, with_files.data["content"]) == (201, content)
    assert (without.status, list(without.body["fields"])) == (422, ["content"])


async def test_a_retry_is_the_same_message_with_the_same_files(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    ids, client_id = await sendable(ann, "a", "b"), str(uuid4())
    same = {"client_id": client_id, "attachment_ids": ids}

    sent = await asyncio.gather(*(ann.write(bob, "x", **same) for _ in range(5)))
    others = [
        await ann.write(bob, "x", client_id=client_id),
        await ann.write(bob, "x", client_id=client_id, attachment_ids=ids[::-1]),
        await ann.write(bob, "y", **same),
    ]

    assert [one.data for one in sent] == [sent[0].data] * 5
    assert [other.code for other in others] == ["conflict"] * 3
    assert len((await bob.get("/messages/unread")).data) == 1


async def test_a_retry_after_the_message_was_deleted_is_still_that_message(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    same = {"client_id": str(uuid4()), "attachment_ids": await sendable(ann, "a")}
    sent = (await ann.write(bob, "x", **same)).data
    await ann.delete(f"/messages/{sent['message_id']}?scope=everyone")

    again = await ann.write(bob, "x", **same)

    assert (again.status, again.data["seq"], again.data["attachments"]) == (201, sent["seq"], [])
    assert len((await bob.get(f"/messages/direct/{ann.user_id}")).data) == 1


async def test_a_file_is_in_one_message(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    for _ in range(10):
        [one, other] = await sendable(ann, "a", "b")
        sent = await asyncio.gather(
            *(
                ann.write(bob, "x", attachment_ids=ids)
                for ids in ([one, other], [other, one], [one])
            )
        )
        assert sorted(answer.status for answer in sent) in ([201, 409, 409],)
        assert {answer.code for answer in sent if answer.status == 409} == {"attachment_taken"}


async def test_an_id_that_is_taken_takes_no_file_from_its_message_and_brings_it_none(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group_id, [sent, free] = await ann.group(bob), await sendable(ann, "a", "b")
    mine = (await ann.write(bob, "", attachment_ids=[sent])).data["message_id"]
    theirs = (await bob.write(ann, "x")).data["message_id"]

    refused = [
        await ann.write_group(group_id, "", client_id=mine, attachment_ids=[sent]),
        await ann.write(bob, "", client_id=mine, attachment_ids=[sent, free]),
        await ann.write(bob, "", client_id=theirs, attachment_ids=[free]),
    ]

    assert [one.code for one in refused] == ["conflict"] * 3
    assert (await get(bob, f"/attachments/{sent}")).status == 200
    assert (await get(bob, f"/attachments/{free}")).status == 404
    assert (await ann.write_group(group_id, "", attachment_ids=[free])).status == 200


async def test_only_whole_files_of_ones_own_go_with_a_message(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    [mine], [theirs] = await sendable(ann, "a"), await sendable(bob, "b")
    begun, gone = await begin(ann, 10), (await sendable(ann, "c"))[0]
    await ann.delete(f"/attachments/{gone}")

    for other, status, code in (
        (theirs, 404, "not_found"),
        (gone, 404, "not_found"),
        (str(uuid4()), 404, "not_found"),
        (begun, 409, "attachment_unfinished"),
    ):
        refused = await ann.write(bob, "x", attachment_ids=[mine, other])
        assert (refused.status, refused.code) == (status, code)
    assert (await ann.write(bob, "x", attachment_ids=[mine])).status == 201


@pytest.mark.parametrize(
    "ids",
    [
        "x",
        ["x"],
        [5],
        [None],
        {},
        None,
        ["0b0e4a3c-6a3b-4a57-9f0e-1a52a1ad7c11"] * 2,
        [str(uuid4()) for _ in range(11)],
    ],
)
async def test_files_are_named_by_ten_ids_at_most_and_each_once(pinge, ids):
    ann, bob = await pinge.friends("ann", "bob")

    refused = await ann.write(bob, "x", attachment_ids=ids)
    over_socket = await (await ann.live()).ask(
        "send_message",
        {"client_id": str(uuid4()), "content": "", "receiver_id": bob.user_id}
        | {"attachment_ids": ids},
    )

    assert (refused.status, list(refused.body["fields"])) == (422, ["attachment_ids"])
    assert over_socket["data"]["code"] == "invalid"


async def test_what_could_not_be_sent_can_be_sent_elsewhere(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    eve = await pinge.person("eve")
    ids = await sendable(ann, "a", "b")
    group_id = await bob.group(eve)

    refused = await ann.write_group(group_id, "x", attachment_ids=ids)
    at_once = await ann.write(bob, "x", attachment_ids=ids)
    await db.execute("UPDATE attachments SET claimed_at = claimed_at - interval '11 seconds'")
    later = await ann.write(bob, "x", attachment_ids=ids)

    assert (refused.status, at_once.code) == (403, "attachment_taken")
    assert later.status == 201


async def test_a_file_that_was_sent_is_not_let_go_by_itself(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    [file] = await sendable(ann, "a")
    await ann.write(bob, "x", attachment_ids=[file])

    refused = await ann.delete(f"/attachments/{file}")

    assert (refused.status, refused.code) == (409, "attachment_taken")
    assert (await ann.get("/attachments")).data == []
    assert (await add(ann, file, 1, b"more")).status == 409
    assert (await get(bob, f"/attachments/{file}")).status == 200
