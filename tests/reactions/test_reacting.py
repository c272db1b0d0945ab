"""Putting emojis on messages, and taking them back."""

from __future__ import annotations

from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.sync.device import Device

THUMB, HEART, EYES = "👍", "❤️", "👀"
KINDS = [chr(code) for code in range(0x1F600, 0x1F600 + 21)]  # twenty-one smileys


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, and a message of Ann's to him."""
    ann, bob = await pinge.friends("ann", "bob")
    return ann, bob, (await ann.write(bob, "Look!")).data


def path(message, emoji=None):
    where = f"/messages/{message['message_id']}/reactions"
    return where if emoji is None else f"{where}/{quote(emoji)}"


def react(person, message, emoji):
    return person.call("PUT", path(message, emoji))


def take_back(person, message, emoji):
    return person.delete(path(message, emoji))


async def figures(person, message):
    """What somebody sees on a message: emoji, how many, and whether they are among them."""
    where = f"/conversations/{message['conversation_id']}/messages?around={message['seq']}"
    [shown] = [
        row
        for row in (await person.get(where)).data["messages"]
        if row["message_id"] == message["message_id"]
    ]
    return [(one["emoji"], one["count"], one["me"]) for one in shown["reactions"]]


async def test_everybody_sees_how_many_and_whether_they_did(talk):
    ann, bob, message = talk

    put = await react(bob, message, THUMB)
    await react(ann, message, EYES)
    await react(ann, message, THUMB)

    assert put.status == 200
    assert (put.data["emoji"], put.data["is_on"], put.data["count"]) == (THUMB, True, 1)
    assert await figures(ann, message) == [(THUMB, 2, True), (EYES, 1, True)]
    assert await figures(bob, message) == [(THUMB, 2, True), (EYES, 1, False)]


async def test_every_list_of_messages_shows_them(talk):
    ann, bob, message = talk
    await react(ann, message, THUMB)
    group_id = await ann.group(bob)
    in_group = (await bob.write_group(group_id, "Over here!")).data
    await react(ann, in_group, HEART)

    for where, person, emoji in (
        (f"/messages/direct/{bob.user_id}", ann, THUMB),
        ("/messages/unread", bob, THUMB),
        (f"/messages/groups/{group_id}/messages", ann, HEART),
        ("/search/messages?q=look", ann, THUMB),
    ):
        listed = (await person.get(where)).data
        [shown] = listed["messages"] if isinstance(listed, dict) else listed
        assert shown["reactions"] == [{"emoji": emoji, "count": 1, "me": person is ann}]


async def test_a_send_that_is_tried_again_shows_what_came_of_the_first(talk):
    ann, bob, _ = talk
    client_id = str(uuid4())
    message = (await ann.write(bob, "Well?", client_id=client_id)).data
    await react(bob, message, THUMB)

    again = await ann.write(bob, "Well?", client_id=client_id)

    assert again.data["reactions"] == [{"emoji": THUMB, "count": 1, "me": False}]


async def test_twice_is_as_good_as_once(talk):
    ann, bob, message = talk
    listening = await bob.live()

    for change, count in ((react, 1), (take_back, 0)):
        answers = [await change(ann, message, THUMB) for _ in range(2)]
        assert [(one.status, one.data["count"]) for one in answers] == [(200, count)] * 2

    told = [(await listening.next())["data"] for _ in range(2)]
    assert [(one["is_on"], one["count"]) for one in told] == [(True, 1), (False, 0)]
    assert await listening.heard_nothing()
    assert await figures(bob, message) == []


@pytest.mark.parametrize("spelling", ["❤", "❤️"], ids=["bare", "coloured"])
async def test_an_emoji_is_one_however_a_device_spells_it(talk, spelling):
    ann, bob, message = talk
    await react(ann, message, HEART)

    put = await react(bob, message, spelling)

    assert (put.data["emoji"], put.data["count"]) == (HEART, 2)


@pytest.mark.parametrize("emoji", ["👩🏽‍🚀", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇳🇴", "#️⃣", "👨‍👩‍👧‍👦", "🫩"])
async def test_any_emoji_will_do(talk, emoji):
    _, bob, message = talk

    assert (await react(bob, message, emoji)).data["emoji"] == emoji
    assert await figures(bob, message) == [(emoji, 1, True)]


@pytest.mark.parametrize("wrong", ["a", "1", "👍👍", "👍!", ":+1:", "🏽", "x" * 500, "🇳", "\u200d"])
async def test_what_is_no_emoji_is_refused(talk, wrong):
    _, bob, message = talk

    refused = await react(bob, message, wrong)

    assert (refused.status, refused.code) == (422, "invalid")
    assert list(refused.body["fields"]) == ["emoji"]


async def test_a_message_has_twenty_kinds_and_of_those_any_number(talk):
    ann, bob, message = talk
    *twenty, more = KINDS
    for emoji in twenty:
        assert (await react(ann, message, emoji)).status == 200

    refused = await react(ann, message, more)

    assert (refused.status, refused.code) == (409, "too_many_reactions")
    assert (await react(bob, message, twenty[0])).data["count"] == 2
    await take_back(ann, message, twenty[1])
    assert (await react(ann, message, more)).status == 200
    assert [emoji for emoji, *_ in await figures(bob, message)] == [*(twenty[0], *twenty[2:], more)]


async def test_a_reaction_does_not_stand_in_the_way_of_an_edit(talk):
    ann, bob, message = talk
    await react(bob, message, THUMB)
    change = {"content": "Look here!", "base_rev": message["rev"]}

    edited = await ann.patch(f"/messages/{message['message_id']}", change)

    assert edited.status == 200
    assert edited.data["reactions"] == [{"emoji": THUMB, "count": 1, "me": False}]


async def test_a_deleted_message_has_none_and_takes_none(talk):
    ann, bob, message = talk
    await react(bob, message, THUMB)
    await ann.delete(f"/messages/{message['message_id']}")

    assert await figures(bob, message) == []
    assert (await bob.get(path(message))).data["reactions"] == []
    assert (await react(bob, message, THUMB)).code == "not_found"
    assert (await take_back(bob, message, THUMB)).status == 200


async def test_who_may_not_write_to_somebody_gives_them_no_reactions_and_may_take_theirs_back(talk):
    ann, bob, message = talk
    await react(bob, message, THUMB)
    await ann.delete(f"/contacts/{bob.user_id}")

    assert (await react(bob, message, EYES)).code == "not_contacts"
    assert (await take_back(bob, message, THUMB)).status == 200


async def test_strangers_and_who_hid_the_message_learn_nothing(talk):
    ann, bob, message = talk
    eve = await ann.pinge.person("eve")
    await react(ann, message, THUMB)
    await bob.delete(f"/messages/{message['message_id']}?scope=me")

    for person in (eve, bob):
        assert (await react(person, message, EYES)).code == "not_found"
        assert (await person.get(path(message))).code == "not_found"


async def test_sockets_say_it_too_and_all_devices_in_the_conversation_hear_it(talk):
    ann, bob, message = talk
    mine, of_ann = await bob.live(), await ann.live()
    place = {name: message[name] for name in ("message_id", "conversation_id", "seq")}
    what = {"message_id": message["message_id"], "emoji": "❤", "is_on": True}

    acked = await (await bob.live()).ask("react", what)

    now = place | {"emoji": HEART, "is_on": True, "count": 1}
    assert {name: acked["data"][name] for name in now} == now
    for socket in (mine, of_ann):
        told = (await socket.next("reaction_changed"))["data"]
        assert told == now | {"user_id": bob.user_id, "rev": told["rev"]}


@pytest.mark.parametrize(
    "wrong", [{"emoji": "nice"}, {"is_on": 1}, {"message_id": "that"}], ids=str
)
async def test_a_wrong_command_is_refused(talk, wrong):
    _, bob, message = talk
    right = {"message_id": message["message_id"], "emoji": THUMB, "is_on": True}

    refused = await (await bob.live()).ask("react", right | wrong)

    assert refused["data"]["code"] == "invalid"


async def test_who_was_away_is_told_what_is_there_by_now(talk):
    ann, bob, message = talk
    await react(ann, message, EYES)
    device = await Device.of(bob)
    for change, emoji in ((react, THUMB), (take_back, THUMB), (take_back, EYES), (react, HEART)):
        await change(ann, message, emoji)
    await react(bob, message, HEART)

    await device.sync()

    told = [(one["data"]["emoji"], one["data"]["count"]) for one in device.heard]
    assert told == [(THUMB, 0), (EYES, 0), (HEART, 2), (HEART, 2)]
    assert set(device.names()) == {"reaction_changed"}
