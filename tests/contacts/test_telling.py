"""What contacts hear at their sockets, and who else does: nobody.

The first rev of what is somebody's own is that of their login.
"""

from __future__ import annotations


async def sockets(*people):
    """A plain and a live socket of each."""
    return [socket for person in people for socket in (await person.plain(), await person.live())]


async def all_heard_nothing(*quiet):
    return all([await socket.heard_nothing() for socket in quiet])


async def test_a_request_is_heard_by_who_is_asked_as_it_is_listed(pinge):
    ann, bob = await pinge.people("ann", "bob")
    plain, live = await sockets(bob)

    await ann.ask(bob)

    [listed] = (await bob.get("/contacts/requests")).data
    assert await plain.next() == {"event": "new_contact_request", "data": listed}
    assert await live.next() == {"event": "new_contact_request", "data": {**listed, "user_rev": 2}}


async def test_a_request_is_heard_by_the_live_sockets_of_who_asks(pinge):
    ann, bob = await pinge.people("ann", "bob")
    plain, live = await sockets(ann)

    await ann.ask(bob)

    [listed] = (await bob.get("/contacts/requests")).data
    assert await live.next() == {"event": "contact_request_sent", "data": {**listed, "user_rev": 2}}
    assert await plain.heard_nothing()


async def test_who_asked_hears_of_the_new_contact_as_it_is_listed(pinge):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)
    plain, live = await sockets(ann)

    await bob.post(f"/contacts/accept/{request_id}")

    [listed] = (await ann.get("/contacts/")).data
    conversation_id = (await ann.write(bob, "hello")).data["conversation_id"]
    original = {name: listed[name] for name in listed.keys() - {"avatar"}}
    assert await plain.next() == {"event": "contact_request_accepted", "data": original}
    assert await live.next() == {
        "event": "contact_request_accepted",
        "data": {**listed, "conversation_id": conversation_id, "user_rev": 3},
    }


async def test_who_accepts_hears_of_it_on_live_sockets(pinge):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)
    plain, live = await sockets(bob)

    await bob.post(f"/contacts/accept/{request_id}")

    [listed] = (await bob.get("/contacts/")).data
    added, answered = await live.next(), await live.next()
    assert added["event"] == "contact_added"
    assert added["data"].items() >= {**listed, "user_rev": 3}.items()
    assert answered == {
        "event": "contact_request_answered",
        "data": {"request_id": request_id, "status": "Accepted", "user_rev": 3},
    }
    assert await all_heard_nothing(plain, live)


async def test_a_rejection_is_heard_by_the_one_who_rejects_alone(pinge):
    ann, bob = await pinge.people("ann", "bob")
    request_id = await ann.ask(bob)
    of_ann, (plain, live) = await sockets(ann), await sockets(bob)

    await bob.post(f"/contacts/reject/{request_id}")

    assert await live.next() == {
        "event": "contact_request_answered",
        "data": {"request_id": request_id, "status": "Rejected", "user_rev": 3},
    }
    assert await all_heard_nothing(plain, live, *of_ann)


async def test_both_hear_of_their_parting_on_live_sockets(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    (plain_ann, live_ann), (plain_bob, live_bob) = await sockets(ann), await sockets(bob)

    await ann.delete(f"/contacts/{bob.user_id}")

    for live, other in ((live_ann, bob), (live_bob, ann)):
        assert await live.next() == {
            "event": "contact_removed",
            "data": {"contact_id": other.user_id, "user_rev": 4},
        }
    assert await all_heard_nothing(plain_ann, plain_bob, live_ann, live_bob)


async def test_what_is_refused_is_heard_by_nobody(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    request_id = await ann.ask(bob)
    listening = await sockets(ann, bob, eve)

    await ann.post("/contacts/send-request", {"receiver_email": bob.email})
    await bob.post("/contacts/send-request", {"receiver_email": ann.email})
    await eve.post(f"/contacts/accept/{request_id}")
    await ann.post(f"/contacts/reject/{request_id}")
    await ann.delete(f"/contacts/{bob.user_id}")

    assert await all_heard_nothing(*listening)


async def test_others_hear_nothing_of_two_peoples_contact(pinge):
    ann, bob, contact, stranger = await pinge.people("ann", "bob", "eve", "sid")
    await contact.befriend(ann)
    await contact.befriend(bob)
    listening = await sockets(contact, stranger)

    await bob.post(f"/contacts/reject/{await ann.ask(bob)}")
    await ann.befriend(bob)
    await bob.delete(f"/contacts/{ann.user_id}")

    assert await all_heard_nothing(*listening)


async def test_refused_attempts_leave_no_gap_in_the_revs_of_a_user(pinge):
    ann, bob = await pinge.people("ann", "bob")
    live = await bob.live()

    request_id = await ann.ask(bob)
    await ann.post("/contacts/send-request", {"receiver_email": bob.email})
    await ann.delete(f"/contacts/{bob.user_id}")
    await bob.post(f"/contacts/reject/{request_id}")
    await ann.ask(bob)

    assert [(await live.next())["data"]["user_rev"] for _ in range(3)] == [2, 3, 4]
