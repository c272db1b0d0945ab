-- Reactions: who put which emoji on which message. Whoever changes one holds the conversation's lock
-- (lock_conversation_of in history.sql), so that the figures in messages.reactions are those of the rows.

-- name: react(conversation_id, seq, emoji, user_id, rev)
-- Put an emoji on a message; no row where it is there.
INSERT INTO reactions AS r (conversation_id, seq, emoji, user_id, rev, reacted_at)
VALUES ($1, $2, $3, $4, $5, clock_timestamp())
    ON CONFLICT (conversation_id, seq, emoji, user_id) DO UPDATE
   SET rev = excluded.rev,
       reacted_at = excluded.reacted_at
 WHERE r.reacted_at IS NULL;

-- name: take_back(conversation_id, seq, emoji, user_id, rev)
-- Take an emoji off a message; no row where it is not there.
UPDATE reactions
   SET rev = $5, reacted_at = NULL
 WHERE conversation_id = $1
   AND seq = $2
   AND emoji = $3
   AND user_id = $4
   AND reacted_at IS NOT NULL;

-- name: save_figures(conversation_id, seq, reactions, rev)
-- How many have put which emojis on a message by this rev of the conversation; the message keeps its own.
WITH advanced AS (
    UPDATE conversations
       SET last_rev = $4
     WHERE conversation_id = $1
)

UPDATE messages
   SET reactions = $3::jsonb
 WHERE conversation_id = $1
   AND seq = $2;

-- name: readable(message_id, user_id)
-- Where a message is, for who may read it.
SELECT m.conversation_id, m.seq
  FROM messages AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $2
 WHERE m.message_id = $1
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND m.seq > hidden_up_to(me)
   AND NOT EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $2
              AND h.conversation_id = m.conversation_id
              AND h.seq = m.seq
       );

-- name: reactions_of(conversation_id, seq, emoji, before, limit)
-- Who put what on a message, or this emoji only, before a rev, the latest first.
SELECT r.emoji, r.user_id, u.username, u.avatar, r.reacted_at, r.rev
  FROM reactions AS r
  JOIN users AS u ON u.user_id = r.user_id
 WHERE r.conversation_id = $1
   AND r.seq = $2
   AND r.reacted_at IS NOT NULL
   AND ($3::text IS NULL OR r.emoji = $3)
   AND ($4::bigint IS NULL OR r.rev < $4)
 ORDER BY r.rev DESC
 LIMIT $5::int;
