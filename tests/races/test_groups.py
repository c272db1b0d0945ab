"""Members who leave, join, are removed and promoted at the same instant."""

from __future__ import annotations

import pytest

from tests.races.rounds import at_once, broken, race, statuses

LANES = 6


@pytest.fixture
async def trio(pinge):
    """Three people, who make a new group each round."""
    return await pinge.people("ann", "bob", "eve")


def path(group_id, member=None, verb=""):
    return f"/messages/groups/{group_id}" + (f"/members/{member.user_id}" if member else "") + verb


async def change_role(admin, group_id, member, role):
    body = {"user_id": member.user_id, "role": role}
    return await admin.patch(path(group_id, member, "/role"), body)


async def leave(person, group_id):
    return await person.post(path(group_id, verb="/leave"))


async def add(admin, group_id, person):
    return await admin.post(path(group_id, verb="/members"), {"user_ids": [person.user_id]})


async def names(member, group_id):
    return {row["username"] for row in (await member.get(path(group_id, verb="/members"))).data}


async def group_of_two_admins(ann, bob, *others):
    group_id = await ann.group(bob, *others)
    assert (await change_role(ann, group_id, bob, "Admin")).status == 200
    return group_id


async def test_of_two_last_admins_who_leave_at_once_one_stays(trio, db):
    async def a_round(ann, bob, eve):
        group_id = await group_of_two_admins(ann, bob, eve)

        answers = await at_once(leave(ann, group_id), leave(bob, group_id))

        assert statuses(answers) == [200, 400]

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_an_admin_who_leaves_and_one_who_steps_down_are_not_both_let(trio, db):
    async def a_round(ann, bob, eve):
        group_id = await group_of_two_admins(ann, bob, eve)

        answers = await at_once(leave(ann, group_id), change_role(bob, group_id, bob, "Member"))

        assert statuses(answers) == [200, 400]

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_of_two_admins_who_demote_each_other_one_remains(trio, db):
    async def a_round(ann, bob, _):
        group_id = await group_of_two_admins(ann, bob)

        answers = await at_once(
            change_role(ann, group_id, bob, "Member"), change_role(bob, group_id, ann, "Member")
        )

        assert statuses(answers) == [200, 403]

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_the_last_two_who_leave_at_once_end_the_group(trio, db):
    async def a_round(ann, bob, _):
        group_id = await group_of_two_admins(ann, bob)

        answers = await at_once(leave(ann, group_id), leave(bob, group_id))

        assert statuses(answers) == [200, 200]
        assert (await ann.delete(path(group_id))).status == 404

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_whoever_is_added_twice_at_once_is_in_once(trio, db):
    async def a_round(ann, bob, _):
        group_id = await ann.group()

        first, second = await at_once(add(ann, group_id, bob), add(ann, group_id, bob))

        assert statuses([first, second]) == [201, 201]
        told = [answer.data["added_members"] for answer in (first, second)]
        assert sorted(told) == [[], ["bob"]]
        assert await names(ann, group_id) == {"ann", "bob"}

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_of_adding_and_removing_at_once_the_later_counts(trio, db):
    async def a_round(ann, bob, _):
        group_id = await ann.group()

        added, removed = await at_once(
            add(ann, group_id, bob), ann.delete(path(group_id, member=bob))
        )

        assert added.status == 201
        assert removed.status in (200, 404)
        assert ("bob" in await names(ann, group_id)) == (removed.status == 404)

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}


async def test_a_group_ends_once_whatever_is_done_to_it_at_once(trio, db):
    async def a_round(ann, bob, eve):
        group_id = await group_of_two_admins(ann, bob)

        *ended, added, left = await at_once(
            ann.delete(path(group_id)),
            bob.delete(path(group_id)),
            add(ann, group_id, eve),
            leave(bob, group_id),
        )

        assert [answer.status for answer in ended].count(200) == 1
        assert added.status in (201, 403)
        assert left.status in (200, 404)
        assert (await eve.get(path(group_id, verb="/members"))).code == "not_member"

    await race(a_round, *[trio] * LANES)
    assert await broken(db) == {}
