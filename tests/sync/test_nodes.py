"""Two processes, one database: what one writes, people at the other hear."""

from __future__ import annotations

import asyncio
import dataclasses
from uuid import UUID

import pytest

from pinge.realtime.bus import BUS
from pinge.realtime.feed import FEED
from pinge.sync import sweeping
from tests.people import Person, Pinge
from tests.sync.device import Device


@pytest.fixture(params=["postgres", "nats", "local"])
def bus(request):
    """Buses between the two, and none: then only the sweep finds what the other one wrote."""
    return request.getfixturevalue("broker").url if request.param == "nats" else request.param


@pytest.fixture
def settings(settings, bus):
    return dataclasses.replace(settings, bus=bus, secret_key="k" * 32)


@pytest.fixture
async def other(settings, database, bus, monkeypatch):
    """The second process."""
    if bus == "local":
        monkeypatch.setattr(sweeping, "EVERY", 0.1)
    async with Pinge.running(settings, database) as running:
        yield running


@pytest.fixture
async def far(pinge, other):
    """Two contacts, the second of whom is at the other process."""
    ann, bob = await pinge.friends("ann", "bob")
    for running in (pinge, other):
        async with asyncio.timeout(5):
            while not running.app[BUS].is_healthy:
                await asyncio.sleep(0.01)
    return ann, at(other, bob)


def at(running, person):
    """The same person, at another process."""
    return Person(
        running, email=person.email, name=person.name, user_id=person.user_id, token=person.token
    )


async def test_messages_arrive_in_order_with_their_sums(far):
    ann, bob = far
    live, plain = await bob.live(), await bob.plain()

    said = [f"message {number}" for number in range(50)]
    for content in said:
        await ann.write(bob, content)

    for socket in (live, plain):
        heard = [(await socket.next("new_direct_message"))["data"] for _ in said]
        assert [data["content"] for data in heard] == said
        assert [data["total_unread"] for data in heard] == list(range(1, 51))


async def test_both_sides_of_a_talk_and_their_other_devices_hear_everything(far, pinge):
    ann, bob = far
    here, there = await ann.live(), await bob.live()
    bob_here = await at(pinge, bob).live()

    await ann.write(bob, "one")
    await bob.write(ann, "two")

    for socket in (here, there, bob_here):
        heard = [(await socket.next("new_direct_message"))["data"]["content"] for _ in range(2)]
        assert heard == ["one", "two"]


async def test_a_group_is_told_everywhere_from_its_making_to_its_end(far):
    ann, bob = far
    live = await bob.live()

    group_id = await ann.group(bob, name="Hikers")
    joined = (await live.next("group_joined"))["data"]
    await ann.write_group(group_id, "hello")
    said = (await live.next("new_group_message"))["data"]
    await ann.patch(f"/messages/groups/{group_id}", {"name": "Climbers"})
    renamed = (await live.next("group_updated"))["data"]
    await ann.delete(f"/messages/groups/{group_id}")
    deleted = (await live.next("group_deleted"))["data"]

    assert (joined["group"]["name"], joined["role"], joined["last_seq"]) == ("Hikers", "Member", 0)
    assert said["content"] == "hello"
    assert renamed["group"]["name"] == "Climbers"
    assert [data["rev"] for data in (joined, said, renamed, deleted)] == [1, 2, 3, 4]


async def test_who_comes_and_goes_is_told_everywhere_and_hears_nothing_afterwards(far, pinge):
    ann, bob = far
    carl = await pinge.person("carl")
    group_id = await ann.group(carl)
    live = await bob.live()

    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})
    await live.next("group_joined")
    assert (await live.next("members_added"))["data"]["members"][0]["user_id"] == bob.user_id
    role = {"user_id": bob.user_id, "role": "Admin"}
    await ann.patch(f"/messages/groups/{group_id}/members/{bob.user_id}/role", role)
    assert (await live.next("member_role_changed"))["data"]["role"] == "Admin"
    await ann.delete(f"/messages/groups/{group_id}/members/{carl.user_id}")
    assert (await live.next("member_removed"))["data"]["user_id"] == carl.user_id
    await ann.delete(f"/messages/groups/{group_id}/members/{bob.user_id}")
    assert (await live.next("member_removed"))["data"]["user_id"] == bob.user_id

    await ann.write_group(group_id, "between us")
    assert await live.is_quiet(ann)


async def test_contacts_are_made_and_lost_across_processes(far, pinge):
    _, bob = far
    eve = await pinge.person("eve")
    live, plain = await bob.live(), await bob.plain()
    hers = await eve.plain()

    request_id = await eve.ask(bob)
    asked = [(await socket.next("new_contact_request"))["data"] for socket in (live, plain)]
    await bob.post(f"/contacts/accept/{request_id}")
    accepted = (await hers.next("contact_request_accepted"))["data"]
    await live.next("contact_added")
    await eve.write(bob, "hello")
    said = (await live.next("new_direct_message"))["data"]
    await eve.delete(f"/contacts/{bob.user_id}")
    removed = (await live.next("contact_removed"))["data"]

    assert [data["request_id"] for data in asked] == [request_id] * 2
    assert accepted["contact_id"] == bob.user_id
    assert (said["content"], removed["contact_id"]) == ("hello", eve.user_id)


async def test_a_session_that_ends_here_ends_there(far, pinge):
    _, bob = far
    live = await bob.live()

    await at(pinge, bob).post("/authentication/logout")

    assert await live.closed() == 4401
    assert (await bob.get("/authentication/me")).status == 401


async def test_receipts_cross_over(far):
    ann, bob = far
    sent = (await ann.write(bob, "hello")).data
    here = await ann.live()
    there = await bob.live()
    where = {"conversation_id": sent["conversation_id"], "seq": sent["seq"]}

    await there.ask("mark_delivered", where)
    delivered = (await here.next("message_delivered"))["data"]
    await there.ask("mark_read", where)
    read = (await here.next("message_read"))["data"]

    assert (delivered["user_id"], delivered["seq"]) == (bob.user_id, 1)
    assert (read["user_id"], read["seq"], read["message_ids"]) == (bob.user_id, 1, [])
    assert read["rev"] == delivered["rev"] + 1


async def test_a_device_resumes_at_whichever_process_it_reaches(far, pinge):
    ann, bob = far
    device = await Device.of(bob)
    said = [f"message {number}" for number in range(200)]

    async def talk():
        for place, content in enumerate(said):
            sender = ann if place % 2 else at(bob.pinge, ann)
            await sender.write(bob, content)

    talking = asyncio.create_task(talk())
    moves = 0
    while len(device.contents()) < len(said):
        device.person = at(pinge if moves % 2 else bob.pinge, bob)
        moves += 1
        await device.resume()
        if len(device.contents()) < len(said):
            await device.hear("new_direct_message")
        await device.socket.close()
    await talking

    assert device.contents() == said


async def test_what_nobody_follows_is_forgotten(far, other):
    _, bob = far
    live = await bob.live()
    assert other.app[FEED].followed_users

    await live.close()
    async with asyncio.timeout(5):
        while other.app[FEED].followed_users:
            await asyncio.sleep(0.01)

    assert other.app[FEED].revs_of(UUID(bob.user_id)) == {}


async def test_what_happens_to_a_group_is_told_but_not_what_is_not_for_who_came_later(far, pinge):
    ann, bob = far
    eve = at(bob.pinge, await pinge.person("eve"))
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}"
    await ann.patch(path, {"history_visibility": "joined"})
    said = (await ann.write_group(group_id, "early")).data
    of_bob = await bob.live()
    await ann.post(f"{path}/members", {"user_ids": [eve.user_id]})
    assert (await of_bob.next("system_message"))["data"]["kind"] == "added"
    of_eve = await eve.live()

    edit = {"content": "edited", "base_rev": said["rev"]}
    await ann.patch(f"/messages/{said['message_id']}", edit)
    await ann.write_group(group_id, "late")

    told = [(await of_bob.next())["data"] for _ in range(2)]
    assert [event["content"] for event in told] == ["edited", "late"]
    assert (await of_eve.next())["data"]["content"] == "late"
