"""Emojis, stars and pins that several change at once, on messages that go meanwhile."""

from __future__ import annotations

from collections import Counter

from tests.races.rounds import at_once, broken, race, statuses

LANES = 4
KINDS = [chr(code) for code in range(0x1F600, 0x1F600 + 24)]
THUMB = KINDS[0]


def react(person, message, emoji=THUMB):
    return person.call("PUT", f"/messages/{message['message_id']}/reactions/{emoji}")


def take_back(person, message, emoji=THUMB):
    return person.delete(f"/messages/{message['message_id']}/reactions/{emoji}")


def mark(person, message, what):
    return person.call("PUT", f"/messages/{message['message_id']}/{what}")


async def test_whoever_reacts_at_once_is_counted_once(pinge, db):
    async def a_round(ann, bob):
        message = (await ann.write(bob, "Look!")).data

        answers = await at_once(
            *(react(ann, message) for _ in range(3)),
            *(react(bob, message), react(bob, message, KINDS[1])),
            *(take_back(bob, message), take_back(ann, message, KINDS[1])),
        )

        assert {answer.status for answer in answers} == {200}
        who = (await bob.get(f"/messages/{message['message_id']}/reactions")).data["reactions"]
        emojis = Counter((one["username"], one["emoji"]) for one in who)
        assert emojis[ann.name, THUMB] == emojis[bob.name, KINDS[1]] == 1
        assert emojis[bob.name, THUMB] <= 1
        assert emojis[ann.name, KINDS[1]] == 0

    await race(a_round, *[await pinge.friends("ann", "bob")] * LANES)
    assert await broken(db) == {}


async def test_a_message_has_twenty_kinds_however_many_come_at_once(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    message = (await ann.write(bob, "Look!")).data

    answers = await at_once(*(react(bob, message, emoji) for emoji in KINDS))

    assert statuses(answers) == [200] * 20 + [409] * 4
    assert await broken(db) == {}


async def test_nothing_is_left_on_a_message_that_is_deleted_meanwhile(pinge, db):
    async def a_round(ann, bob):
        message = (await ann.write(bob, "Look!")).data
        await react(ann, message)

        *marked, deleted = await at_once(
            *(react(bob, message), mark(bob, message, "star"), mark(bob, message, "pin")),
            ann.delete(f"/messages/{message['message_id']}"),
        )

        assert deleted.status == 200
        assert {answer.status for answer in marked} <= {200, 404}
        again = await at_once(react(ann, message), mark(ann, message, "star"))
        assert statuses(again) == [404, 404]

    await race(a_round, *[await pinge.friends("ann", "bob")] * LANES)
    assert await broken(db) == {}
