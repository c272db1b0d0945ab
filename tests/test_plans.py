"""No query reads a table from end to end, however young or full it is.

The full one has 200 people, 2,000 conversations and 500,000 messages: crowd.sql.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from pinge.database.pool import SERVER_SETTINGS
from pinge.database.queries import Queries
from tests.test_sql import ELSEWHERE, FEATURES, IN_ROOM

CROWD = Path(__file__).with_name("crowd.sql")
FULL = "pinge_full"
# A handful of rows for ever; the ledger is read by `pinge migrate` alone.
TINY = {"epochs", "nodes", "schema_migrations"}
# Run by commands alone; an import reads all there is, in tables of its own.
BY_COMMANDS = {"database", "administration", *ELSEWHERE, *IN_ROOM}
QUERIES = [
    query for feature in FEATURES if feature not in BY_COMMANDS for query in Queries(feature)
]

UNREAD = """
SELECT c.kind, sum(c.last_seq - me.read_seq - (me.sent - me.sent_at_read) - me.read_ahead_count),
       sum((SELECT count(*) FROM messages AS m
             WHERE m.conversation_id = me.conversation_id
               AND m.seq > me.read_seq AND m.sender_id <> me.user_id))
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
 GROUP BY c.kind
"""


@pytest.fixture(scope="module")
def full(cluster, template):
    """Connection arguments of a database with a crowd in it."""

    async def administer(statement):
        conn = await asyncpg.connect(**cluster)
        await conn.execute(statement)
        await conn.close()

    async def fill():
        conn = await asyncpg.connect(**arguments)
        await conn.execute(CROWD.read_text())
        await conn.close()

    arguments = cluster | {"database": FULL}
    asyncio.run(administer(f"CREATE DATABASE {FULL} TEMPLATE {template}"))
    asyncio.run(fill())
    yield arguments
    asyncio.run(administer(f"DROP DATABASE {FULL} WITH (FORCE)"))


@pytest.fixture
async def conn(full):
    """A connection like those of the pool, that plans for arguments it does not know."""
    opened = await connected(full)
    yield opened
    await opened.close()


async def connected(arguments):
    settings = SERVER_SETTINGS | {"plan_cache_mode": "force_generic_plan"}
    return await asyncpg.connect(**arguments, server_settings=settings)


async def read_whole(conn, statement, parameters=0):
    """The tables that a statement's plan reads from end to end."""
    await conn.execute(f"PREPARE planned AS {statement}")
    arguments = f"({', '.join(['NULL'] * parameters)})" if parameters else ""
    explained = await conn.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned{arguments}")
    return {
        node["Relation Name"] for node in nodes(json.loads(explained)[0]["Plan"]) if whole(node)
    }


def whole(node):
    if node["Node Type"] == "Seq Scan":
        return True
    by_index = node["Node Type"] in ("Index Scan", "Index Only Scan")
    return by_index and "Index Cond" not in node and not node["limited"]


def nodes(plan, *, limited=False):
    """A plan's nodes, each knowing whether it stops after some rows."""
    limited = limited or plan["Node Type"] == "Limit"
    yield plan | {"limited": limited}
    for inner in plan.get("Plans", ()):
        yield from nodes(inner, limited=limited)


@pytest.mark.slow
async def test_the_crowds_figures_agree(conn):
    assert await conn.fetchval("SELECT count(*) FROM messages") == 500_000
    for kind, figure, counted in await conn.fetch(UNREAD):
        assert figure == counted > 0, kind


@pytest.mark.slow
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
async def test_no_query_reads_a_whole_table(conn, query):
    assert await read_whole(conn, query.text, len(query.parameters)) <= TINY


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["direct", "group", "any"])
async def test_a_page_reads_no_message_but_its_own(conn, asked):
    kind = "group" if asked == "any" else asked
    name = "page_of_messages" if asked == "any" else f"page_of_{kind}_messages"
    query = getattr(Queries("history"), name)
    place = await conn.fetchrow(
        "SELECT conversation_id, low_user_id AS user_id, high_user_id AS contact_id"
        "  FROM conversations WHERE kind = $1 LIMIT 1",
        kind,
    )
    page = {"low": 0, "high": 2**62, "offset": 100, "limit": 5, **place}
    page |= {"split": 100, "older": 3, "newer": 2}
    given = {name: page[name] for name in query.parameters}

    explained = await conn.fetchval(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {query.text}", *query.bind(given)
    )

    read = [
        node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        for node in nodes(json.loads(explained)[0]["Plan"])
        if node.get("Relation Name") == "messages"
    ]
    assert sum(read) == 5


@pytest.mark.slow
async def test_an_overview_of_200_conversations_reads_one_message_of_each(conn):
    query = Queries("overview").page_of_conversations
    everywhere = """
        INSERT INTO members (conversation_id, user_id)
        SELECT conversation_id, md5('user1')::uuid FROM conversations WHERE kind = 'group'
            ON CONFLICT DO NOTHING
        RETURNING user_id
    """
    adding = conn.transaction()
    await adding.start()
    try:
        user_id = await conn.fetchval(everywhere)
        asked = {"user_id": user_id, "limit": 200, "active_at": None, "conversation_id": None}
        asked |= {"archived": None, "requests": False}
        explained = await conn.fetchval(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query.text}", *query.bind(asked)
        )
    finally:
        await adding.rollback()

    plan = json.loads(explained)[0]["Plan"]
    [read] = [node for node in nodes(plan) if node.get("Relation Name") == "messages"]
    assert (plan["Actual Rows"], read["Actual Loops"], read["Actual Rows"]) == (200, 200, 1)
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 8000  # 64 KB a conversation


@pytest.mark.slow
async def test_a_search_looks_through_ones_own_blocks_and_reads_few_texts(conn):
    user_id = await conn.fetchval("SELECT user_id FROM users WHERE username = 'user1'")
    when = {"since": datetime(2025, 1, 1, tzinfo=UTC), "before": datetime(2027, 1, 1, tzinfo=UTC)}
    asked = {"user_id": user_id, "conversation_ids": None, "marks": [99, 12_345], "limit": 512}
    own = await conn.fetchval("SELECT count(*) FROM members WHERE user_id = $1", user_id)
    search = Queries("search")

    found, looked_at = await rows_read(conn, search.candidates, **asked, **when)

    # Rows of a loop are told in the mean, and rounded.
    assert looked_at.pop("search_blocks") == pytest.approx(8 * own, rel=0.2)
    assert looked_at == {"members": own, "conversations": own, "search_positions": own}
    assert 0 < len(found) < 2 * own
    ids, first, last, _ = zip(*found, strict=True)
    stretches = {"conversation_ids": ids, "first_seqs": first, "last_seqs": last, "limit": 8}
    of_me = {"user_id": user_id, "sender_ids": None}
    texts, looked_at = await rows_read(conn, search.texts, **stretches, **of_me, **when)
    assert looked_at["messages"] == len(texts)
    assert len(texts) == 8 * len(found)


async def rows_read(conn, query, **asked):
    """What a query answers, and how many rows it reads of which table."""
    explained = await conn.fetchval(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {query.text}", *query.bind(asked)
    )
    read = Counter()
    for node in nodes(json.loads(explained)[0]["Plan"]):
        if "Relation Name" in node:
            rows = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            read[node["Relation Name"]] += round(node["Actual Loops"] * rows)
    return await query.rows(conn, **asked), {table: rows for table, rows in read.items() if rows}


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM messages WHERE content = 'x'",
        "SELECT FROM messages ORDER BY conversation_id, seq",
        "SELECT count(*) FROM members WHERE role = 'Admin'",
        "UPDATE conversations SET last_rev = 0 WHERE last_rev = 1",
    ],
)
async def test_a_query_that_does_would_be_found(conn, statement):
    [table] = await read_whole(conn, statement)
    assert table in statement


@pytest.mark.slow
async def test_the_journal_reads_no_whole_table_of_many_rows(conn):
    pairs = await conn.fetch(
        "SELECT * FROM conversations WHERE kind = 'direct' ORDER BY conversation_id LIMIT 50"
    )
    known = await conn.fetchval("SELECT message_id FROM messages LIMIT 1")

    statuses, scanned = await append(conn, pairs, [uuid4() for _ in pairs[1:]] + [known])

    assert statuses == ["created"] * 49 + ["conflict"]
    assert scanned == []


async def test_the_journal_reads_no_whole_table_as_planned_while_they_were_empty(database):
    conn = await connected(database)
    nobody = {"conversation_id": uuid4(), "low_user_id": uuid4(), "high_user_id": uuid4()}

    assert await append(conn, [nobody], [uuid4()]) == (["not_member"], [])
    await conn.close()


async def append(conn, pairs, message_ids):
    """Write a message to each pair; what became of each, and the tables read from end to end."""
    async with conn.transaction():
        rows = await Queries("messages").append_messages.rows(
            conn,
            conversation_ids=[pair["conversation_id"] for pair in pairs],
            sender_ids=[pair["low_user_id"] for pair in pairs],
            message_ids=message_ids,
            contents=["Hello"] * len(pairs),
            payload_digests=[b"Hello"] * len(pairs),
            extras=[None] * len(pairs),
            only_contacts=True,
            listeners=[pair["high_user_id"] for pair in pairs],
        )
        scanned = await conn.fetch(
            "SELECT relname FROM pg_stat_xact_user_tables WHERE seq_scan > 0"
        )
    return [row["status"] for row in sorted(rows, key=lambda row: row["ord"])], scanned
