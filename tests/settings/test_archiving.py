"""What is put away until somebody says something, and what is to be come back to."""

from __future__ import annotations

import pytest

from tests.sync.device import Device

LATER = "2100-01-01T00:00:00+00:00"


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, a device of Bob's that listens, and the conversation they have had."""
    ann, bob = await pinge.friends("ann", "bob")
    key = (await ann.write(bob, "hello")).data["conversation_id"]
    await bob.post(f"/messages/mark-read/contact/{ann.user_id}")
    return ann, bob, key


def archive(person, key):
    return person.call("PUT", f"/conversations/{key}/archive")


def mark_unread(person, key):
    return person.call("PUT", f"/conversations/{key}/marked-unread")


async def listed(person, query=""):
    """What the overview shows of each conversation: whether it is archived, and marked unread."""
    rows = (await person.get(f"/conversations{query}")).data["conversations"]
    return {row["conversation_id"]: (row["is_archived"], row["is_marked_unread"]) for row in rows}


async def test_it_is_put_away_for_oneself_and_listed_apart(talk):
    ann, bob, key = talk
    group = await bob.group(ann)

    put = await archive(bob, key)

    assert (put.status, put.data["is_archived"]) == (200, True)
    assert await listed(bob) == {group: (False, False), key: (True, False)}
    assert list(await listed(bob, "?archived=true")) == [key]
    assert list(await listed(bob, "?archived=false")) == [group]
    assert await listed(ann, "?archived=true") == {}
    assert (await bob.get("/conversations?archived=1")).code == "invalid"


async def test_what_others_say_brings_it_back_and_what_one_says_oneself_does_not(talk):
    ann, bob, key = talk
    await archive(bob, key)

    await bob.write(ann, "Anybody there?")
    assert (await listed(bob))[key] == (True, False)
    await ann.write(bob, "I am.")
    assert (await listed(bob))[key] == (False, False)
    await archive(bob, key)
    assert (await listed(bob))[key] == (True, False)


async def test_muted_it_stays_away_whatever_is_said_even_when_that_ends(talk):
    ann, bob, key = talk
    await archive(bob, key)
    await bob.patch(f"/conversations/{key}/settings", {"muted_until": LATER})
    await ann.write(bob, "Anybody there?")

    assert (await listed(bob))[key] == (True, False)
    unmuted = await bob.patch(f"/conversations/{key}/settings", {"muted_until": None})
    assert unmuted.data["is_archived"] is True
    await ann.write(bob, "Hello?")
    assert (await listed(bob))[key] == (False, False)


async def test_what_came_back_is_not_put_away_again_by_being_muted(talk):
    ann, bob, key = talk
    await archive(bob, key)
    await ann.write(bob, "Anybody there?")

    muted = await bob.patch(f"/conversations/{key}/settings", {"notifications": "none"})

    assert muted.data["is_archived"] is False


async def test_it_can_be_taken_out_and_twice_is_as_good_as_once(talk):
    _, bob, key = talk
    device = await bob.live()
    both = [("PUT", "archive"), ("PUT", "marked-unread"), ("DELETE", "archive")]

    for method, what in [*both, ("DELETE", "marked-unread")]:
        for _ in range(2):
            answer = await bob.call(method, f"/conversations/{key}/{what}")
            assert answer.status == 200

    told = [(await device.next("conversation_settings_updated"))["data"] for _ in range(4)]
    assert [(one["is_archived"], one["is_marked_unread"]) for one in told] == [
        *((True, False), (True, True), (False, True), (False, False))
    ]
    assert await device.heard_nothing()


@pytest.mark.parametrize("how", ["contact", "messages", "up_to", "group"])
async def test_marked_unread_it_stays_so_until_anything_in_it_is_marked_read(talk, how):
    ann, bob, key = talk
    if how == "group":
        key = await bob.group(ann)
    message = (await bob.get(f"/messages/direct/{ann.user_id}")).data[0]
    marked, device = await mark_unread(bob, key), await bob.live()
    assert marked.data["is_marked_unread"] is True
    assert (await listed(bob))[key] == (False, True)

    if how == "contact":
        await bob.post(f"/messages/mark-read/contact/{ann.user_id}")
    elif how == "messages":
        await bob.post("/messages/mark-read", {"message_ids": [message["message_id"]]})
    elif how == "up_to":
        await device.say("mark_read", {"conversation_id": key, "seq": 1})
    else:
        await bob.post(f"/messages/mark-read/group/{key}")

    told = (await device.next("conversation_settings_updated"))["data"]
    assert (told["conversation_id"], told["is_marked_unread"]) == (key, False)
    assert (await listed(bob))[key] == (False, False)


async def test_a_device_that_was_away_hears_how_it_is_by_now(talk):
    ann, bob, key = talk
    device = await Device.of(bob)
    await archive(bob, key)
    await mark_unread(bob, key)
    await ann.write(bob, "Anybody there?")

    [told] = (await device.sync())["changes"]

    assert told["event"] == "conversation_settings_updated"
    assert (told["data"]["is_archived"], told["data"]["is_marked_unread"]) == (False, True)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("what", ["archive", "marked-unread"])
async def test_only_who_is_in_it_may(talk, method, what):
    ann, _, key = talk
    eve = await ann.pinge.person("eve")

    refused = await eve.call(method, f"/conversations/{key}/{what}")

    assert (refused.status, refused.code) == (403, "not_member")
