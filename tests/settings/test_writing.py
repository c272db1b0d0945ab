"""Who takes messages of whom: the stricter of the receiver's setting and the server's word."""

from __future__ import annotations

import dataclasses

import pytest

# By the server's word, then the receiver's: what a contact, one who was one, and a stranger hear.
OUTCOMES = """
contacts everyone  created    not_contacts  not_contacts
contacts contacts  created    not_contacts  not_contacts
contacts nobody    not_taken  not_contacts  not_contacts
everyone everyone  created    created       created
everyone contacts  created    not_contacts  not_contacts
everyone nobody    not_taken  not_taken     not_taken
"""
ROWS = [line.split() for line in OUTCOMES.strip().splitlines()]


@pytest.fixture
def settings(settings, word):
    return dataclasses.replace(settings, direct_messages=word)


@pytest.mark.parametrize(("word", "who", "contact", "former", "stranger"), ROWS, ids="-".join)
async def test_the_stricter_of_both_holds(pinge, db, who, contact, former, stranger):
    ann, con, fay, sid = await pinge.people("ann", "con", "fay", "sid")
    for person in (con, fay):
        await person.befriend(ann)
    await fay.delete(f"/contacts/{ann.user_id}")
    await ann.patch("/settings", {"who_may_write": who})

    heard = []
    for person in (con, fay, sid):
        sent = await person.write(ann, "hello")
        heard.append("created" if sent.status == 201 else sent.code)

    assert heard == [contact, former, stranger]
    assert bool(await talks_of(db, sid)) == (stranger == "created")


@pytest.mark.parametrize("word", ["everyone"])
async def test_a_setting_holds_from_the_next_message_on_over_a_socket_too(pinge):
    ann, bob = await pinge.people("ann", "bob")
    key = (await bob.write(ann, "hello")).data["conversation_id"]
    live = await bob.live()
    message = {"conversation_id": key, "content": "and?", "client_id": key}

    await ann.patch("/settings", {"who_may_write": "nobody"})
    refused = await live.ask("send_message", message)
    assert (await ann.write(bob, "I still may write")).status == 201
    await ann.patch("/settings", {"who_may_write": "everyone"})

    assert refused["data"]["code"] == "not_taken"
    assert (await live.ask("send_message", message))["event"] == "ack"


@pytest.mark.parametrize("word", ["everyone"])
async def test_groups_are_written_to_whatever_their_members_take(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await ann.patch("/settings", {"who_may_write": "nobody"})

    assert (await bob.write_group(group_id, "hello")).status == 200


async def talks_of(db, person):
    return await db.fetch("SELECT 1 FROM members WHERE user_id = $1", person.user_id)
