"""Having contacts, losing them, and asking again."""

from __future__ import annotations

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def test_contacts_are_listed_by_name_with_and_without_the_slash(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    assert (await ann.get("/contacts/")).data == []
    await ann.befriend(eve)
    await bob.befriend(ann)

    listed = (await ann.get("/contacts/")).data

    assert [contact["username"] for contact in listed] == ["bob", "eve"]
    assert (await ann.get("/contacts")).data == listed
    assert [contact["username"] for contact in (await bob.get("/contacts/")).data] == ["ann"]


async def test_removing_a_contact_removes_both_sides(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")

    removed = await ann.delete(f"/contacts/{bob.user_id}")

    assert removed.status == 200
    assert removed.data == {"message": "Contact removed"}
    for person in (ann, bob):
        [left] = (await person.get("/contacts/")).data
        assert left["contact_id"] == eve.user_id
    assert len((await eve.get("/contacts/")).data) == 2


async def test_only_contacts_can_be_removed(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await ann.befriend(bob)
    await bob.befriend(eve)

    for user_id in (eve.user_id, ann.user_id, UNKNOWN):
        refused = await ann.delete(f"/contacts/{user_id}")
        assert (refused.status, refused.code) == (404, "not_found")
        assert refused.body["error"] == "This is no contact of yours."
    assert (await ann.delete("/contacts/bob")).code == "malformed_id"

    assert len((await bob.get("/contacts/")).data) == 2


async def test_a_contact_is_removed_once(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.delete(f"/contacts/{bob.user_id}")

    assert (await ann.delete(f"/contacts/{bob.user_id}")).status == 404
    assert (await bob.delete(f"/contacts/{ann.user_id}")).status == 404


async def test_after_parting_history_can_be_read_and_nothing_sent(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.write(bob, "before")

    await bob.delete(f"/contacts/{ann.user_id}")

    for person, other in ((ann, bob), (bob, ann)):
        refused = await person.write(other, "after")
        assert (refused.status, refused.code) == (403, "not_contacts")
        history = (await person.get(f"/messages/direct/{other.user_id}")).data
        assert [message["content"] for message in history] == ["before"]
    summary = (await bob.get("/messages/unread/count")).data
    assert summary["total_unread"] == 1
    assert [unread["contact_id"] for unread in summary["contacts_with_unread"]] == [ann.user_id]


async def test_a_rejected_person_may_ask_again_and_be_accepted(pinge):
    ann, bob = await pinge.people("ann", "bob")
    first = await ann.ask(bob)
    await bob.post(f"/contacts/reject/{first}")

    again = await ann.ask(bob)

    assert again != first
    [waiting] = (await bob.get("/contacts/requests")).data
    assert waiting["request_id"] == again
    assert (await bob.post(f"/contacts/accept/{again}")).status == 200


async def test_who_rejected_may_ask_in_turn(pinge):
    ann, bob = await pinge.people("ann", "bob")
    await bob.post(f"/contacts/reject/{await ann.ask(bob)}")

    await bob.befriend(ann)

    assert len((await ann.get("/contacts/")).data) == 1


async def test_who_parted_may_meet_again_and_find_what_they_said(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    before = (await ann.write(bob, "before")).data

    for asker, asked in ((ann, bob), (bob, ann)):
        await ann.delete(f"/contacts/{bob.user_id}")
        await asker.befriend(asked)

    after = (await bob.write(ann, "after")).data
    assert after["conversation_id"] == before["conversation_id"]
    history = (await ann.get(f"/messages/direct/{bob.user_id}")).data
    assert [message["content"] for message in history] == ["after", "before"]
    assert [message["seq"] for message in history] == [2, 1]
