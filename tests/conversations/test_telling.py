"""What members hear at their sockets of changes to a group, and who else does: nobody."""

from __future__ import annotations


class Group:
    """A group of ann's, changed by its admins through HTTP."""

    def __init__(self, admin, group_id):
        self.admin, self.id, self.path = admin, group_id, f"/messages/groups/{group_id}"

    async def rename(self, name):
        return await self.admin.patch(self.path, {"name": name})

    async def add(self, *people):
        user_ids = [person.user_id for person in people]
        return await self.admin.post(f"{self.path}/members", {"user_ids": user_ids})

    async def remove(self, person):
        return await self.admin.delete(f"{self.path}/members/{person.user_id}")

    async def promote(self, person, role="Admin"):
        body = {"user_id": person.user_id, "role": role}
        return await self.admin.patch(f"{self.path}/members/{person.user_id}/role", body)

    async def left_by(self, person):
        return await person.post(f"{self.path}/leave")

    async def end(self):
        return await self.admin.delete(self.path)

    def event(self, name, rev, **data):
        return {"event": name, "data": {"conversation_id": self.id, "rev": rev, **data}}


async def live(*people):
    return [await person.live() for person in people]


async def all_heard(event, *sockets):
    """Whether this is the next thing each hears, and then nothing."""
    return all([await s.next() == event and await s.heard_nothing() for s in sockets])


async def all_heard_nothing(*sockets):
    return all([await socket.heard_nothing() for socket in sockets])


async def test_everybody_in_a_new_group_hears_that_they_joined(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    of_ann, of_bob, of_eve = await live(ann, bob, eve)

    group = Group(ann, await ann.group(bob))

    [listed] = (await ann.get("/messages/groups")).data
    for socket, role in ((of_ann, "Admin"), (of_bob, "Member")):
        joined = group.event("group_joined", 1, group=listed, role=role, last_seq=0)
        assert await all_heard(joined, socket)
    assert await of_eve.heard_nothing()


async def test_members_hear_of_another_name(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group = Group(ann, await ann.group(bob))
    sockets = await live(ann, bob)

    changed = await group.rename("Crew")

    assert await all_heard(group.event("group_updated", 2, group=changed.data), *sockets)


async def test_members_hear_who_was_let_in_and_these_what_they_are_in(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group = Group(ann, await ann.group(bob))
    await ann.write_group(group.id, "before")
    of_ann, of_bob, of_eve = await live(ann, bob, eve)

    await group.add(bob, eve)

    [listed] = (await ann.get("/messages/groups")).data
    members = (await ann.get(f"{group.path}/members")).data
    [new] = [member for member in members if member["username"] == "eve"]
    del new["email"]
    added = group.event("members_added", 3, members=[new])
    assert await all_heard(added, of_ann, of_bob)
    assert await of_eve.next() == group.event(
        "group_joined", 3, group=listed, role="Member", last_seq=1
    )
    assert await all_heard(added, of_eve)


async def test_whoever_is_removed_hears_that_and_then_no_more(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group = Group(ann, await ann.group(bob, eve))
    of_ann, of_bob, of_eve = await live(ann, bob, eve)
    plain = await bob.plain()

    await group.remove(bob)

    removed = group.event("member_removed", 2, user_id=bob.user_id)
    assert await all_heard(removed, of_ann, of_bob, of_eve)
    await ann.write_group(group.id, "gone?")
    await group.rename("Crew")
    await group.promote(eve)
    assert await all_heard_nothing(of_bob, plain)
    assert (await of_eve.next())["data"]["content"] == "gone?"


async def test_whoever_leaves_hears_that_and_those_who_stay(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group = Group(ann, await ann.group(bob))
    of_ann, of_bob = await live(ann, bob)

    await group.left_by(bob)
    left = group.event("member_removed", 2, user_id=bob.user_id)
    assert await all_heard(left, of_ann, of_bob)

    await group.left_by(ann)
    left = group.event("member_removed", 3, user_id=ann.user_id)
    assert await all_heard(left, of_ann)
    assert await of_bob.heard_nothing()


async def test_members_hear_who_is_what(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group = Group(ann, await ann.group(bob, eve))
    sockets = await live(ann, bob, eve)

    await group.promote(bob)

    changed = group.event("member_role_changed", 2, user_id=bob.user_id, role="Admin")
    assert await all_heard(changed, *sockets)


async def test_members_hear_that_the_group_ended(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group = Group(ann, await ann.group(bob))
    sockets = await live(ann, bob)

    await group.end()

    assert await all_heard(group.event("group_deleted", 2), *sockets)


async def test_plain_sockets_hear_of_messages_alone(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    plain = await bob.plain()
    group = Group(ann, await ann.group(bob))

    await group.rename("Crew")
    await group.add(eve)
    await group.promote(eve)
    await group.left_by(eve)
    await ann.write_group(group.id, "hello")
    await group.end()

    assert (await plain.next())["event"] == "new_group_message"
    assert await plain.heard_nothing()


async def test_others_hear_nothing_of_a_group(pinge):
    ann, bob, eve, contact, former = await pinge.people("ann", "bob", "eve", "con", "fay")
    await ann.befriend(contact)
    group = Group(ann, await ann.group(former))
    await group.left_by(former)
    listening = await live(contact, former)

    await group.add(bob, eve)
    await group.rename("Crew")
    await group.promote(bob)
    await ann.write_group(group.id, "hello")
    await group.remove(eve)
    await group.left_by(bob)
    await group.end()

    assert await all_heard_nothing(*listening)


async def test_what_is_refused_is_heard_by_nobody(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group, of_bob = Group(ann, await ann.group(bob)), Group(bob, None)
    of_bob.path = group.path
    sockets = await live(ann, bob, eve)

    refused = [
        await group.promote(ann, "Member"),
        await group.remove(eve),
        await group.left_by(ann),
        await group.left_by(eve),
        await ann.patch(group.path, {}),
        await of_bob.rename("Mine"),
        await of_bob.add(eve),
        await of_bob.end(),
    ]

    assert all(400 <= answer.status < 500 for answer in refused)
    assert (await group.add(bob)).data["added_members"] == []
    assert await all_heard_nothing(*sockets)


async def test_each_change_is_heard_in_its_place_among_messages(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    [of_bob] = await live(bob)
    group = Group(ann, await ann.group(bob))

    await ann.write_group(group.id, "one")
    await group.rename("Crew")
    await ann.write_group(group.id, "two")
    await group.add(eve)
    await eve.write_group(group.id, "three")
    await group.remove(eve)
    await group.promote(bob)
    await ann.write_group(group.id, "four")
    await group.end()

    heard = [await of_bob.next() for _ in range(10)]
    assert [event["data"]["rev"] for event in heard] == list(range(1, 11))
    assert [event["data"]["seq"] for event in heard if "seq" in event["data"]] == [1, 2, 3, 4]
