"""Making groups, and seeing the ones one is in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def make(maker, **group):
    return await maker.post("/messages/groups", {"name": "Friends", **group})


async def roles(person, group_id):
    """Who is what in a group, as this member sees it."""
    members = (await person.get(f"/messages/groups/{group_id}/members")).data
    return {member["username"]: member["role"] for member in members}


async def test_whoever_makes_a_group_is_its_admin(pinge):
    ann, bob = await pinge.people("ann", "bob")

    made = await make(ann, description="Old ones", members=[bob.user_id])

    assert made.status == 201
    skipped = {"invalid_users": [], "not_allowed": []}
    group = {name: made.data[name] for name in made.data.keys() - skipped.keys()}
    assert made.data == group | skipped
    assert datetime.fromisoformat(group["created_at"]).utcoffset() == timedelta(0)
    assert group == {
        "group_id": group["group_id"],
        "name": "Friends",
        "description": "Old ones",
        "avatar": None,
        "created_by": ann.user_id,
        "created_at": group["created_at"],
        "owner_id": ann.user_id,
        "who_may_send": "members",
        "who_may_add": "admins",
        "who_may_edit": "admins",
        "who_may_pin": "members",
        "slow_mode_seconds": 0,
        "history_visibility": "all",
    }
    assert await roles(bob, group["group_id"]) == {"ann": "Admin", "bob": "Member"}
    assert (await ann.get("/messages/groups")).data == [group]
    assert (await bob.get("/messages/groups")).data == [group]


async def test_a_group_needs_no_description_and_no_other_members(pinge):
    ann = await pinge.person("ann")

    group = (await make(ann)).data

    assert group["description"] is None
    assert await roles(ann, group["group_id"]) == {"ann": "Admin"}


async def test_repeated_and_own_ids_among_members_count_once(pinge):
    ann, bob = await pinge.people("ann", "bob")
    named = [bob.user_id, ann.user_id, bob.user_id.upper(), ann.user_id, bob.user_id]

    made = await make(ann, members=named)

    assert made.status == 201
    assert await roles(ann, made.data["group_id"]) == {"ann": "Admin", "bob": "Member"}


async def test_unknown_and_malformed_members_are_skipped(pinge):
    ann, bob = await pinge.people("ann", "bob")
    named = [UNKNOWN, "bob", "", None, 7, 1.5, True, {"user_id": bob.user_id}, [], bob.user_id]

    made = await make(ann, members=named)

    assert made.status == 201
    assert await roles(ann, made.data["group_id"]) == {"ann": "Admin", "bob": "Member"}


async def test_the_maker_is_whoever_asks_whatever_the_body_says(pinge):
    ann, bob = await pinge.people("ann", "bob")

    made = await make(ann, created_by=bob.user_id, group_id=UNKNOWN, role="Member")

    assert made.data["created_by"] == ann.user_id
    assert made.data["group_id"] != UNKNOWN
    assert await roles(ann, made.data["group_id"]) == {"ann": "Admin"}


async def test_names_are_kept_as_they_came_and_need_not_be_unique(pinge):
    ann = await pinge.person("ann")

    first, second = await make(ann, name="  Łódź 🛶 "), await make(ann, name="  Łódź 🛶 ")

    assert first.data["name"] == second.data["name"] == "  Łódź 🛶 "
    assert first.data["group_id"] != second.data["group_id"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("name", " \n\t "),
        ("name", 5),
        ("name", "x" * 201),
        ("description", 5),
        ("description", "x" * 2001),
        ("members", "everybody"),
        ("members", {}),
        ("members", [UNKNOWN] * 1000),
    ],
)
async def test_what_makes_no_group_is_refused_by_field(pinge, field, value):
    ann = await pinge.person("ann")

    refused = await make(ann, **{field: value})

    assert (refused.status, refused.code) == (422, "invalid")
    assert set(refused.body["fields"]) == {field}
    assert (await ann.get("/messages/groups")).data == []


async def test_a_group_without_a_name_is_refused(pinge):
    ann = await pinge.person("ann")

    refused = await ann.post("/messages/groups", {"description": "nameless"})

    assert set(refused.body["fields"]) == {"name"}


async def test_groups_are_listed_to_members_alone_newest_first(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await ann.group(bob, name="Old")
    await bob.group(ann, name="New")
    await bob.group(eve, name="Other")

    listed = (await ann.get("/messages/groups")).data

    assert [group["name"] for group in listed] == ["New", "Old"]
    assert [group["name"] for group in (await eve.get("/messages/groups")).data] == ["Other"]
