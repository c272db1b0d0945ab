"""Letting people in, and who may see whom."""

from __future__ import annotations

import pytest

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def add(admin, group_id, *user_ids):
    return await admin.post(f"/messages/groups/{group_id}/members", {"user_ids": user_ids})


async def members(person, group_id):
    return (await person.get(f"/messages/groups/{group_id}/members")).data


async def test_an_admin_lets_people_in(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group()

    added = await add(ann, group_id, eve.user_id, bob.user_id)

    assert added.status == 201
    assert added.data == {
        "message": "Added 2 member(s)",
        "added_members": ["eve", "bob"],
        "already_members": [],
        "invalid_users": [],
        "not_allowed": [],
    }
    assert {member["username"] for member in await members(bob, group_id)} == {"ann", "bob", "eve"}


async def test_each_id_is_new_already_in_or_unknown(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    named = [UNKNOWN, eve.user_id, bob.user_id, ann.user_id, eve.user_id.upper(), UNKNOWN]

    added = await add(ann, group_id, *named)

    assert added.status == 201
    assert added.data == {
        "message": "Added 1 member(s)",
        "added_members": ["eve"],
        "already_members": ["bob", "ann"],
        "invalid_users": [UNKNOWN],
        "not_allowed": [],
    }
    assert len(await members(ann, group_id)) == 3


async def test_whoever_is_in_already_keeps_their_role(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)

    await add(ann, group_id, ann.user_id)

    assert [member["role"] for member in await members(ann, group_id)] == ["Admin", "Member"]


@pytest.mark.parametrize(
    "user_ids", [None, [], "bob", ["bob"], [5], [None], [UNKNOWN, "bob"], [UNKNOWN] * 101]
)
async def test_what_names_nobody_is_refused_by_field(pinge, user_ids):
    ann = await pinge.person("ann")
    path = f"/messages/groups/{await ann.group()}/members"

    refused = await ann.post(path, {"user_ids": user_ids})

    assert (refused.status, refused.code) == (422, "invalid")
    assert set(refused.body["fields"]) == {"user_ids"}
    assert (await ann.post(path, {})).status == 422


async def test_only_admins_let_people_in(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)

    member = await add(bob, group_id, eve.user_id)
    stranger = await add(eve, group_id, eve.user_id)

    assert (member.status, member.code) == (403, "not_admin")
    assert (stranger.status, stranger.code) == (403, "not_member")
    assert len(await members(ann, group_id)) == 2


async def test_new_members_see_old_messages_and_start_with_nothing_unread(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group()
    await ann.write_group(group_id, "before")

    await add(ann, group_id, bob.user_id)

    [seen] = (await bob.get(f"/messages/groups/{group_id}/messages")).data
    assert seen["content"] == "before"
    assert (await bob.get("/messages/unread/count")).data["total_group_unread"] == 0
    await ann.write_group(group_id, "after")
    [unread] = (await bob.get("/messages/unread/count")).data["groups_with_unread"]
    assert (unread["group_id"], unread["unread_count"]) == (group_id, 1)


async def test_who_was_removed_comes_back_with_nothing_unread(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "one")
    await bob.write_group(group_id, "two")
    await ann.delete(f"/messages/groups/{group_id}/members/{bob.user_id}")
    await ann.write_group(group_id, "three")

    back = await add(ann, group_id, bob.user_id)

    assert back.data["added_members"] == ["bob"]
    assert (await bob.get("/messages/unread/count")).data["total_group_unread"] == 0
    assert len((await bob.get(f"/messages/groups/{group_id}/messages")).data) == 3
    await bob.write_group(group_id, "four")
    await ann.write_group(group_id, "five")
    assert (await bob.get("/messages/unread/count")).data["total_group_unread"] == 1


async def test_an_admin_who_left_comes_back_as_a_member(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}/members/{bob.user_id}/role"
    await ann.patch(path, {"user_id": bob.user_id, "role": "Admin"})
    await ann.post(f"/messages/groups/{group_id}/leave")

    await add(bob, group_id, ann.user_id)

    roles = {member["username"]: member["role"] for member in await members(ann, group_id)}
    assert roles == {"ann": "Member", "bob": "Admin"}


async def test_members_see_each_other_and_the_addresses_of_contacts_alone(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await ann.befriend(bob)
    group_id = await ann.group(bob, eve)

    seen = {member["username"]: member for member in await members(bob, group_id)}

    assert {name: member["email"] for name, member in seen.items()} == {
        "ann": ann.email,
        "bob": bob.email,
        "eve": None,
    }
    assert seen["eve"] == {
        "user_id": eve.user_id,
        "username": "eve",
        "email": None,
        "avatar": None,
        "is_bot": False,
        "role": "Member",
        "joined_at": seen["eve"]["joined_at"],
    }
    emails = {member["username"]: member["email"] for member in await members(eve, group_id)}
    assert emails == {"ann": None, "bob": None, "eve": eve.email}


async def test_others_do_not_see_the_members(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    await bob.post(f"/messages/groups/{group_id}/leave")

    for other in (bob, eve):
        refused = await other.get(f"/messages/groups/{group_id}/members")
        assert (refused.status, refused.code) == (403, "not_member")
        assert refused.body["error"] == "You are not a member of this group."


async def test_a_group_has_a_thousand_members_at_most(pinge, db):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    crowd = await db.fetch(
        """
        INSERT INTO users (user_id, email, username, password_hash, gender, country)
        SELECT gen_random_uuid(), n || '@crowd.example', 'one of many', '', 'Others', 'Peru'
          FROM generate_series(1, 998) AS n
        RETURNING user_id::text"""
    )
    named = [row["user_id"] for row in crowd]
    made = await ann.post("/messages/groups", {"name": "Crowd", "members": named})
    group_id = made.data["group_id"]

    refused = await add(ann, group_id, bob.user_id, eve.user_id)

    assert (refused.status, refused.code) == (400, "bad_request")
    assert refused.body["error"] == "A group has 1,000 members at most."
    assert (await add(ann, group_id, bob.user_id)).data["added_members"] == ["bob"]
    assert len(await members(bob, group_id)) == 1000
