"""A run that is killed, at whatever point, leaves nothing half; the next ends as it would have."""

from __future__ import annotations

from contextlib import asynccontextmanager

import asyncpg
import pytest

from pinge.database.migrations import MigrationError
from pinge.running import make_ready
from tests.importing.conftest import connected, contents

MESSAGE = """
INSERT INTO messages (conversation_id, seq, rev, message_id, sender_id, sent_at, payload_digest,
                      content)
VALUES (gen_random_uuid(), 1, 1, $1, gen_random_uuid(), now(), '', '')
"""
BLOCKED = """
SELECT count(*)
  FROM pg_stat_activity
 WHERE application_name = 'pinge import'
   AND $1 = ANY (pg_blocking_pids(pid))
"""


class Way:
    """Something that an import comes by and cannot pass: a table, or the id of a message."""

    def __init__(self, conn, statement, *given):
        self.conn, self.statement, self.given = conn, statement, given

    async def block(self):
        self.held = self.conn.transaction()
        await self.held.start()
        await self.conn.execute(self.statement, *self.given)

    async def is_reached(self, others):
        """Wait until an import stands before it."""
        while not await others.fetchval(BLOCKED, self.conn.get_server_pid()):
            pass

    async def clear(self):
        await self.held.rollback()


@asynccontextmanager
async def ways(database, *blocks):
    conns = [await asyncpg.connect(**database) for _ in blocks]
    yield [Way(conn, *block) for conn, block in zip(conns, blocks, strict=True)]
    for conn in conns:
        await conn.close()


@pytest.fixture
async def whole(importer, original, made, template):
    """What an import that nobody disturbs leaves, and the order in which it writes messages."""
    target = await made(template)
    run = await importer.run(original, target)
    assert (run.code, run.complained) == (0, "")
    async with connected(target) as conn:
        ids = await conn.fetch("SELECT message_id FROM messages ORDER BY conversation_id, seq")
    return await contents(target), [row["message_id"] for row in ids]


async def test_killed_again_and_again_it_ends_as_if_nothing_had_been(
    importer, original, whole, database, db, settings
):
    left, ids = whole
    blocks = [(f"LOCK TABLE {name} IN SHARE MODE",) for name in ("contacts", "members")]
    blocks += [(MESSAGE, ids[len(ids) // 2]), (MESSAGE, ids[-1])]
    async with ways(database, *blocks) as stages:
        for stage in stages:
            await stage.block()
            command = await importer.start(original, database, "--slice", "100")
            await stage.is_reached(db)
            command.kill()
            await command.wait()
            await stage.clear()

    assert 0 < await db.fetchval("SELECT count(*) FROM messages") < len(ids)
    with pytest.raises(MigrationError, match="run `pinge import` again"):
        await make_ready(settings, database)
    run = await importer.run(original, database, "--slice", "300")
    assert (run.code, run.complained) == (0, "")
    assert await contents(database) == left
    await make_ready(settings, database)


async def test_killed_when_only_its_end_was_to_be_written_it_ends(
    importer, original, whole, database, db
):
    left, ids = whole
    blocks = (MESSAGE, ids[-1]), ("LOCK TABLE imports IN SHARE MODE",)
    async with ways(database, *blocks) as (last, end):
        await last.block()
        command = await importer.start(original, database)
        await last.is_reached(db)
        await end.block()
        await last.clear()
        await end.is_reached(db)
        command.kill()
        await command.wait()
        await end.clear()

    assert await db.fetchval("SELECT count(*) FROM messages") == len(ids)
    run = await importer.run(original, database)

    assert (run.code, run.complained) == (0, "")
    assert await contents(database) == left
