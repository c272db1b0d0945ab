"""Blocks are made beside everything else; what is found never depends on it."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.people import Pinge
from tests.search.asking import found
from tests.search.keeping import PATIENCE, until

STRAIGHT = """
INSERT INTO messages (conversation_id, seq, rev, message_id, sender_id, sent_at,
                      payload_digest, content)
SELECT $1, n, n + 1, gen_random_uuid(), $2, now() - interval '1 hour' + n * interval '1 second',
       'x', 'word ' || n
  FROM generate_series(1, $3::int) AS n
"""
BLOCKS = "SELECT first_seq, last_seq FROM search_blocks WHERE conversation_id = $1 ORDER BY 1"


@pytest.fixture
async def friends(pinge):
    return await pinge.friends("ann", "bob")


async def direct(db, ann):
    """The conversation of Ann and the one she talks with."""
    return await db.fetchval(
        "SELECT conversation_id FROM conversations WHERE $1 IN (low_user_id, high_user_id)",
        UUID(ann.user_id),
    )


async def write_straight(db, ann, count):
    """Leave messages as somebody would who died right after the commit; their conversation."""
    conversation_id = await direct(db, ann)
    await db.execute(STRAIGHT, conversation_id, UUID(ann.user_id), count)
    await db.execute(
        "UPDATE conversations SET last_seq = $2::int, last_rev = $2::int + 1,"
        " last_sent_at = now() - interval '59 minutes' WHERE conversation_id = $1",
        conversation_id,
        count,
    )
    return conversation_id


async def said(db, content):
    """The id of the message that says so."""
    return await db.fetchval("SELECT message_id FROM messages WHERE content = $1", content)


async def test_what_a_process_left_behind_is_found_at_once_and_put_into_blocks(
    friends, db, settings, database
):
    ann, bob = friends
    conversation_id = await write_straight(db, ann, 70)
    assert await found(bob, "word 7") == ["word 70", "word 7"]

    async with Pinge.running(settings, database), Pinge.running(settings, database):
        await until(db, conversation_id, seq=70)

    assert list(map(tuple, await db.fetch(BLOCKS, conversation_id))) == [
        (1, 32),
        (33, 64),
        (65, 70),
    ]
    assert await found(bob, "word 7") == ["word 70", "word 7"]
    assert len(await found(bob, "word")) == 70


async def test_what_a_process_wrote_it_puts_into_blocks_once_they_are_full(friends, db):
    ann, bob = friends
    for n in range(40):
        await ann.write(bob, f"word {n}")
    conversation_id = await direct(db, ann)

    await until(db, conversation_id, seq=32)

    assert list(map(tuple, await db.fetch(BLOCKS, conversation_id))) == [(1, 32)]
    assert await found(bob, "word 3") == [*(f"word {n}" for n in range(39, 29, -1)), "word 3"]


async def test_a_block_that_was_not_full_grows(friends, db, settings, database):
    ann, bob = friends
    conversation_id = await write_straight(db, ann, 10)
    async with Pinge.running(settings, database):
        await until(db, conversation_id, seq=10)
    for n in range(32):
        await ann.write(bob, f"late {n}")

    await until(db, conversation_id, seq=32)

    assert list(map(tuple, await db.fetch(BLOCKS, conversation_id))) == [(1, 32)]
    assert len(await found(bob, "late")) == 32


async def test_long_messages_make_shorter_blocks(friends, db, settings, database):
    ann, bob = friends
    conversation_id = await write_straight(db, ann, 10)
    await db.execute("UPDATE messages SET content = repeat('long ' || seq || ' ', 700)")

    async with Pinge.running(settings, database):
        await until(db, conversation_id, seq=10)

    assert list(map(tuple, await db.fetch(BLOCKS, conversation_id))) == [
        (n, n + 1) for n in range(1, 11, 2)
    ]
    assert len(await found(bob, '"long 7"')) == 1


async def test_a_change_is_found_at_once_and_goes_into_its_block(friends, db, settings, database):
    ann, bob = friends
    conversation_id = await write_straight(db, ann, 40)
    async with Pinge.running(settings, database):
        await until(db, conversation_id, seq=40)
    before = await db.fetch("SELECT signature FROM search_blocks ORDER BY first_seq")

    edit = {"content": "Quokka", "base_rev": 6}
    edited = await ann.patch(f"/messages/{await said(db, 'word 5')}", edit)
    assert await found(bob, "quokka") == ["Quokka"]
    assert await found(bob, '"word 5"') == []
    async with Pinge.running(settings, database):
        await until(db, conversation_id, rev=edited.data["rev"])

    after = await db.fetch("SELECT signature FROM search_blocks ORDER BY first_seq")
    assert [old == new for old, new in zip(before, after, strict=True)] == [False, True]
    assert await found(bob, "quokka") == ["Quokka"]


async def test_what_was_deleted_or_hidden_is_not_found(friends, db, settings, database):
    ann, bob = friends
    conversation_id = await write_straight(db, ann, 40)
    async with Pinge.running(settings, database):
        await until(db, conversation_id, seq=40)

    await ann.delete(f"/messages/{await said(db, 'word 7')}")
    await bob.delete(f"/messages/{await said(db, 'word 8')}?scope=me")

    assert await found(bob, '"word 7"') == await found(bob, '"word 8"') == []
    assert await found(ann, '"word 8"') == ["word 8"]
    assert len(await found(bob, "in:ann")) == 38


async def test_blocks_of_a_deleted_group_go(pinge, db, settings, database):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    for n in range(32):
        await ann.write_group(group_id, f"word {n}")
    await until(db, UUID(group_id), seq=32)

    await ann.delete(f"/messages/groups/{group_id}")

    async with Pinge.running(settings, database), asyncio.timeout(PATIENCE):
        while await db.fetch(BLOCKS, UUID(group_id)):
            await asyncio.sleep(0.05)
