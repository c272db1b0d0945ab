"""Saying yes or no to a request."""

from __future__ import annotations

import pytest

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def test_accepting_makes_both_contacts(pinge):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)

    accepted = await bob.post(f"/contacts/accept/{request_id}")

    assert accepted.status == 200
    assert accepted.data == {"message": "Contact request accepted", "contact_id": ann.user_id}
    for person, other in ((ann, bob), (bob, ann)):
        [contact] = (await person.get("/contacts/")).data
        assert contact == {
            "contact_id": other.user_id,
            "username": other.name,
            "email": other.email,
            "gender": "Others",
            "country": "Norway",
            "avatar": None,
            "connected_since": contact["connected_since"],
        }
    assert (await bob.get("/contacts/requests")).data == []


async def test_new_contacts_may_write_at_once(pinge):
    ann, bob = await pinge.people("ann", "bob")
    assert (await ann.write(bob, "too early")).code == "not_contacts"

    await bob.post(f"/contacts/accept/{await ann.ask(bob)}")

    assert (await ann.write(bob, "hello")).status == 201
    assert (await bob.write(ann, "hello")).status == 201


async def test_rejecting_leaves_them_strangers(pinge):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)

    rejected = await bob.post(f"/contacts/reject/{request_id}")

    assert rejected.status == 200
    assert rejected.data == {"message": "Contact request rejected"}
    assert (await bob.get("/contacts/requests")).data == []
    assert (await ann.get("/contacts/")).data == (await bob.get("/contacts/")).data == []


@pytest.mark.parametrize("verb", ["accept", "reject"])
async def test_only_the_person_asked_answers(pinge, verb):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    request_id = await ann.ask(bob)

    for other in (ann, eve):
        refused = await other.post(f"/contacts/{verb}/{request_id}")
        assert (refused.status, refused.code) == (404, "not_found")
        assert refused.body["error"] == "No such request waits for you."

    assert len((await bob.get("/contacts/requests")).data) == 1


@pytest.mark.parametrize("first", ["accept", "reject"])
@pytest.mark.parametrize("second", ["accept", "reject"])
async def test_an_answer_is_final(pinge, first, second):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)
    await bob.post(f"/contacts/{first}/{request_id}")

    assert (await bob.post(f"/contacts/{second}/{request_id}")).code == "not_found"

    contacts = (await ann.get("/contacts/")).data
    assert len(contacts) == (first == "accept")


@pytest.mark.parametrize("verb", ["accept", "reject"])
async def test_unknown_requests_are_not_found_and_malformed_ids_refused(pinge, verb):
    ann = await pinge.person("ann")

    assert (await ann.post(f"/contacts/{verb}/{UNKNOWN}")).code == "not_found"
    malformed = await ann.post(f"/contacts/{verb}/12345")
    assert (malformed.status, malformed.code) == (400, "malformed_id")


@pytest.mark.parametrize("verb", ["accept", "reject"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": b"", "headers": {"Content-Type": "application/json"}},
        {"json": {}},
        {"json": {"contact_id": UNKNOWN}},
    ],
    ids=["none", "empty", "object", "surplus"],
)
async def test_an_answer_needs_no_body(pinge, verb, body):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)

    assert (await bob.post(f"/contacts/{verb}/{request_id}", **body)).status == 200


async def test_ids_are_taken_in_any_case(pinge):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)

    assert (await bob.post(f"/contacts/accept/{request_id.upper()}")).status == 200
