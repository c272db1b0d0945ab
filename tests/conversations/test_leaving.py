"""Leaving a group, being removed from it, and what stays behind."""

from __future__ import annotations

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def leave(person, group_id):
    return await person.post(f"/messages/groups/{group_id}/leave")


async def remove(admin, group_id, user_id):
    return await admin.delete(f"/messages/groups/{group_id}/members/{user_id}")


async def names(person, group_id):
    members = (await person.get(f"/messages/groups/{group_id}/members")).data
    return {member["username"] for member in members}


async def test_a_member_leaves(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)

    left = await leave(bob, group_id)

    assert left.status == 200
    assert left.data == {"message": "You left the group"}
    assert await names(ann, group_id) == {"ann"}
    assert (await bob.get("/messages/groups")).data == []
    again = await leave(bob, group_id)
    assert (again.status, again.code) == (404, "not_found")


async def test_the_last_admin_stays_while_others_remain(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)

    refused = await leave(ann, group_id)

    assert (refused.status, refused.code) == (400, "last_admin")
    assert "make somebody else an admin first" in refused.body["error"]
    assert await names(bob, group_id) == {"ann", "bob"}


async def test_a_group_ends_with_its_last_member(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await leave(bob, group_id)

    assert (await leave(ann, group_id)).status == 200

    assert (await ann.get("/messages/groups")).data == []
    assert (await ann.delete(f"/messages/groups/{group_id}")).status == 404


async def test_an_admin_removes_a_member(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)

    removed = await remove(ann, group_id, bob.user_id)

    assert removed.status == 200
    assert removed.data == {"message": "Member removed"}
    assert await names(eve, group_id) == {"ann", "eve"}
    assert (await remove(ann, group_id, bob.user_id)).status == 404


async def test_an_admin_may_remove_another_admin(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}/members/{bob.user_id}/role"
    await ann.patch(path, {"user_id": bob.user_id, "role": "Admin"})

    assert (await remove(bob, group_id, ann.user_id)).status == 200

    assert await names(bob, group_id) == {"bob"}


async def test_nobody_removes_themselves(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)

    refused = await remove(ann, group_id, ann.user_id)

    assert (refused.status, refused.code) == (400, "bad_request")
    assert refused.body["error"] == "You cannot remove yourself: leave the group."


async def test_who_is_no_member_cannot_be_removed(pinge):
    ann, eve = await pinge.people("ann", "eve")
    group_id = await ann.group()

    for user_id in (eve.user_id, UNKNOWN):
        refused = await remove(ann, group_id, user_id)
        assert (refused.status, refused.code) == (404, "not_found")
        assert refused.body["error"] == "They are not a member of this group."


async def test_only_admins_remove_members(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)

    assert (await remove(bob, group_id, ann.user_id)).code == "not_admin"
    assert (await remove(eve, group_id, bob.user_id)).code == "not_member"
    assert await names(ann, group_id) == {"ann", "bob"}


async def test_who_left_reads_and_writes_no_more(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "hello")
    await leave(bob, group_id)

    assert (await bob.write_group(group_id, "still here?")).code == "not_member"
    assert (await bob.get(f"/messages/groups/{group_id}/messages")).code == "not_member"
    assert (await bob.post(f"/messages/mark-read/group/{group_id}")).status == 404
    summary = (await bob.get("/messages/unread/count")).data
    assert (summary["groups_with_unread"], summary["total_group_unread"]) == ([], 0)


async def test_messages_of_a_former_member_keep_their_name(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await bob.write_group(group_id, "remember me")

    await leave(bob, group_id)

    [kept] = (await ann.get(f"/messages/groups/{group_id}/messages")).data
    assert (kept["sender_name"], kept["sender_id"]) == ("bob", bob.user_id)
    assert (await ann.get("/messages/unread/count")).data["total_group_unread"] == 1
