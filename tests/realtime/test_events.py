"""What sockets hear: of which dialect, in which order, and who hears nothing."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

PLAIN_DIRECT = {"message_id", "sender_id", "sender_name", "content", "sent_at", "total_unread"}
PLAIN_GROUP = {"message_id", "group_id", "sender_id", "sender_name", "content", "sent_at"}
PLACE = {"conversation_id", "seq", "rev"}
V1 = PLACE | {
    *("attachments", "reply_to", "mentions", "forwarded"),
    *("edited_at", "deleted_at"),
}
APART = {"is_read", "reactions"}  # what answers say and events do not: those come as events


@pytest.fixture
async def friends(pinge):
    return await pinge.friends("ann", "bob", "eve")


async def test_plain_sockets_hear_exactly_what_the_contract_says(friends):
    ann, bob, _ = friends
    group_id = await ann.group(bob)
    plain = await bob.plain()

    direct = (await ann.write(bob, "Hi, Bob")).data
    group = (await ann.write_group(group_id, "Hi, all")).data

    heard = await plain.next()
    assert set(heard) == {"event", "data"}
    assert heard["event"] == "new_direct_message"
    assert set(heard["data"]) == PLAIN_DIRECT
    assert {key: direct.get(key) for key in PLAIN_DIRECT} | {
        "sender_name": "ann",
        "total_unread": 1,
    } == heard["data"]
    heard = await plain.next()
    assert set(heard) == {"event", "data"}
    assert heard["event"] == "new_group_message"
    assert heard["data"] == {key: group[key] for key in PLAIN_GROUP}


async def test_v1_sockets_hear_the_place_too(friends):
    ann, bob, _ = friends
    group_id = await ann.group(bob)
    live = await bob.live()

    direct = (await ann.write(bob, "Hi, Bob")).data
    group = (await ann.write_group(group_id, "Hi, all")).data

    heard = (await live.next("new_direct_message"))["data"]
    assert set(heard) == PLAIN_DIRECT | V1 | {"receiver_id"}
    assert {key: heard[key] for key in direct.keys() - APART} == {
        key: direct[key] for key in direct.keys() - APART
    }
    heard = (await live.next("new_group_message"))["data"]
    assert set(heard) == PLAIN_GROUP | V1
    assert {key: heard[key] for key in group.keys() - APART} == {
        key: group[key] for key in group.keys() - APART
    }


async def test_every_socket_of_the_receiver_hears_once_and_nobody_elses(friends):
    ann, bob, eve = friends
    device = await bob.device()
    sockets = [await bob.plain(), await bob.live(), await device.plain()]
    of_ann, of_eve = await ann.plain(), await eve.live()

    first = (await ann.write(bob, "One")).data["message_id"]
    second = (await ann.write(bob, "Two")).data["message_id"]

    for socket in sockets:
        heard = [(await socket.next())["data"]["message_id"] for _ in range(2)]
        assert heard == [first, second]
    assert await of_ann.is_quiet(bob)
    assert await of_eve.is_quiet(ann)


async def test_every_other_member_hears(friends):
    ann, bob, eve = friends
    group_id = await ann.group(bob)
    of_ann, of_bob, of_eve = await ann.plain(), await bob.plain(), await eve.plain()

    said = (await ann.write_group(group_id, "Hi, Bob")).data["message_id"]

    assert (await of_bob.next())["data"]["message_id"] == said
    assert await of_ann.is_quiet(bob)
    assert await of_eve.is_quiet(ann)


@pytest.mark.parametrize("place", ["receiver_id", "group_id"])
async def test_own_messages_reach_ones_other_devices_but_not_the_one_they_came_from(friends, place):
    ann, bob, _ = friends
    there = {"receiver_id": bob.user_id, "group_id": await ann.group(bob)}[place]
    device = await (await ann.device()).live()
    origin, sister, plain = await ann.live(), await ann.live(), await ann.plain()

    said = {"client_id": str(uuid4()), "content": "Mine", place: there}
    ack = (await origin.ask("send_message", said))["data"]

    for other in (sister, device):
        heard = (await other.next())["data"]
        assert heard["message_id"] == said["client_id"]
        assert heard["sender_id"] == ann.user_id
        assert {key: heard[key] for key in PLACE} == {key: ack[key] for key in PLACE}
        assert "total_unread" not in heard
    assert await origin.is_quiet(bob)
    assert (await plain.next())["data"]["sender_id"] == bob.user_id


async def test_own_messages_over_http_reach_all_ones_devices(friends):
    ann, bob, _ = friends
    device = await ann.device()
    lives = [await ann.live(), await device.live()]

    said = (await ann.write(bob, "Mine")).data

    for live in lives:
        heard = await live.next()
        assert heard["event"] == "new_direct_message"
        assert heard["data"]["message_id"] == said["message_id"]


async def test_a_retry_is_not_heard_again(friends):
    ann, bob, _ = friends
    live = await bob.live()
    for _ in range(3):
        await ann.write(bob, "Once", client_id="019a0000-0000-7000-8000-00000000abcd")

    assert (await live.next())["data"]["content"] == "Once"
    assert await live.is_quiet(ann)


async def test_what_is_heard_can_be_read(friends):
    ann, bob, _ = friends
    plain = await bob.plain()

    for number in range(20):
        writing = asyncio.create_task(ann.write(bob, f"{number}"))
        heard = (await plain.next())["data"]
        newest = (await bob.get(f"/messages/direct/{ann.user_id}?limit=1")).data
        assert newest[0]["message_id"] == heard["message_id"]
        await writing


async def test_the_total_counts_up_one_by_one_however_quickly_many_send(friends):
    ann, bob, eve = friends
    plain, live = await bob.plain(), await bob.live()
    of_ann, of_eve = await ann.live(), await eve.live()

    for number in range(60):
        for sender in (of_ann, of_eve):
            said = {"client_id": str(uuid4()), "content": f"{number}"}
            await sender.say("send_message", said | {"receiver_id": bob.user_id})

    for socket in (plain, live):
        heard = [(await socket.next())["data"] for _ in range(120)]
        assert [message["total_unread"] for message in heard] == list(range(1, 121))
        for sender in (ann, eve):
            own = [m["content"] for m in heard if m["sender_id"] == sender.user_id]
            assert own == [f"{number}" for number in range(60)]


async def test_the_total_counts_all_conversations_but_no_groups_and_forgets_what_is_read(friends):
    ann, bob, eve = friends
    group_id = await ann.group(bob)
    await ann.write(bob, "1")
    read = (await ann.write(bob, "2")).data["message_id"]
    await ann.write_group(group_id, "in a group")
    await bob.post("/messages/mark-read", {"message_ids": [read]})
    plain = await bob.plain()

    await eve.write(bob, "3")

    assert (await plain.next())["data"]["total_unread"] == 2


async def test_every_socket_hears_a_conversation_in_its_order(friends):
    people, group_id = friends, await friends[0].group(*friends[1:])
    lives = [await person.live() for person in people]
    watching = [await person.live() for person in people]

    for number in range(20):
        for live in lives:
            said = {"client_id": str(uuid4()), "content": f"{number}", "group_id": group_id}
            await live.say("send_message", said)

    for socket in watching:
        heard = [(await socket.next("new_group_message"))["data"] for _ in range(60)]
        assert [message["seq"] for message in heard] == list(range(1, 61))
        revs = [message["rev"] for message in heard]
        assert revs == sorted(set(revs))
