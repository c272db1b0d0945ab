"""Making members admins, and admins members."""

from __future__ import annotations

import pytest

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def change(admin, group_id, member_id, role, **body):
    path = f"/messages/groups/{group_id}/members/{member_id}/role"
    return await admin.patch(path, {"user_id": member_id, "role": role, **body})


async def test_an_admin_makes_another_who_may_do_the_same(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)

    promoted = await change(ann, group_id, bob.user_id, "Admin")

    assert promoted.status == 200
    assert promoted.data == {"message": "Role changed to Admin", "new_role": "Admin"}
    demoted = await change(bob, group_id, ann.user_id, "Member")
    assert demoted.data["new_role"] == "Member"
    assert (await change(ann, group_id, eve.user_id, "Admin")).code == "not_admin"


async def test_an_admin_with_another_beside_may_step_down(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await change(ann, group_id, bob.user_id, "Admin")

    assert (await change(ann, group_id, ann.user_id, "Member")).status == 200
    assert (await ann.post(f"/messages/groups/{group_id}/leave")).status == 200


@pytest.mark.parametrize("others", [0, 1])
async def test_the_last_admin_cannot_be_demoted(pinge, others):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(*[bob][:others])

    refused = await change(ann, group_id, ann.user_id, "Member")

    assert (refused.status, refused.code) == (400, "last_admin")


@pytest.mark.parametrize("role", ["Admin", "Member"])
async def test_nobody_becomes_what_they_are(pinge, role):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    somebody = ann if role == "Admin" else bob

    refused = await change(ann, group_id, somebody.user_id, role)

    assert (refused.status, refused.code) == (400, "bad_request")
    assert refused.body["error"] == f"They already are {role}."


async def test_only_members_have_roles(pinge):
    ann, eve = await pinge.people("ann", "eve")
    group_id = await ann.group()

    for user_id in (eve.user_id, UNKNOWN):
        refused = await change(ann, group_id, user_id, "Admin")
        assert (refused.status, refused.code) == (404, "not_found")


async def test_only_admins_change_roles(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)

    assert (await change(bob, group_id, bob.user_id, "Admin")).code == "not_admin"
    assert (await change(eve, group_id, eve.user_id, "Admin")).code == "not_member"


async def test_path_and_body_name_the_same_member(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)

    refused = await change(ann, group_id, bob.user_id, "Admin", user_id=eve.user_id)

    assert (refused.status, refused.code) == (422, "invalid")
    assert set(refused.body["fields"]) == {"user_id"}
    same = await change(ann, group_id, bob.user_id, "Admin", user_id=bob.user_id.upper())
    assert same.status == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("role", "Owner"), ("role", "admin"), ("role", None), ("user_id", None), ("user_id", "bob")],
)
async def test_what_is_no_role_or_no_id_is_refused_by_field(pinge, field, value):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)

    refused = await change(ann, group_id, bob.user_id, **{"role": "Admin", field: value})

    assert refused.status == 422
    assert set(refused.body["fields"]) == {field}
