"""Ids that are no group's, or no longer, or not mine, and such that are no ids at all."""

from __future__ import annotations

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"

# What each call answers when there is no such group.
ABSENT = {
    "rename": 403,
    "delete": 404,
    "leave": 404,
    "members": 403,
    "add": 403,
    "remove": 403,
    "role": 403,
    "history": 403,
    "send": 403,
    "read": 404,
}


async def statuses(person, group_id, user_id):
    """What each call about this group and this member answers."""
    path, member = f"/messages/groups/{group_id}", f"/messages/groups/{group_id}/members/{user_id}"
    answers = {
        "rename": await person.patch(path, {"name": "Mine"}),
        "members": await person.get(f"{path}/members"),
        "history": await person.get(f"{path}/messages"),
        "send": await person.post(f"{path}/messages", {"content": "hello"}),
        "read": await person.post(f"/messages/mark-read/group/{group_id}"),
        "add": await person.post(f"{path}/members", {"user_ids": [UNKNOWN]}),
        "role": await person.patch(f"{member}/role", {"user_id": user_id, "role": "Admin"}),
        "remove": await person.delete(member),
        "leave": await person.post(f"{path}/leave"),
        "delete": await person.delete(path),
    }
    for answer in answers.values():
        assert answer.code  # the body of an error, whole
    return {call: answer.status for call, answer in answers.items()}


async def test_an_unknown_group_is_refused_as_the_contract_says(pinge):
    ann, bob = await pinge.people("ann", "bob")

    assert await statuses(ann, UNKNOWN, bob.user_id) == ABSENT


async def test_a_group_that_ended_is_as_if_it_never_was(pinge):
    ann, bob = await pinge.people("ann", "bob")
    deleted = await ann.group(bob)
    await ann.write_group(deleted, "hello")
    await ann.delete(f"/messages/groups/{deleted}")
    left = await ann.group()
    await ann.post(f"/messages/groups/{left}/leave")

    assert await statuses(ann, deleted, bob.user_id) == ABSENT
    assert await statuses(ann, left, bob.user_id) == ABSENT


async def test_a_direct_conversation_is_no_group(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    conversation_id = (await ann.write(bob, "hello")).data["conversation_id"]

    assert await statuses(ann, conversation_id, bob.user_id) == ABSENT
    assert await statuses(bob, conversation_id, ann.user_id) == ABSENT

    [kept] = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    assert (kept["content"], kept["is_read"]) == ("hello", False)
    assert (await ann.write(bob, "still here")).data["seq"] == 2
    assert (await ann.get("/messages/groups")).data == []


async def test_the_group_of_others_is_refused_to_strangers(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)

    assert await statuses(eve, group_id, bob.user_id) == {**ABSENT, "delete": 403}

    members = (await ann.get(f"/messages/groups/{group_id}/members")).data
    assert len(members) == 2


async def test_malformed_ids_in_the_path_are_refused_as_such(pinge):
    ann, bob = await pinge.people("ann", "bob")

    assert set((await statuses(ann, "friends", bob.user_id)).values()) == {400}
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}/members/bob"
    assert (await ann.delete(path)).code == "malformed_id"
    refused = await ann.patch(f"{path}/role", {"user_id": bob.user_id, "role": "Admin"})
    assert refused.code == "malformed_id"


async def test_ids_are_taken_in_any_case(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)

    assert (await bob.write_group(group_id.upper(), "hello")).data["group_id"] == group_id
    path = f"/messages/groups/{group_id.upper()}/members/{bob.user_id.upper()}"
    assert (await ann.delete(path)).status == 200
