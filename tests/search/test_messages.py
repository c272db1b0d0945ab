"""Whose messages are found, and what a hit tells."""

from __future__ import annotations

import pytest

from tests.search.asking import ask, found


@pytest.fixture
async def friends(pinge):
    return await pinge.friends("ann", "bob")


async def test_a_hit_tells_where_the_message_is_and_what_in_it_was_found(friends):
    ann, bob = friends
    sent = (await ann.write(bob, "Das große Straßenfest, im STRASSENbau?")).data

    [hit] = (await ask(bob, "strassen")).data["messages"]

    assert hit == {
        "conversation_id": sent["conversation_id"],
        "kind": "direct",
        "message_id": sent["message_id"],
        "seq": 1,
        "rev": 2,
        "sender_id": ann.user_id,
        "sender_name": "ann",
        "content": "Das große Straßenfest, im STRASSENbau?",
        "attachments": [],
        "reply_to": None,
        "mentions": [],
        "forwarded": None,
        "reactions": [],
        "sent_at": sent["sent_at"],
        "edited_at": None,
        "highlights": [[10, 17], [26, 34]],
    }


async def test_words_their_beginnings_and_their_insides_are_found(friends):
    ann, bob = friends
    for text in ("A kitchen", "The chef", "In the Küchenchef's kitchen", "ok", "A book, okay?"):
        await ann.write(bob, text)

    assert await found(bob, "kitchen") == ["In the Küchenchef's kitchen", "A kitchen"]
    assert await found(bob, "KITCH") == ["In the Küchenchef's kitchen", "A kitchen"]
    assert await found(bob, "chef") == ["In the Küchenchef's kitchen", "The chef"]
    assert await found(bob, "kitchen chef") == ["In the Küchenchef's kitchen"]
    # One or two letters are found where words begin.
    assert await found(bob, "ok") == ["A book, okay?", "ok"]
    assert await found(bob, "nowhere") == []


async def test_a_stranger_finds_nothing(pinge, friends):
    ann, bob = friends
    eve = await pinge.person("eve")
    await ann.write(bob, "The treasure is under the oak")

    assert await found(ann, "treasure") == await found(bob, "treasure") != []
    assert await found(eve, "treasure") == []
    assert await found(eve, f"treasure from:{ann.user_id}") == []


async def test_who_left_finds_nothing_until_they_are_back(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "The treasure is under the oak")
    assert await found(bob, "treasure") == ["The treasure is under the oak"]

    await bob.post(f"/messages/groups/{group_id}/leave")
    await ann.write_group(group_id, "Another treasure is in the well")
    assert await found(bob, "treasure") == []

    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})
    assert len(await found(bob, "treasure")) == 2


async def test_a_deleted_group_is_not_searched(pinge):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    await ann.write_group(group_id, "The treasure is under the oak")

    await ann.delete(f"/messages/groups/{group_id}")

    assert await found(ann, "treasure") == []


async def test_pages_stay_as_they_are_while_messages_come(friends):
    ann, bob = friends
    group_id = await ann.group(bob)
    for n in range(4):
        await ann.write(bob, f"word {n}")
        await bob.write_group(group_id, f"word in the group {n}")
    whole = await found(ann, "word")

    first = (await ask(ann, "word", limit=3)).data
    await bob.write(ann, "a late word")
    second = (await ask(ann, "word", limit=3, cursor=first["next_cursor"])).data
    await bob.write_group(group_id, "a later word")
    third = (await ask(ann, "word", limit=3, cursor=second["next_cursor"])).data

    pages = [hit["content"] for page in (first, second, third) for hit in page["messages"]]
    assert pages == whole
    assert third["next_cursor"] is None


async def test_one_page_after_the_other_finds_each_message_once(friends):
    ann, bob = friends
    group_id = await ann.group(bob)
    for n in range(40):
        await (ann.write(bob, f"word {n}") if n % 3 else ann.write_group(group_id, f"word {n}"))

    assert await found(bob, "word", limit=1) == [f"word {n}" for n in reversed(range(40))]


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "-" * 43, "x" * 43, "_" * 43, "é"])
async def test_a_cursor_that_is_none_is_refused_or_finds_what_it_may(friends, cursor):
    ann, bob = friends
    await ann.write(bob, "word")

    assert (await ask(bob, "word", cursor=cursor)).status in (200, 422)
