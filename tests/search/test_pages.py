"""Pages: merged from many conversations, newest first, each reading a bounded number of texts."""

from __future__ import annotations

from uuid import UUID

from tests.people import Pinge
from tests.search.asking import ask, found
from tests.search.keeping import until

# Conversations that go on at speeds of their own, so that stretches of one span many of another.
CROWDED = """
INSERT INTO messages (conversation_id, seq, rev, message_id, sender_id, sent_at,
                      payload_digest, content)
SELECT c.conversation_id, n, n + 1, gen_random_uuid(), c.created_by,
       timestamptz '2026-01-01' + n * c.speed * interval '1 second', 'x',
       CASE (n + c.speed) % 40 WHEN 0 THEN 'word ' ELSE 'other ' END || c.speed || ' ' || n
  FROM (
      SELECT conversation_id, created_by, row_number() OVER (ORDER BY conversation_id) AS speed
        FROM conversations
  ) AS c
 CROSS JOIN generate_series(1, $1::bigint) AS n
"""
EXPECTED = """
SELECT content
  FROM messages
 WHERE content LIKE 'word %'
 ORDER BY sent_at DESC, conversation_id DESC, seq DESC
"""
GROUPS, MESSAGES = 20, 900  # together more stretches than are looked at for one page


async def crowd(db, ann):
    """Many messages in many groups, written straight; the groups."""
    group_ids = [UUID(await ann.group()) for _ in range(GROUPS)]
    await db.execute(CROWDED, MESSAGES)
    await db.execute(
        "UPDATE conversations SET last_seq = $1::bigint, last_rev = $1::bigint + 1,"
        " last_sent_at = timestamptz '2026-01-02'",
        MESSAGES,
    )
    return group_ids


async def test_pages_of_many_conversations_are_in_order_whatever_is_in_blocks(
    pinge, db, settings, database
):
    ann = await pinge.person("ann")
    group_ids = await crowd(db, ann)
    expected = [row["content"] for row in await db.fetch(EXPECTED)]

    assert await found(ann, "word", limit=50) == expected
    async with Pinge.running(settings, database):
        for group_id in group_ids:
            await until(db, group_id, seq=MESSAGES)
    assert await found(ann, "word", limit=50) == expected
    assert await found(ann, "word after:2025-12-31 before:2026-01-02") == [
        row["content"]
        for row in await db.fetch(EXPECTED.replace(" ORDER", "AND sent_at < '2026-01-02' ORDER"))
    ]


async def test_a_page_that_found_nothing_in_all_it_may_read_leaves_the_rest_to_the_next(pinge, db):
    ann = await pinge.person("ann")
    group_ids = await crowd(db, ann)
    await db.execute("UPDATE messages SET content = 'Quokka' WHERE seq = 1")
    await db.executemany(
        "INSERT INTO search_positions (conversation_id) VALUES ($1) ON CONFLICT DO NOTHING",
        [(group_id,) for group_id in group_ids],
    )

    async with db.transaction():
        await db.execute("SELECT FROM search_positions FOR UPDATE")  # so that no block is made
        first = (await ask(ann, "quokka")).data
        assert first["messages"] == []
        assert first["next_cursor"] is not None
        assert await found(ann, "quokka") == ["Quokka"] * GROUPS
