"""Who may add somebody to groups: skipped in a new one, listed where they are added to one."""

from __future__ import annotations

import pytest


@pytest.fixture
async def people(pinge):
    """Ann, her contact Bob, and Eve, whom she does not know; all let contacts alone add them."""
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await ann.befriend(bob)
    for person in (ann, bob, eve):
        await person.patch("/settings", {"who_may_add": "contacts"})
    return ann, bob, eve


async def names(person, group_id):
    rows = (await person.get(f"/messages/groups/{group_id}/members")).data
    return {row["username"] for row in rows}


async def add(person, group_id, *others):
    body = {"user_ids": [other.user_id for other in others]}
    return (await person.post(f"/messages/groups/{group_id}/members", body)).data


async def test_a_new_group_is_without_those_who_do_not_allow_it(people):
    ann, bob, eve = people
    live = await eve.live()

    group_id = await ann.group(bob, eve)

    assert await names(ann, group_id) == {"ann", "bob"}
    assert (await eve.get("/messages/groups")).data == []
    assert await live.heard_nothing()


async def test_who_does_not_allow_it_is_named_and_the_others_are_let_in(people):
    ann, bob, eve = people
    group_id = await ann.group()

    added = await add(ann, group_id, eve, bob)

    assert added == {
        "message": "Added 1 member(s)",
        "added_members": ["bob"],
        "already_members": [],
        "invalid_users": [],
        "not_allowed": [eve.user_id],
    }
    assert await names(ann, group_id) == {"ann", "bob"}


async def test_whoever_lets_nobody_add_them_is_in_what_they_make_themselves(people):
    ann, bob, _ = people
    await ann.patch("/settings", {"who_may_add": "nobody"})

    group_id = await ann.group()

    assert await names(ann, group_id) == {"ann"}
    assert (await add(bob, await bob.group(), ann))["not_allowed"] == [ann.user_id]


async def test_who_is_in_already_is_in_whatever_they_allow_by_now(people):
    ann, bob, _ = people
    group_id = await ann.group(bob)
    await bob.patch("/settings", {"who_may_add": "nobody"})

    added = await add(ann, group_id, bob)

    assert (added["already_members"], added["not_allowed"]) == (["bob"], [])


async def test_who_left_is_let_in_again_only_if_they_allow_it_now(people):
    ann, bob, _ = people
    group_id = await ann.group(bob)
    await bob.post(f"/messages/groups/{group_id}/leave")
    await bob.delete(f"/contacts/{ann.user_id}")

    assert (await add(ann, group_id, bob))["not_allowed"] == [bob.user_id]
    await bob.patch("/settings", {"who_may_add": "everyone"})
    assert (await add(ann, group_id, bob))["added_members"] == ["bob"]
