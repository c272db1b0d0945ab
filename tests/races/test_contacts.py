"""Two people who ask, accept, reject and part at the same instant."""

from __future__ import annotations

import pytest

from tests.races.rounds import at_once, broken, race, statuses

PAIRS = 6


@pytest.fixture
async def pairs(pinge):
    """People in twos, so that the rounds of one two need not wait for another."""
    people = await pinge.people(*("ann", "bob") * PAIRS)
    return list(zip(people[::2], people[1::2], strict=True))


async def are_contacts(ann, bob):
    """Whether each is in the other's list."""
    of_ann, of_bob = [(await person.get("/contacts/")).data for person in (ann, bob)]
    assert len(of_ann) == len(of_bob)
    return len(of_ann) == 1


async def ask(asker, asked):
    return await asker.post("/contacts/send-request", {"receiver_email": asked.email})


async def test_a_request_accepted_twice_at_once_is_accepted_once(pairs, db):
    async def a_round(ann, bob):
        path = f"/contacts/accept/{await ann.ask(bob)}"

        answers = await at_once(bob.post(path), bob.post(path))

        assert statuses(answers) == [200, 404]
        assert await are_contacts(ann, bob)
        await bob.delete(f"/contacts/{ann.user_id}")

    await race(a_round, *pairs)
    assert await broken(db) == {}


async def test_of_accepting_and_rejecting_at_once_one_counts(pairs, db):
    async def a_round(ann, bob):
        request_id = await ann.ask(bob)

        accepted, rejected = await at_once(
            bob.post(f"/contacts/accept/{request_id}"), bob.post(f"/contacts/reject/{request_id}")
        )

        assert statuses([accepted, rejected]) == [200, 404]
        assert await are_contacts(ann, bob) == (accepted.status == 200)
        await bob.delete(f"/contacts/{ann.user_id}")

    await race(a_round, *pairs)
    assert await broken(db) == {}


async def test_of_requests_that_cross_one_is_left(pairs, db):
    async def a_round(ann, bob):
        by_ann, by_bob = await at_once(ask(ann, bob), ask(bob, ann))

        assert statuses([by_ann, by_bob]) == [201, 400]
        made, refused, asked = (
            (by_ann, by_bob, bob) if by_ann.status == 201 else (by_bob, by_ann, ann)
        )
        assert refused.code == "request_waiting"
        assert (await asked.post(f"/contacts/reject/{made.data['request_id']}")).status == 200

    await race(a_round, *pairs)
    assert await broken(db) == {}


async def test_of_the_same_request_sent_twice_at_once_one_is_left(pairs, db):
    async def a_round(ann, bob):
        answers = await at_once(ask(ann, bob), ask(ann, bob))

        assert statuses(answers) == [201, 400]
        [waiting] = (await bob.get("/contacts/requests")).data
        assert (await bob.post(f"/contacts/reject/{waiting['request_id']}")).status == 200

    await race(a_round, *pairs)
    assert await broken(db) == {}


async def test_asking_back_while_accepting_changes_nothing(pairs, db):
    async def a_round(ann, bob):
        request_id = await ann.ask(bob)

        accepted, asked = await at_once(bob.post(f"/contacts/accept/{request_id}"), ask(bob, ann))

        assert (accepted.status, asked.status) == (200, 400)
        await at_once(bob.delete(f"/contacts/{ann.user_id}"), ask(ann, bob))
        for waiting in (await bob.get("/contacts/requests")).data:
            await bob.post(f"/contacts/reject/{waiting['request_id']}")

    await race(a_round, *pairs)
    assert await broken(db) == {}


async def test_both_who_part_at_once_are_parted(pairs, db):
    async def a_round(ann, bob):
        await ann.befriend(bob)

        answers = await at_once(
            ann.delete(f"/contacts/{bob.user_id}"), bob.delete(f"/contacts/{ann.user_id}")
        )

        assert statuses(answers) == [200, 404]
        assert not await are_contacts(ann, bob)

    await race(a_round, *pairs)
    assert await broken(db) == {}


async def test_nothing_is_said_after_parting(pairs, db):
    async def a_round(ann, bob):
        await ann.befriend(bob)

        async def part():
            parted = await bob.delete(f"/contacts/{ann.user_id}")
            assert (await ann.write(bob, "too late")).code == "not_contacts"
            return parted

        parted, *sent = await at_once(part(), *(ann.write(bob, "in time") for _ in range(2)))

        assert parted.status == 200
        assert {answer.status for answer in sent} <= {201, 403}
        said[ann].extend(answer for answer in sent if answer.status == 201)

    said = {ann: [] for ann, _ in pairs}
    await race(a_round, *pairs)
    for ann, bob in pairs:
        history = (await bob.get(f"/messages/direct/{ann.user_id}?limit=1")).data
        assert (history[0]["seq"] if history else 0) == len(said[ann])
    assert await broken(db) == {}
