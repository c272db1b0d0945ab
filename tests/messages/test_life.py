"""The life of a message, from one person's hand to the other's eye."""

from __future__ import annotations

import pytest


async def test_a_message_is_acknowledged_delivered_and_read(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    plain, live = await bob.plain(), await bob.live()

    sent = await ann.write(bob, " Hello, Bob 👋 ")

    assert sent.status == 201
    message = sent.data
    assert message["content"] == " Hello, Bob 👋 "
    heard = await plain.next()
    assert heard == {
        "event": "new_direct_message",
        "data": {
            "message_id": message["message_id"],
            "sender_id": ann.user_id,
            "sender_name": "ann",
            "content": message["content"],
            "sent_at": message["sent_at"],
            "total_unread": 1,
        },
    }
    assert (await live.next())["data"]["seq"] == 1
    [kept] = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    assert kept == message
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 1

    marked = await bob.post("/messages/mark-read", {"message_ids": [message["message_id"]]})

    assert marked.data["marked_count"] == 1
    assert (await live.next("unread_changed"))["data"]["total_unread"] == 0
    [kept] = (await ann.get(f"/messages/direct/{bob.user_id}")).data
    assert kept["is_read"] is True


async def test_a_group_hears_what_is_said_over_a_socket(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    from_ann, to_bob = await ann.live(), await bob.plain()
    other_device = await (await ann.device()).live()

    ack = await from_ann.ask(
        "send_message",
        {
            "client_id": "019a0000-0000-7000-8000-000000000001",
            "group_id": group_id,
            "content": "hi",
        },
    )

    assert ack["event"] == "ack"
    assert ack["data"]["message_id"] == "019a0000-0000-7000-8000-000000000001"
    assert (await to_bob.next())["data"]["group_id"] == group_id
    assert (await other_device.next())["data"]["seq"] == 1
    [kept] = (await eve.get(f"/messages/groups/{group_id}/messages")).data
    assert kept["sender_name"] == "ann"


@pytest.mark.parametrize("spaces", [1, 125, 60_000, 100_000])
async def test_a_frame_of_any_length_arrives_whole(pinge, spaces):
    ann, bob = await pinge.friends("ann", "bob")
    plain, live = await bob.plain(), await bob.live()
    content = "long" + " " * spaces

    await ann.write(bob, content)

    for socket in (plain, live):
        assert (await socket.next())["data"]["content"] == content
