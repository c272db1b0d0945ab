"""A device that comes back is told what it missed, and then what comes."""

from __future__ import annotations

import asyncio
import dataclasses
from uuid import uuid4

import pytest
from limits import parse

from pinge.sync.resuming import MOST_CHANGES
from tests.people import Pinge
from tests.sync.device import Device


async def test_a_device_that_comes_back_hears_what_was_said_meanwhile(friends):
    ann, bob = friends
    for content in ("one", "two"):
        await ann.person.write(bob.person, content)

    answer = await bob.resume()

    assert answer["event"] == "resumed"
    (conversation,) = answer["data"]["conversations"]
    assert bob.contents() == ["one", "two"]
    assert (conversation["unread_count"], answer["data"]["total_unread"]) == (2, 2)
    assert conversation["limited"] is False
    assert conversation["contact_id"] == ann.person.user_id


async def test_it_goes_on_live_without_a_gap_or_a_double(friends):
    ann, bob = friends
    said = [f"message {number}" for number in range(300)]

    async def talk():
        for content in said:
            await ann.person.write(bob.person, content)

    talking = asyncio.create_task(talk())
    while len(bob.contents()) < len(said):
        await bob.resume()
        for _ in range(3):
            if len(bob.contents()) < len(said):
                await bob.hear("new_direct_message")
        await bob.socket.close()
    await talking

    assert bob.contents() == said


async def test_what_it_said_on_another_device_is_told_too(friends):
    ann, bob = friends
    await ann.person.write(bob.person, "hello")

    await ann.sync()

    (told,) = ann.heard
    assert (told["event"], told["data"]["content"]) == ("new_direct_message", "hello")
    assert "total_unread" not in told["data"]


async def test_it_is_told_nothing_when_nothing_happened(friends):
    _, bob = friends

    answer = await bob.resume()

    assert (answer["data"]["conversations"], answer["data"]["changes"]) == ([], [])


async def test_too_much_in_one_conversation_is_limited(friends):
    ann, bob = friends
    for number in range(MOST_CHANGES + 1):
        await ann.person.write(bob.person, str(number))

    (conversation,) = (await bob.sync())["conversations"]

    assert (conversation["limited"], conversation["changes"]) == (True, [])
    assert conversation["seq"] == conversation["unread_count"] == MOST_CHANGES + 1


async def test_just_enough_is_not(friends):
    ann, bob = friends
    for number in range(MOST_CHANGES):
        await ann.person.write(bob.person, str(number))

    (conversation,) = (await bob.sync())["conversations"]

    assert conversation["limited"] is False
    assert bob.contents() == [str(number) for number in range(MOST_CHANGES)]


async def test_many_long_texts_are_limited_before_they_fill_an_outbox(pinge, friends):
    ann, bob = friends
    carl = await pinge.person("carl")
    await carl.befriend(bob.person)
    for other in (ann.person, carl):
        for _ in range(20):
            await other.write(bob.person, "🦉" * 2000)

    answer = await bob.resume()

    limited = [conversation["limited"] for conversation in answer["data"]["conversations"]]
    assert sorted(limited) == [False, True]


async def test_an_unknown_epoch_is_a_resync(friends):
    ann, bob = friends
    await ann.person.write(bob.person, "hello")
    right, bob.epoch = bob.epoch, str(uuid4())

    answer = await bob.resume()
    over_http = await bob.sync()

    assert answer == {"event": "resync", "data": {"epoch": right, "reason": "epoch"}}
    assert over_http == {"resync": True, "epoch": right, "reason": "epoch"}


@pytest.mark.parametrize("ahead", ["seq", "rev", "user_rev", "conversation"])
async def test_a_client_ahead_of_the_database_is_told_to_resync_and_nothing_else(friends, ahead):
    ann, bob = friends
    await ann.person.write(bob.person, "hello")
    await bob.sync()
    await ann.person.write(bob.person, "again")
    (place,) = bob.positions.values()
    if ahead == "seq":
        place[0] += 7
    elif ahead == "rev":
        place[1] += 7
    elif ahead == "user_rev":
        bob.user_rev += 7
    else:
        bob.positions[str(uuid4())] = [1, 1]

    answer = await bob.resume()

    assert (answer["event"], answer["data"]["reason"]) == ("resync", "ahead")


async def test_after_a_resync_the_socket_is_live(friends):
    ann, bob = friends
    bob.epoch = str(uuid4())
    await bob.resume()

    await ann.person.write(bob.person, "hello")

    assert (await bob.hear("new_direct_message"))["content"] == "hello"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"epoch": "7"},
        {"conversations": {"7": [1, 1]}},
        {"conversations": {str(uuid4()): [1]}},
        {"conversations": {str(uuid4()): [1, -1]}},
        {"conversations": {str(uuid4()): ["1", 1]}},
        {"conversations": []},
        {"conversations": {str(uuid4()): [0, 0] for _ in range(2001)}},
        {"user_rev": -1},
        {"user_rev": 2**63},
    ],
)
async def test_positions_that_make_no_sense_are_refused(friends, wrong):
    _, bob = friends
    known = (bob.known if wrong else {}) | wrong
    socket = await bob.person.live()

    assert (await bob.person.post("/sync", known)).code == "invalid"
    assert (await socket.ask("resume", known))["data"]["code"] == "invalid"


async def test_plain_sockets_cannot_resume(friends):
    _, bob = friends
    socket = await bob.person.plain()

    assert (await socket.ask("resume", bob.known))["event"] == "error"


async def test_coming_back_again_and_again_is_limited(settings, database):
    limits = {**settings.limits, "syncs": parse("2 per minute")}
    strict = dataclasses.replace(settings, rate_limits=True, limits=limits)
    async with Pinge.running(strict, database) as running:
        ann = await Device.of(await running.person("ann"))
        await ann.resume()
        socket = await ann.person.live()

        assert (await ann.person.post("/sync", ann.known)).status == 429
        assert (await socket.ask("resume", ann.known))["data"]["code"] == "rate_limited"


async def test_positions_whose_seq_and_rev_do_not_belong_together_lose_nothing(friends):
    ann, bob = friends
    for content in ("one", "two", "three"):
        await ann.person.write(bob.person, content)
    key = (await bob.sync())["conversations"][0]["conversation_id"]
    await bob.person.post(f"/messages/mark-read/contact/{ann.person.user_id}")
    await ann.resume()
    while "message_read" not in ann.names():
        await ann.hear("message_read")

    for seq, rev in ((0, 4), (1, 4), (1, 2), (3, 1), (0, 1)):
        bob.positions[key], ann.positions[key] = [seq, rev], [seq, rev]
        bob.heard.clear()
        ann.heard.clear()
        await bob.sync()
        await ann.sync()
        assert bob.contents() == ["one", "two", "three"][seq:]
        assert "message_read" in ann.names()


async def test_a_group_that_ended_while_somebody_was_reading_has_ended_for_all(friends):
    ann, bob = friends
    group_id = await ann.person.group(bob.person)
    await ann.person.write_group(group_id, "hello")
    await bob.sync()
    bob.heard.clear()

    await bob.person.post(f"/messages/mark-read/group/{group_id}")
    await ann.person.delete(f"/messages/groups/{group_id}")
    await bob.sync()

    assert bob.names()[-1] == "group_deleted"
