"""Who owns a group, hands it over, and is followed when they go."""

from __future__ import annotations

import pytest

from tests.people import PASSWORD

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def hand_over(owner, group_id, heir, password=PASSWORD):
    body = {"user_id": getattr(heir, "user_id", heir), "password": password}
    return await owner.post(f"/messages/groups/{group_id}/owner", body)


async def change_role(admin, group_id, person, role):
    path = f"/messages/groups/{group_id}/members/{person.user_id}/role"
    return await admin.patch(path, {"user_id": person.user_id, "role": role})


async def leave(person, group_id):
    return await person.post(f"/messages/groups/{group_id}/leave")


async def owner(person):
    """Who owns the one group that somebody is in."""
    [group] = (await person.get("/messages/groups")).data
    return group["owner_id"]


async def roles(person, group_id):
    members = (await person.get(f"/messages/groups/{group_id}/members")).data
    return {member["username"]: member["role"] for member in members}


async def test_whoever_makes_a_group_owns_it_and_hands_it_to_a_member_who_is_an_admin_then(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    assert await owner(bob) == ann.user_id
    of_bob = await bob.live()

    handed = await hand_over(ann, group_id, bob)

    assert (handed.status, handed.data["owner_id"]) == (200, bob.user_id)
    assert handed.data["created_by"] == ann.user_id
    assert await owner(ann) == await owner(bob) == bob.user_id
    assert await roles(ann, group_id) == {"ann": "Admin", "bob": "Admin"}
    told = [await of_bob.next() for _ in range(2)]
    assert [event["event"] for event in told] == ["group_updated", "member_role_changed"]
    assert told[0]["data"]["group"] == handed.data


async def test_only_the_owner_hands_it_over_to_a_member_by_their_password(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    await change_role(ann, group_id, bob, "Admin")

    assert (await hand_over(bob, group_id, bob)).code == "not_owner"
    assert (await hand_over(eve, group_id, eve)).code == "not_member"
    assert (await hand_over(ann, group_id, bob, "a guess")).code == "wrong_password"
    for nobody in (eve, UNKNOWN):
        assert (await hand_over(ann, group_id, nobody)).code == "not_found"
    assert (await hand_over(ann, group_id, ann)).code == "bad_request"
    assert await owner(ann) == ann.user_id


async def test_an_owner_may_delete_it_though_no_admin_and_who_handed_it_over_may_not(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await hand_over(ann, group_id, bob)
    await change_role(bob, group_id, ann, "Member")
    await change_role(bob, group_id, ann, "Admin")
    await change_role(ann, group_id, bob, "Member")
    assert await owner(bob) == bob.user_id
    await hand_over(bob, group_id, ann)
    await change_role(ann, group_id, bob, "Member")

    assert (await bob.delete(f"/messages/groups/{group_id}")).code == "not_admin"
    await hand_over(ann, group_id, bob)
    await change_role(ann, group_id, bob, "Member")

    assert (await bob.delete(f"/messages/groups/{group_id}")).status == 200


@pytest.mark.parametrize("way", ["leaves", "is removed", "deletes the account"])
async def test_an_admin_owns_it_when_the_owner_goes(pinge, way):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    await change_role(ann, group_id, eve, "Admin")
    of_bob = await bob.live()

    if way == "leaves":
        await leave(ann, group_id)
    elif way == "is removed":
        await eve.delete(f"/messages/groups/{group_id}/members/{ann.user_id}")
    else:
        await ann.call("DELETE", "/authentication/me", {"password": PASSWORD})

    updated = await of_bob.next("group_updated")
    assert updated["data"]["group"]["owner_id"] == eve.user_id
    assert await owner(bob) == eve.user_id


async def test_the_last_one_who_stays_owns_it(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await change_role(ann, group_id, bob, "Admin")

    await leave(ann, group_id)

    assert await owner(bob) == bob.user_id
    assert (await leave(bob, group_id)).status == 200


async def test_who_made_it_and_only_left_may_still_delete_it(pinge):
    ann, bob = await pinge.people("ann", "bob")
    left, handed = await ann.group(bob), await ann.group(bob)
    for group_id in (left, handed):
        await change_role(ann, group_id, bob, "Admin")
    await hand_over(ann, handed, bob)
    for group_id in (left, handed):
        await leave(ann, group_id)

    assert (await ann.delete(f"/messages/groups/{left}")).status == 200
    assert (await ann.delete(f"/messages/groups/{handed}")).status == 403
