"""A block and whatever crosses it: once it is acknowledged, nothing gets through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.blocks.people import block, unblock
from tests.races.rounds import at_once, broken, race

PAIRS = 6
BROKEN = """
    SELECT conversation_id FROM conversations AS c
     WHERE kind = 'direct' AND (low_blocks, high_blocks) IS DISTINCT FROM (
           blocks_user(low_user_id, high_user_id), blocks_user(high_user_id, low_user_id))"""


BOTH = pytest.mark.parametrize("who_writes", ["contacts", "everyone"])


@pytest.fixture
def who_writes():
    return "contacts"


@pytest.fixture
def settings(settings, who_writes):
    return replace(settings, direct_messages=who_writes)


async def in_twos(pinge, settings, count=PAIRS):
    """People in twos, who may write to each other."""
    people = await pinge.people(*("ann", "ben") * count)
    pairs = list(zip(people[::2], people[1::2], strict=True))
    for ann, ben in pairs if settings.direct_messages == "contacts" else ():
        await ann.befriend(ben)
    return pairs


async def is_whole(db):
    assert await broken(db) == {}
    assert await db.fetch(BROKEN) == []


@BOTH
async def test_nothing_is_said_after_a_block(pinge, settings, db):
    pairs = await in_twos(pinge, settings)
    said = dict.fromkeys(pairs, 0)

    async def a_round(ann, ben):
        async def shut():
            blocked = await block(ann, ben)
            assert (await ben.write(ann, "too late")).code == "not_taken"
            assert (await ann.write(ben, "too late")).code == "blocked"
            return blocked

        *sent, _ = await at_once(ben.write(ann, "in time?"), ann.write(ben, "in time?"), shut())

        said[ann, ben] += [answer.status for answer in sent].count(201)
        assert {answer.status for answer in sent} <= {201, 403}
        await unblock(ann, ben)

    await race(a_round, *pairs)
    for ann, ben in pairs:
        history = (await ann.get(f"/messages/direct/{ben.user_id}?limit=1")).data
        assert (history[0]["seq"] if history else 0) == said[ann, ben]
    await is_whole(db)


@BOTH
async def test_a_block_holds_for_a_conversation_that_opens_at_the_same_instant(pinge, settings, db):
    async def a_round():
        ann, ben = await pinge.people("ann", "ben")
        if settings.direct_messages == "contacts":
            opening = ben.post(f"/contacts/accept/{await ann.ask(ben)}")
        else:
            opening = ben.write(ann, "hello")

        await at_once(opening, block(ann, ben))

        assert (await ben.write(ann, "too late")).code == "not_taken"

    for _ in range(20):
        await a_round()
    await is_whole(db)


async def test_nobody_is_shown_what_was_asked_while_a_block_was_made(pinge, settings, db):
    people = await pinge.people(*("ann", "ben") * PAIRS)

    async def a_round(ann, ben):
        asking = ben.post("/contacts/send-request", {"receiver_email": ann.email})
        asked, _ = await at_once(asking, block(ann, ben))

        assert asked.status == 201
        assert (await ann.get("/contacts/requests")).data == []
        await unblock(ann, ben)
        assert (await ann.get("/contacts/requests")).data == []

    await race(a_round, *zip(people[::2], people[1::2], strict=True))
    await is_whole(db)


async def test_to_block_and_to_unblock_at_once_is_one_of_both(pinge, settings, db):
    async def a_round(ann, ben):
        await at_once(block(ann, ben), unblock(ann, ben), block(ben, ann), unblock(ben, ann))

    await race(a_round, *await in_twos(pinge, settings))
    await is_whole(db)
