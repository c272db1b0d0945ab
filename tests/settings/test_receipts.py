"""Who hides how far messages reached them: nothing of it is shown, nor do they see it of others."""

from __future__ import annotations

import pytest

from tests.sync.device import Device


@pytest.fixture
async def talk(pinge):
    """Two contacts, the second of whom hides; three messages to him, and one from him."""
    ann, bob = await pinge.friends("ann", "bob")
    await bob.patch("/settings", {"sends_receipts": False})
    sent = [(await ann.write(bob, str(number))).data for number in range(3)]
    await bob.write(ann, "mine")
    return ann, bob, sent[0]["conversation_id"]


async def reached(person, key):
    """How far messages have reached each member, as somebody sees it."""
    rows = (await person.get(f"/conversations/{key}/positions")).data
    return {row["user_id"]: (row["delivered_seq"], row["read_seq"]) for row in rows}


async def read(person, key, seq=4):
    socket = await person.live()
    for command in ("mark_delivered", "mark_read"):
        acked = await socket.ask(command, {"conversation_id": key, "seq": seq})
        assert acked["event"] == "ack"
    return socket


async def test_nothing_is_shown_of_who_hides_and_what_is_unread_stays_right(talk):
    ann, bob, key = talk
    hers = await ann.live()

    await read(bob, key)

    assert await hers.is_quiet(bob)
    assert await reached(ann, key) == {ann.user_id: (0, 0), bob.user_id: (0, 0)}
    page = (await ann.get(f"/messages/direct/{bob.user_id}")).data
    assert [row["is_read"] for row in page] == [False] * 5
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 0


async def test_who_hides_sees_nothing_of_others(talk):
    ann, bob, key = talk
    his = await bob.live()

    await read(ann, key)

    assert await his.is_quiet(ann)
    assert await reached(bob, key) == {ann.user_id: (0, 0), bob.user_id: (0, 0)}
    [mine] = [
        row
        for row in (await bob.get(f"/messages/direct/{ann.user_id}")).data
        if row["sender_id"] == bob.user_id
    ]
    assert mine["is_read"] is False


async def test_turning_it_on_shows_at_once_where_one_is(talk):
    ann, bob, key = talk
    await read(bob, key)
    await read(ann, key, seq=2)
    hers = await ann.live()

    await bob.patch("/settings", {"sends_receipts": True})

    assert (await hers.next("message_delivered"))["data"]["seq"] == 4
    assert (await hers.next("message_read"))["data"]["seq"] == 4
    both = {ann.user_id: (2, 2), bob.user_id: (4, 4)}
    assert await reached(ann, key) == await reached(bob, key) == both


async def test_turning_it_off_takes_back_what_was_shown(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    sent = (await ann.write(bob, "hello")).data
    key = sent["conversation_id"]
    await read(bob, key, seq=1)
    device = await Device.of(ann)
    hers = await ann.live()

    await bob.patch("/settings", {"sends_receipts": False})

    told = [(await hers.next())["data"] for _ in range(2)]
    assert [(data["user_id"], data["seq"]) for data in told] == [(bob.user_id, 0)] * 2
    await device.sync()
    assert [event["data"] for event in device.heard[-2:]] == told
    assert (await ann.get(f"/messages/direct/{bob.user_id}")).data[0]["is_read"] is False


async def test_a_retry_tells_no_more_than_the_history(talk):
    ann, bob, _ = talk
    client_id = "0190b0f4-0000-7000-8000-000000000001"
    sent = await ann.write(bob, "again", client_id=client_id)
    await read(bob, sent.data["conversation_id"], seq=5)

    assert (await ann.write(bob, "again", client_id=client_id)).data["is_read"] is False


async def test_in_a_group_the_others_go_on_seeing_each_other(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await eve.patch("/settings", {"sends_receipts": False})
    key = await ann.group(bob)
    await ann.write_group(key, "before")
    await ann.post(f"/messages/groups/{key}/members", {"user_ids": [eve.user_id]})
    await ann.write_group(key, "after")
    hers, eves = await ann.live(), await eve.live()

    await read(eve, key, seq=2)
    await read(bob, key, seq=2)

    for event in ("message_delivered", "message_read"):
        assert (await hers.next(event))["data"]["user_id"] == bob.user_id
    await ann.write_group(key, "marker")
    while (told := await eves.next())["event"] != "new_group_message":
        assert told["event"] == "unread_changed"
    assert await reached(ann, key) == {
        ann.user_id: (0, 0),
        bob.user_id: (2, 2),
        eve.user_id: (1, 1),  # where she came in
    }


async def test_what_was_read_while_hidden_is_not_missed_by_those_who_resume(talk):
    ann, bob, key = talk
    device = await Device.of(ann)

    await read(bob, key)
    await device.sync()

    assert device.heard == []
