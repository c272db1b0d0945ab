"""Links that many use at the same instant, and owners who go while their group changes hands."""

from __future__ import annotations

import pytest

from tests.people import PASSWORD
from tests.races.rounds import at_once, broken, race, statuses

LANES = 6
MANY = 20


@pytest.fixture
async def trio(pinge):
    """Three people, who make a new group each round."""
    return await pinge.people("ann", "bob", "eve")


async def invite(person, group_id, **limits):
    return (await person.post(f"/messages/groups/{group_id}/invites", limits)).data


async def join(person, made):
    return await person.post(f"/invites/{made['token']}")


async def hand_over(owner, group_id, heir):
    body = {"user_id": heir.user_id, "password": PASSWORD}
    return await owner.post(f"/messages/groups/{group_id}/owner", body)


async def leave(person, group_id):
    return await person.post(f"/messages/groups/{group_id}/leave")


async def names(member, group_id):
    members = (await member.get(f"/messages/groups/{group_id}/members")).data
    return {row["username"] for row in members}


@pytest.mark.parametrize("uses", [1, 7])
async def test_a_link_lets_in_exactly_so_many_of_all_who_come_at_once(pinge, db, uses):
    ann, *many = await pinge.people("ann", *(f"one{number}" for number in range(MANY)))
    for _ in range(10):
        group_id = await ann.group()
        made = await invite(ann, group_id, max_uses=uses)

        answers = await at_once(*(join(person, made) for person in many))

        assert statuses(answers) == [200] * uses + [404] * (MANY - uses)
        assert len(await names(ann, group_id)) == 1 + uses
    assert await broken(db) == {}


async def test_who_comes_twice_at_once_uses_a_link_once(trio, db):
    async def a_round(ann, bob, eve):
        made = await invite(ann, await ann.group(), max_uses=2)

        again = await at_once(join(bob, made), join(bob, made), join(eve, made))

        assert statuses(again) == [200, 200, 200]

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_of_revoking_and_joining_at_once_the_later_counts(trio, db):
    async def a_round(ann, bob, _):
        group_id = await ann.group()
        made = await invite(ann, group_id)
        path = f"/messages/groups/{group_id}/invites/{made['invite_id']}"

        revoked, joined = await at_once(ann.delete(path), join(bob, made))

        assert revoked.status == 200
        assert ("bob" in await names(ann, group_id)) == (joined.status == 200)

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_a_group_never_belongs_to_who_left_while_it_was_handed_to_them(trio, db):
    async def a_round(ann, bob, eve):
        group_id = await ann.group(bob, eve)

        handed, left = await at_once(hand_over(ann, group_id, bob), leave(bob, group_id))

        assert left.status == 200
        assert handed.status in (200, 404)
        [group] = [row for row in await mine(ann) if row["group_id"] == group_id]
        assert group["owner_id"] == ann.user_id

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_an_owner_who_leaves_while_handing_it_over_leaves_it_to_somebody(trio, db):
    async def a_round(ann, bob, eve):
        group_id = await ann.group(bob, eve)
        role = {"user_id": eve.user_id, "role": "Admin"}
        await ann.patch(f"/messages/groups/{group_id}/members/{eve.user_id}/role", role)

        handed, left = await at_once(hand_over(ann, group_id, bob), leave(ann, group_id))

        assert left.status == 200
        [group] = [row for row in await mine(eve) if row["group_id"] == group_id]
        heir = bob if handed.status == 200 else eve
        assert group["owner_id"] == heir.user_id

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def mine(person):
    return (await person.get("/messages/groups")).data
