"""Who put which emojis on a message, page by page."""

from __future__ import annotations

import pytest

from tests.reactions.test_reacting import EYES, HEART, THUMB, path, react, take_back


@pytest.fixture
async def group(pinge):
    """Three people in a group, and a message there."""
    people = await pinge.people("ann", "bob", "eve")
    group_id = await people[0].group(*people[1:])
    message = (await people[0].write_group(group_id, "Look!")).data
    return *people, message


async def listed(person, message, query=""):
    """Who and what, with the cursor of the next page."""
    page = (await person.get(f"{path(message)}{query}")).data
    return [(row["username"], row["emoji"]) for row in page["reactions"]], page["next_cursor"]


async def test_the_latest_comes_first_with_who_it_was(group):
    ann, bob, eve, message = group
    for person, emoji in ((ann, THUMB), (eve, EYES), (bob, THUMB), (ann, HEART)):
        await react(person, message, emoji)
    await take_back(eve, message, EYES)

    assert await listed(eve, message) == ([("ann", HEART), ("bob", THUMB), ("ann", THUMB)], None)
    assert await listed(eve, message, f"?emoji={THUMB}") == ([("bob", THUMB), ("ann", THUMB)], None)
    assert await listed(eve, message, "?emoji=❤") == ([("ann", HEART)], None)


async def test_pages_go_on_where_the_last_one_ended(group):
    ann, bob, eve, message = group
    for person in (ann, bob, eve):
        await react(person, message, THUMB)

    first, cursor = await listed(ann, message, "?limit=2")
    await take_back(eve, message, THUMB)
    await react(eve, message, EYES)

    assert first == [("eve", THUMB), ("bob", THUMB)]
    assert await listed(ann, message, f"?limit=2&cursor={cursor}") == ([("ann", THUMB)], None)


@pytest.mark.parametrize("wrong", ["emoji=x", "limit=0", "limit=101", "cursor=x"])
async def test_a_wrong_question_is_refused(group, wrong):
    ann, *_, message = group

    assert (await ann.get(f"{path(message)}?{wrong}")).code == "invalid"


async def test_who_left_is_listed_and_hears_no_more(group):
    ann, bob, _, message = group
    await react(bob, message, THUMB)
    listening = await bob.live()
    await bob.post(f"/messages/groups/{message['group_id']}/leave")
    await listening.next("member_removed")

    await react(ann, message, THUMB)

    assert await listed(ann, message) == ([("ann", THUMB), ("bob", THUMB)], None)
    assert (await react(bob, message, EYES)).code == "not_found"
    assert await listening.heard_nothing()
