"""Many rounds of a race, and what has to hold after all of them."""

from __future__ import annotations

import asyncio

ROUNDS = 200

# Each finds what must not be.
BROKEN = {
    "a group with members and no admin": """
        SELECT conversation_id FROM conversations JOIN members USING (conversation_id)
         WHERE kind = 'group' AND left_at IS NULL
         GROUP BY conversation_id HAVING count(*) FILTER (WHERE role = 'Admin') = 0""",
    "a group that belongs to somebody who is not in it": """
        SELECT conversation_id FROM conversations AS c
         WHERE kind = 'group' AND deleted_at IS NULL AND NOT EXISTS (
               SELECT 1 FROM members AS m
                WHERE m.conversation_id = c.conversation_id
                  AND m.user_id = owner_of(c) AND m.left_at IS NULL)""",
    "a group that ended with members, or goes on without": """
        SELECT c.conversation_id FROM conversations AS c
         WHERE kind = 'group' AND (deleted_at IS NULL) <> EXISTS (
               SELECT 1 FROM members AS m
                WHERE m.conversation_id = c.conversation_id AND m.left_at IS NULL)""",
    "two requests that wait between two people": """
        SELECT least(sender_id, receiver_id), greatest(sender_id, receiver_id)
          FROM contact_requests WHERE status = 'Pending'
         GROUP BY 1, 2 HAVING count(*) > 1""",
    "a request that waits between contacts": """
        SELECT request_id FROM contact_requests JOIN contacts
            ON (user_id, contact_id) = (sender_id, receiver_id)
         WHERE status = 'Pending'""",
    "a contact of one side only": """
        SELECT user_id, contact_id FROM contacts
        EXCEPT SELECT contact_id, user_id FROM contacts""",
    "a pair of contacts without their conversation": """
        SELECT user_id, contact_id FROM contacts AS k
         WHERE NOT EXISTS (
               SELECT 1 FROM conversations
                WHERE low_user_id = least(k.user_id, k.contact_id)
                  AND high_user_id = greatest(k.user_id, k.contact_id))""",
    "a gap in the seqs of a conversation": """
        SELECT conversation_id FROM conversations AS c JOIN messages AS m USING (conversation_id)
         WHERE purged_at IS NULL AND c.deleted_at IS NULL
         GROUP BY conversation_id, c.last_seq
        HAVING count(*) <> c.last_seq OR min(seq) <> 1 OR max(seq) <> c.last_seq""",
    "a rev given twice, or above the last": """
        SELECT conversation_id FROM conversations AS c JOIN messages AS m USING (conversation_id)
         GROUP BY conversation_id, c.last_rev
        HAVING count(DISTINCT m.rev) <> count(*) OR max(m.rev) > c.last_rev""",
    "a message by somebody who was gone": """
        SELECT message_id FROM messages AS m JOIN members AS t
            ON t.conversation_id = m.conversation_id AND t.user_id = m.sender_id
         WHERE t.left_at IS NOT NULL AND coalesce(m.sent_rev, m.rev) > t.rev""",
    "something left of a deleted message": """
        SELECT message_id FROM messages AS m
         WHERE deleted_at IS NOT NULL
           AND (content <> '' OR attachments IS NOT NULL OR edited_at IS NOT NULL OR EXISTS (
               SELECT 1 FROM message_versions AS v
                WHERE v.conversation_id = m.conversation_id AND v.seq = m.seq))""",
    "a mark on a deleted message": """
        SELECT message_id FROM messages AS m JOIN (
               SELECT conversation_id, seq FROM reactions
                UNION ALL SELECT conversation_id, seq FROM stars
                UNION ALL SELECT conversation_id, seq FROM pins) AS k USING (conversation_id, seq)
         WHERE m.deleted_at IS NOT NULL""",
    "figures of reactions that are no recount": """
        SELECT message_id FROM messages AS m
         WHERE (SELECT jsonb_object_agg(f ->> 'emoji', f -> 'count')
                  FROM jsonb_array_elements(m.reactions) AS f) IS DISTINCT FROM
               (SELECT jsonb_object_agg(emoji, n)
                  FROM (SELECT emoji, count(*) AS n FROM reactions AS r
                         WHERE r.conversation_id = m.conversation_id AND r.seq = m.seq
                           AND reacted_at IS NOT NULL
                         GROUP BY emoji) AS x)""",
    "a deleted or hidden message that somebody has unread": """
        SELECT me.conversation_id, me.user_id, m.seq
          FROM members AS me JOIN messages AS m USING (conversation_id)
         WHERE me.left_at IS NULL AND m.seq > me.read_seq AND m.sender_id <> me.user_id
           AND NOT me.read_ahead @> m.seq
           AND (m.deleted_at IS NOT NULL OR EXISTS (
               SELECT 1 FROM hidden_messages AS h
                WHERE h.message_id = m.message_id AND h.user_id = me.user_id))""",
    "unread figures that are no recount": """
        SELECT me.conversation_id, me.user_id
          FROM members AS me JOIN conversations AS c USING (conversation_id)
         WHERE me.left_at IS NULL AND c.deleted_at IS NULL
           AND c.last_seq - me.read_seq - (me.sent - me.sent_at_read) - me.read_ahead_count <> (
               SELECT count(*) FROM messages AS m
                WHERE m.conversation_id = me.conversation_id AND m.seq > me.read_seq
                  AND m.sender_id <> me.user_id AND NOT me.read_ahead @> m.seq)""",
}


async def race(a_round, *lanes):
    """Run a round so many times; rounds of different lanes go on at once."""
    numbers = iter(range(ROUNDS))

    async def run(lane):
        for _ in numbers:
            await a_round(*lane)

    async with asyncio.TaskGroup() as group:
        for lane in lanes:
            group.create_task(run(lane))


async def at_once(*calls):
    """The answers to calls made at the same instant, none of which may be a failure of ours."""
    answers = await asyncio.gather(*calls)
    assert all(answer.status < 500 for answer in answers), [answer.body for answer in answers]
    return answers


def statuses(answers):
    return sorted(answer.status for answer in answers)


async def broken(db):
    """Which invariants do not hold, and where."""
    found = {name: await db.fetch(query) for name, query in BROKEN.items()}
    return {name: rows for name, rows in found.items() if rows}
