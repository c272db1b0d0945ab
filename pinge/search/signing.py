"""Making the blocks of a conversation: of what is new, and anew of what changed.

Who does it holds the conversation's position, and reads after that, so that of two processes none
puts an older state over a newer one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.database.pool import POOL, transaction
from pinge.database.queries import Connection, Queries
from pinge.search import meters
from pinge.search.folding import folded
from pinge.search.matching import held, label_of, label_of_sender
from pinge.search.signatures import signature

SQL = Queries("search")

LARGEST_BLOCK = 32  # messages, as in sql/search.sql
LONGEST_BLOCK = 8000  # characters, more than which no signature would tell apart
AT_ONCE = 320  # messages, or changes; the rest at the conversation's next turn
QUIET = timedelta(minutes=1)  # as in sql/search.sql: then a block that is not full is made too


async def sign(app: web.Application, conversation_id: UUID) -> None:
    """Bring the blocks of a conversation up to date, or nearer to it if much is missing."""
    await SQL.begin_position.run(app[POOL], conversation_id=conversation_id)
    async with transaction(app) as tx:
        position = await SQL.claim.row(tx, conversation_id=conversation_id)
        if position is None:  # somebody else is at it
            return
        seq, open_seq = await _sign_new(tx, conversation_id, position)
        rev = await _sign_changed(tx, conversation_id, position["rev"])
        await SQL.advance.run(
            tx, conversation_id=conversation_id, seq=seq, open_seq=open_seq, rev=rev
        )
    meters.SIGNED.inc(seq - position["seq"])


async def _sign_new(
    tx: Connection, conversation_id: UUID, position: asyncpg.Record
) -> tuple[int, int]:
    """Put what is new into blocks; up to which message, and where the block begins that is open."""
    seq, open_seq = position["seq"], position["open_seq"]
    rows = await SQL.messages_from.rows(
        tx, conversation_id=conversation_id, first_seq=open_seq, limit=AT_ONCE
    )
    for block, is_full in _blocks(rows):
        last = block[-1]
        is_due = is_full or last["sent_at"] < datetime.now(UTC) - QUIET
        if is_due and last["seq"] > seq:
            await _put(tx, conversation_id, block)
            seq = last["seq"]
            open_seq = seq + 1 if is_full else block[0]["seq"]
    return seq, open_seq


async def _sign_changed(tx: Connection, conversation_id: UUID, rev: int) -> int:
    """Make those blocks anew in which something changed; up to which rev that is done."""
    changes = await SQL.changed_blocks.rows(
        tx, conversation_id=conversation_id, rev=rev, limit=AT_ONCE
    )
    spans = {(change["first_seq"], change["last_seq"]) for change in changes}
    for first_seq, last_seq in spans - {(None, None)}:
        block = await SQL.messages_from.rows(
            tx,
            conversation_id=conversation_id,
            first_seq=first_seq,
            limit=last_seq - first_seq + 1,
        )
        await _put(tx, conversation_id, block)
    return changes[-1]["rev"] if changes else rev


def _blocks(rows: list[asyncpg.Record]) -> Iterator[tuple[list[asyncpg.Record], bool]]:
    """The messages in blocks, each with whether it is full."""
    block: list[asyncpg.Record] = []
    characters = 0
    for row in rows:
        block.append(row)
        characters += len(row["content"])
        if len(block) == LARGEST_BLOCK or characters >= LONGEST_BLOCK:
            yield block, True
            block, characters = [], 0
    if block:
        yield block, False


async def _put(tx: Connection, conversation_id: UUID, block: list[asyncpg.Record]) -> None:
    labels = {label_of_sender(row["sender_id"]) for row in block}
    for row in block:
        labels.update(map(label_of, held(row["content"], row["attachments"])))
    await SQL.put_block.run(
        tx,
        conversation_id=conversation_id,
        first_seq=block[0]["seq"],
        last_seq=block[-1]["seq"],
        first_sent_at=block[0]["sent_at"],
        last_sent_at=block[-1]["sent_at"],
        signature=signature((folded(row["content"]) for row in block), labels),
    )
    await asyncio.sleep(0)  # a block takes about a millisecond: let others have a turn
