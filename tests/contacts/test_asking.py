"""Asking somebody to become a contact."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest


async def ask(asker, email):
    return await asker.post("/contacts/send-request", {"receiver_email": email})


async def test_a_request_waits_for_the_person_asked(pinge):
    ann, bob = await pinge.people("ann", "bob")

    sent = await ask(ann, bob.email)

    assert sent.status == 201
    assert sent.data == {
        "message": "Contact request sent",
        "request_id": sent.data["request_id"],
    }
    [waiting] = (await bob.get("/contacts/requests")).data
    assert datetime.fromisoformat(waiting["created_at"]).utcoffset() == timedelta(0)
    assert waiting == {
        "request_id": sent.data["request_id"],
        "sender_username": "ann",
        "sender_email": ann.email,
        "receiver_username": "bob",
        "receiver_email": bob.email,
        "status": "Pending",
        "created_at": waiting["created_at"],
    }
    assert (await ann.get("/contacts/requests")).data == []


async def test_requests_are_listed_newest_first(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await ask(bob, ann.email)
    await ask(eve, ann.email)

    waiting = (await ann.get("/contacts/requests")).data

    assert [request["sender_username"] for request in waiting] == ["eve", "bob"]


async def test_an_address_is_found_whatever_the_case_of_its_domain(pinge):
    ann, bob = await pinge.people("ann", "bob")
    name, domain = bob.email.split("@")

    assert (await ask(ann, f"{name}@{domain.upper()}")).status == 201


async def test_nobody_at_that_address_can_be_asked(pinge):
    ann = await pinge.person("ann")

    refused = await ask(ann, "nobody@pinge.example")

    assert (refused.status, refused.code) == (404, "not_found")
    assert refused.body["error"] == "There is no such user."


async def test_one_cannot_ask_oneself(pinge):
    ann = await pinge.person("ann")

    refused = await ask(ann, ann.email)

    assert (refused.status, refused.code) == (400, "bad_request")
    assert refused.body["error"] == "You cannot ask yourself."


async def test_asking_twice_leaves_one_request(pinge):
    ann, bob = await pinge.people("ann", "bob")
    await ask(ann, bob.email)

    refused = await ask(ann, bob.email)

    assert (refused.status, refused.code) == (400, "already_requested")
    assert refused.body["error"] == "You have already sent them a contact request."
    assert len((await bob.get("/contacts/requests")).data) == 1


async def test_whoever_was_asked_is_told_to_answer_instead_of_asking(pinge):
    ann, bob = await pinge.people("ann", "bob")
    await ask(ann, bob.email)

    refused = await ask(bob, ann.email)

    assert (refused.status, refused.code) == (400, "request_waiting")
    assert refused.body["error"].startswith("They have already sent you a contact request")
    assert (await ann.get("/contacts/requests")).data == []


async def test_contacts_cannot_be_asked(pinge):
    ann, bob = await pinge.friends("ann", "bob")

    for asker, asked in ((ann, bob), (bob, ann)):
        refused = await ask(asker, asked.email)
        assert (refused.status, refused.code) == (400, "already_contacts")
        assert refused.body["error"] == "You are already contacts."


async def test_two_people_may_ask_the_same_third(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")

    assert (await ask(ann, eve.email)).status == 201
    assert (await ask(bob, eve.email)).status == 201


@pytest.mark.parametrize("address", [None, 5, "", ["a@b.example"], "no address", "ann@", "@b"])
async def test_what_is_no_address_is_refused_by_field(pinge, address):
    ann = await pinge.person("ann")

    refused = await ask(ann, address)

    assert (refused.status, refused.code) == (422, "invalid")
    assert set(refused.body["fields"]) == {"receiver_email"}


async def test_a_request_without_an_address_is_refused(pinge):
    ann = await pinge.person("ann")

    refused = await ann.post("/contacts/send-request", {})

    assert refused.status == 422
    assert set(refused.body["fields"]) == {"receiver_email"}


async def test_nothing_but_the_address_is_taken_from_the_body(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")

    sent = await ann.post(
        "/contacts/send-request",
        {"receiver_email": bob.email, "sender_id": eve.user_id, "status": "Accepted"},
    )

    assert sent.status == 201
    [waiting] = (await bob.get("/contacts/requests")).data
    assert (waiting["sender_email"], waiting["status"]) == (ann.email, "Pending")
