"""People who change their name, or go for good, while others talk and come and go."""

from __future__ import annotations

import asyncio
from itertools import count

from tests.people import PASSWORD
from tests.races.rounds import at_once, broken, race

ME = "/authentication/me"
GOING = 40  # accounts that are deleted, each in the middle of everything

LEFT = """
SELECT u.user_id
  FROM users AS u
 WHERE u.deleted_at IS NOT NULL
   AND (EXISTS (SELECT 1 FROM contacts AS k WHERE u.user_id IN (k.user_id, k.contact_id))
        OR EXISTS (SELECT 1 FROM sessions AS s WHERE s.user_id = u.user_id)
        OR EXISTS (
               SELECT 1 FROM contact_requests AS q
                WHERE u.user_id IN (q.sender_id, q.receiver_id) AND q.status = 'Pending')
        OR EXISTS (
               SELECT 1 FROM members AS m JOIN conversations AS c USING (conversation_id)
                WHERE m.user_id = u.user_id AND m.left_at IS NULL AND c.kind = 'group'))"""


def path(group_id, verb=""):
    return f"/messages/groups/{group_id}/{verb}"


def form(person):
    return {"username": person.email, "password": PASSWORD}


async def test_names_change_while_everybody_talks(pinge, db):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    names = count()

    async def a_round(one, other, third):
        await at_once(
            one.patch(ME, {"username": f"name {next(names)}"}),
            other.patch(ME, {"about": f"about {next(names)}"}),
            one.write(other, "hello"),
            third.write_group(group_id, "hello all"),
            other.post(f"/messages/mark-read/contact/{one.user_id}"),
            ann.patch(path(group_id).rstrip("/"), {"name": f"group {next(names)}"}),
            pinge.call("POST", "/authentication/login", data=form(third)),
        )

    await race(a_round, (ann, bob, eve), (bob, eve, ann), (eve, ann, bob))

    assert await broken(db) == {}
    async with asyncio.timeout(10):
        while await db.fetchval("SELECT count(*) FROM users WHERE profile_due_at IS NOT NULL"):
            await asyncio.sleep(0.05)


async def test_accounts_go_in_the_middle_of_everything(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")

    async def a_round(number):
        going = await pinge.person(f"going{number}")
        await going.befriend(ann)
        request_id = await bob.ask(going)
        theirs, anns = await going.group(ann, bob), await ann.group(bob)
        await at_once(
            going.call("DELETE", ME, {"password": PASSWORD}),
            ann.write(going, "stay"),
            going.write(ann, "bye"),
            going.post(f"/contacts/accept/{request_id}"),
            ann.delete(f"/contacts/{going.user_id}"),
            ann.post(path(theirs, "leave")),
            ann.post(path(anns, "members"), {"user_ids": [going.user_id]}),
            bob.write_group(theirs, "hello"),
        )

    for first in range(0, GOING, 4):
        await asyncio.gather(*(a_round(first + lane) for lane in range(4)))
    async with asyncio.timeout(20):
        while await db.fetchval("SELECT count(*) FROM users WHERE erased_at IS NULL") > 2:
            await asyncio.sleep(0.05)

    assert await broken(db) == {}
    assert await db.fetch(LEFT) == []
