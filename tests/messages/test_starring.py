"""Stars: what somebody keeps at hand, on all devices of theirs and for nobody else."""

from __future__ import annotations

import pytest

from tests.sync.device import Device


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, and three messages of Ann's to him."""
    ann, bob = await pinge.friends("ann", "bob")
    return ann, bob, [(await ann.write(bob, f"{number}")).data for number in range(3)]


def star(person, message):
    return person.call("PUT", f"/messages/{message['message_id']}/star")


def unstar(person, message):
    return person.delete(f"/messages/{message['message_id']}/star")


async def starred(person, query=""):
    """What somebody starred, and the cursor of the next page."""
    page = (await person.get(f"/messages/starred{query}")).data
    return [row["content"] for row in page["messages"]], page["next_cursor"]


async def test_they_are_listed_the_latest_star_first_and_are_ones_own(talk):
    ann, bob, (first, second, third) = talk
    for message in (second, third, first):
        assert (await star(bob, message)).data["starred_at"]
    await unstar(bob, third)

    assert await starred(bob) == (["0", "1"], None)
    assert await starred(ann) == ([], None)
    [shown, _] = (await bob.get("/messages/starred")).data["messages"]
    assert shown["sender_name"] == "ann"
    assert {name: shown[name] for name in ("message_id", "seq", "conversation_id")} == {
        name: first[name] for name in ("message_id", "seq", "conversation_id")
    }


async def test_pages_go_on_where_the_last_one_ended(talk):
    _, bob, messages = talk
    for message in messages:
        await star(bob, message)

    page, cursor = await starred(bob, "?limit=2")
    await unstar(bob, messages[2])
    await star(bob, messages[2])

    assert page == ["2", "1"]
    assert await starred(bob, f"?limit=2&cursor={cursor}") == (["0"], None)
    assert (await bob.get("/messages/starred?cursor=x")).code == "invalid"


async def test_ones_other_devices_hear_of_it_once(talk):
    ann, bob, (message, *_) = talk
    mine, of_ann = await bob.live(), await ann.live()

    for change in (star, star, unstar, unstar):
        assert (await change(bob, message)).status == 200

    told = await mine.next("message_starred")
    assert told["data"]["message_id"] == message["message_id"]
    assert told["data"]["starred_at"]
    assert (await mine.next())["event"] == "message_unstarred"
    assert await mine.heard_nothing()
    assert await of_ann.heard_nothing()


async def test_a_device_that_was_away_hears_of_the_last_change_of_each(talk):
    _, bob, (first, second, _) = talk
    await star(bob, second)
    device = await Device.of(bob)
    for change, message in ((star, first), (unstar, first), (star, first), (unstar, second)):
        await change(bob, message)

    await device.sync()

    assert device.names() == ["message_starred", "message_unstarred"]


async def test_a_star_goes_with_its_message_and_with_hiding_it(talk):
    ann, bob, (first, second, third) = talk
    for message in (first, second, third):
        await star(bob, message)

    await ann.delete(f"/messages/{first['message_id']}")
    await bob.delete(f"/messages/{second['message_id']}?scope=me")

    assert await starred(bob) == (["2"], None)
    for gone in (first, second):
        assert (await star(bob, gone)).code == "not_found"
        assert (await unstar(bob, gone)).data["starred_at"] is None


async def test_who_left_a_group_reads_nothing_of_it_there_until_they_are_back(talk):
    ann, bob, _ = talk
    group_id = await ann.group(bob)
    message = (await ann.write_group(group_id, "secret")).data
    await star(bob, message)
    await bob.post(f"/messages/groups/{group_id}/leave")

    assert await starred(bob) == ([], None)
    assert (await star(bob, message)).code == "not_found"
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})
    assert await starred(bob) == (["secret"], None)


async def test_strangers_learn_nothing(talk):
    ann, _, (message, *_) = talk
    eve = await ann.pinge.person("eve")

    assert (await star(eve, message)).code == "not_found"
    assert (await unstar(eve, message)).code == "not_found"
