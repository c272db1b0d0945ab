"""Mentions: whom `@username` means, and how many unread messages mention somebody."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pinge.messages.mentions import MOST_MENTIONS, named
from tests.sync.device import Device
from tests.sync.state import epoch_of

SUMMARY = "/messages/unread/count"


@pytest.fixture
async def talk(pinge):
    """Ann, Bob, Eve, and a group of theirs."""
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    return ann, bob, eve, await ann.group(bob, eve)


async def counts(person, group_id):
    """How many unread messages mention somebody: wherever it is told, the same."""
    summary = (await person.get(SUMMARY)).data
    overview = (await person.get("/conversations")).data
    synced = (await person.post("/sync", {"epoch": await epoch_of(person)})).data
    [of_group] = [one for one in summary["groups_with_unread"] if one["group_id"] == group_id] or [
        {"mention_count": 0}
    ]
    [shown] = [one for one in overview["conversations"] if one["conversation_id"] == group_id]
    [missed] = [one for one in synced["conversations"] if one["conversation_id"] == group_id]
    figures = {
        of_group["mention_count"],
        shown["mention_count"],
        missed["mention_count"],
        synced["mentions"].get(group_id, 0),
    }
    totals = {one["total_mentions"] for one in (summary, overview, synced)}
    assert figures == totals
    [count] = figures
    return count


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@ann", ["ann"]),
        ("Hm, @ANN! (and @bob's)", ["ann", "bob"]),
        ("@bob @ann @bob", ["bob", "ann"]),
        ("@ann lee, not @ann", ["ann lee", "ann"]),
        ("@Straße and @strasse", ["straße"]),
        ("@anna @ann_b x@ann.example ann @ ann", []),
        ("@@ann", ["ann"]),
        ("@me and @twin", ["twin", "twin"]),
    ],
)
def test_a_name_after_an_at_is_meant_whatever_its_case_and_the_longest_first(text, meant):
    people = [(name, uuid4()) for name in ("ann", "ann lee", "bob", "straße", "twin", "twin", "me")]
    names = {user_id: name for name, user_id in people}
    [me] = [user_id for name, user_id in people if name == "me"]

    assert [names[user_id] for user_id in named(text, people, me)] == meant


def test_no_message_mentions_more_than_so_many():
    crowd = [(f"p{n}x", uuid4()) for n in range(MOST_MENTIONS + 9)]
    text = " ".join(f"@{name}" for name, _ in crowd)

    assert list(named(text, crowd, uuid4())) == [user_id for _, user_id in crowd[:MOST_MENTIONS]]


async def test_members_who_are_named_are_told_with_the_message(talk):
    ann, bob, eve, group_id = talk
    live = await bob.live()
    stranger = await ann.pinge.person("stu")

    sent = await ann.write_group(group_id, f"@bob and @eve, @{stranger.name} and @ann")

    assert sent.data["mentions"] == [bob.user_id, eve.user_id]
    heard = (await live.next("new_group_message"))["data"]
    assert heard["mentions"] == [bob.user_id, eve.user_id]
    [shown] = (await bob.get(f"/messages/groups/{group_id}/messages")).data
    assert shown["mentions"] == heard["mentions"]
    assert (await ann.write(bob, "@bob")).data["mentions"] == []


async def test_what_is_read_is_counted_no_more(talk):
    ann, bob, _, group_id = talk
    device, live = await Device.of(bob), await bob.live()
    for text in ("@bob 1", "2", "@bob 3"):
        await ann.write_group(group_id, text)
    assert await counts(bob, group_id) == 2
    assert await counts(ann, group_id) == 0

    socket = await (await bob.device()).live()
    await socket.ask("mark_read", {"conversation_id": group_id, "seq": 1})

    assert await counts(bob, group_id) == 1
    changed = (await live.next("unread_changed"))["data"]
    assert (changed["unread_count"], changed["mention_count"]) == (2, 1)
    assert changed["total_mentions"] == 1
    missed = await device.sync()
    assert (missed["mentions"], missed["total_mentions"]) == ({group_id: 1}, 1)
    await bob.post(f"/messages/mark-read/group/{group_id}")
    assert await counts(bob, group_id) == 0


@pytest.mark.parametrize("scope", ["everyone", "me"])
async def test_what_is_deleted_is_counted_no_more(talk, scope):
    ann, bob, _, group_id = talk
    first = (await ann.write_group(group_id, "@bob 1")).data
    await ann.write_group(group_id, "@bob 2")
    live = await bob.live()

    deleter = ann if scope == "everyone" else bob
    await deleter.delete(f"/messages/{first['message_id']}?scope={scope}")

    assert await counts(bob, group_id) == 1
    assert (await live.next("unread_changed"))["data"]["mention_count"] == 1


async def test_an_edit_mentions_others_and_tells_those_it_concerns(talk):
    ann, bob, eve, group_id = talk
    message = (await ann.write_group(group_id, "@bob, please")).data
    path = f"/messages/{message['message_id']}"
    to_bob, to_eve = await bob.live(), await eve.live()

    edited = await ann.patch(path, {"content": "@eve, please", "base_rev": message["rev"]})

    assert edited.data["mentions"] == [eve.user_id]
    assert (await to_bob.next("message_edited"))["data"]["mentions"] == [eve.user_id]
    assert (await to_bob.next("unread_changed"))["data"]["mention_count"] == 0
    assert (await to_eve.next("unread_changed"))["data"]["mention_count"] == 1
    assert (await counts(bob, group_id), await counts(eve, group_id)) == (0, 1)
    again = await ann.patch(path, {"content": "please", "base_rev": edited.data["rev"]})
    assert again.data["mentions"] == []
    assert await counts(eve, group_id) == 0


async def test_nothing_is_kept_of_mentions_that_were_read(talk, db):
    ann, bob, eve, group_id = talk
    await ann.write_group(group_id, "@bob @eve")
    await ann.write_group(group_id, "@bob")
    kept = "SELECT count(*) FROM mentions"
    assert await db.fetchval(kept) == 3

    socket = await eve.live()
    await socket.ask("mark_read", {"conversation_id": group_id, "seq": 1})
    assert await db.fetchval(kept) == 2
    await bob.post(f"/messages/mark-read/group/{group_id}")

    assert await db.fetchval(kept) == 0


async def test_who_leaves_and_comes_back_has_nothing_that_mentions_them(talk):
    ann, bob, _, group_id = talk
    await ann.write_group(group_id, "@bob")

    await bob.post(f"/messages/groups/{group_id}/leave")
    left = (await bob.get(SUMMARY)).data
    await ann.write_group(group_id, "@bob, come back")
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})

    assert (left["total_mentions"], left["groups_with_unread"]) == (0, [])
    assert await counts(bob, group_id) == 0


async def test_names_are_those_of_the_moment(talk):
    ann, bob, eve, group_id = talk
    await bob.patch("/authentication/me", {"username": "Robert the Second"})

    named = await ann.write_group(group_id, "@robert the second and @bob")

    assert named.data["mentions"] == [bob.user_id]
    await bob.post(f"/messages/groups/{group_id}/leave")
    assert (await eve.write_group(group_id, "@robert the second")).data["mentions"] == []
