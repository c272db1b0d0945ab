"""Renaming, describing and ending groups."""

from __future__ import annotations

import pytest


async def promote(admin, group_id, other, role="Admin"):
    path = f"/messages/groups/{group_id}/members/{other.user_id}/role"
    changed = await admin.patch(path, {"user_id": other.user_id, "role": role})
    assert changed.status == 200, changed.body


async def test_an_admin_renames_and_describes_the_group(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    [before] = (await ann.get("/messages/groups")).data

    changed = await ann.patch(f"/messages/groups/{group_id}", {"name": "Crew", "description": "We"})

    assert changed.status == 200
    assert changed.data == {**before, "name": "Crew", "description": "We"}
    assert (await bob.get("/messages/groups")).data == [changed.data]


@pytest.mark.parametrize(
    ("change", "name", "description"),
    [
        ({"name": "Crew"}, "Crew", "Old ones"),
        ({"description": "We"}, "Friends", "We"),
        ({"name": None, "description": "We"}, "Friends", "We"),
        ({"name": "Crew", "description": None}, "Crew", "Old ones"),
        ({"description": ""}, "Friends", ""),
        ({"name": "Crew", "created_by": None, "deleted_at": 5}, "Crew", "Old ones"),
    ],
)
async def test_what_is_null_or_absent_stays(pinge, change, name, description):
    ann = await pinge.person("ann")
    group = {"name": "Friends", "description": "Old ones"}
    await ann.post("/messages/groups", group)
    [made] = (await ann.get("/messages/groups")).data

    changed = await ann.patch(f"/messages/groups/{made['group_id']}", change)

    assert changed.data == {**made, "name": name, "description": description}


@pytest.mark.parametrize("change", [{}, {"name": None}, {"name": None, "description": None}])
async def test_nothing_to_change_is_told_to_admins_alone(pinge, change):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    path = f"/messages/groups/{await ann.group(bob)}"

    refused = await ann.patch(path, change)

    assert (refused.status, refused.code) == (400, "bad_request")
    assert refused.body["error"] == "There is nothing to change."
    assert (await bob.patch(path, change)).code == "not_admin"
    assert (await eve.patch(path, change)).code == "not_member"


@pytest.mark.parametrize("change", [{"name": ""}, {"name": "  "}, {"name": 5}, {"description": []}])
async def test_a_blank_name_is_refused_by_field(pinge, change):
    ann = await pinge.person("ann")
    group_id = await ann.group()

    refused = await ann.patch(f"/messages/groups/{group_id}", change)

    assert refused.status == 422
    assert set(refused.body["fields"]) == set(change)


async def test_an_admin_ends_the_group_for_everybody(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    await promote(ann, group_id, bob)
    await ann.write_group(group_id, "hello")

    ended = await bob.delete(f"/messages/groups/{group_id}")

    assert ended.status == 200
    assert ended.data == {"message": "Group deleted"}
    for person in (ann, bob, eve):
        assert (await person.get("/messages/groups")).data == []
        assert (await person.get("/messages/unread/count")).data["groups_with_unread"] == []
        assert (await person.write_group(group_id, "anybody?")).code == "not_member"
    assert (await bob.delete(f"/messages/groups/{group_id}")).status == 404


async def test_who_made_the_group_may_end_it_admin_or_not(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await promote(ann, group_id, bob)
    await promote(bob, group_id, ann, role="Member")
    assert (await ann.patch(f"/messages/groups/{group_id}", {"name": "Mine"})).code == "not_admin"

    assert (await ann.delete(f"/messages/groups/{group_id}")).status == 200

    assert (await bob.get("/messages/groups")).data == []


async def test_others_cannot_end_it(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)

    member = await bob.delete(f"/messages/groups/{group_id}")
    stranger = await eve.delete(f"/messages/groups/{group_id}")

    assert (member.status, member.code) == (403, "not_admin")
    assert (stranger.status, stranger.code) == (403, "not_member")
    assert len((await bob.get("/messages/groups")).data) == 1
