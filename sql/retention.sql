-- Retention: messages that were kept for as long as whoever runs the server wants.

-- name: conversations_due(days, limit)
-- Conversations whose oldest message that is left is older than so many days.
SELECT c.conversation_id
  FROM conversations AS c
 CROSS JOIN LATERAL (
      SELECT m.sent_at
        FROM messages AS m
       WHERE m.conversation_id = c.conversation_id
         AND m.seq > c.expired_seq
       ORDER BY m.seq
       LIMIT 1
  ) AS oldest
 WHERE c.deleted_at IS NULL
   AND c.last_seq > c.expired_seq
   AND oldest.sent_at < now() - make_interval(days => $1::int)
 ORDER BY c.conversation_id
 LIMIT $2::int;

-- name: lock_conversation_to_expire(conversation_id)
-- Nobody else changes it until the end.
SELECT conversation_id
  FROM conversations
 WHERE conversation_id = $1
   AND deleted_at IS NULL
   FOR NO KEY UPDATE;

-- name: messages_due(conversation_id, days, limit)
-- The oldest messages that are left, as far as they are older than so many days; seqs and times go
-- together.
SELECT m.message_id, m.conversation_id, m.seq, m.deleted_at, c.kind, c.member_count, c.roster_rev,
       c.last_rev
  FROM conversations AS c
  JOIN messages AS m ON m.conversation_id = c.conversation_id AND m.seq > c.expired_seq
 WHERE c.conversation_id = $1
   AND m.sent_at < now() - make_interval(days => $2::int)
 ORDER BY m.seq
 LIMIT $3::int;

-- name: mark_expired(conversation_id, seq)
-- All up to this seq is gone.
UPDATE conversations
   SET expired_seq = $2
 WHERE conversation_id = $1;
