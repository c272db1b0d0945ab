-- Marks: messages that one keeps at hand for oneself (stars), or that all in a conversation do (pins).
-- Whoever changes one holds the conversation's lock (lock_conversation_of in history.sql). A mark that is
-- taken off leaves its row, for devices that were away; deleting a message takes rows and all.

-- name: starred_at(user_id, conversation_id, seq)
-- Since when a message is starred, if it is.
SELECT starred_at
  FROM stars
 WHERE user_id = $1
   AND conversation_id = $2
   AND seq = $3;

-- name: star(user_id, conversation_id, seq, rev, is_on)
-- Star a message, or take its star off; since when it has it.
INSERT INTO stars AS s (user_id, conversation_id, seq, rev, starred_at)
VALUES ($1, $2, $3, $4, CASE WHEN $5::boolean THEN clock_timestamp() END)
    ON CONFLICT (user_id, conversation_id, seq) DO UPDATE
   SET rev = excluded.rev, starred_at = excluded.starred_at
RETURNING s.starred_at;

-- name: starred_messages(user_id, before, limit)
-- The messages that somebody starred before a rev of theirs and may still read, the latest star first.
SELECT m.message_id, m.conversation_id, m.seq, m.rev, m.sender_id, u.username AS sender_name,
       m.content, m.attachments, m.reply_to, m.mentions, m.forwarded, m.reactions,
       m.sent_at, m.edited_at, m.deleted_at, s.starred_at, s.rev AS star_rev
  FROM stars AS s
  JOIN messages AS m ON m.conversation_id = s.conversation_id AND m.seq = s.seq
  JOIN members AS me ON me.conversation_id = s.conversation_id AND me.user_id = s.user_id
  JOIN conversations AS c ON c.conversation_id = s.conversation_id
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE s.user_id = $1
   AND s.rev < coalesce($2::bigint, 9223372036854775807)
   AND s.starred_at IS NOT NULL
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND m.seq > hidden_up_to(me)
 ORDER BY s.rev DESC
 LIMIT $3::int;

-- name: pinned(conversation_id, seq)
-- Since when a message is pinned, if it is, and who pinned it.
SELECT pinned_at, pinned_by
  FROM pins
 WHERE conversation_id = $1
   AND seq = $2
   AND pinned_at IS NOT NULL;

-- name: pin(conversation_id, seq, rev, user_id, is_on)
-- Pin a message, or take its pin off, under a new rev of the conversation; since when it has it.
WITH advanced AS (
    UPDATE conversations
       SET last_rev = $3
     WHERE conversation_id = $1
)

INSERT INTO pins AS p (conversation_id, seq, rev, pinned_by, pinned_at)
VALUES ($1, $2, $3, $4, CASE WHEN $5::boolean THEN clock_timestamp() END)
    ON CONFLICT (conversation_id, seq) DO UPDATE
   SET rev = excluded.rev, pinned_by = excluded.pinned_by, pinned_at = excluded.pinned_at
RETURNING p.pinned_at, p.pinned_by;

-- name: pin_count(conversation_id)
-- How many messages of a conversation are pinned.
SELECT count(*)
  FROM pins
 WHERE conversation_id = $1
   AND pinned_at IS NOT NULL;

-- name: pinned_messages(conversation_id, user_id)
-- What is pinned in a conversation, as far as a member may read it, the latest first.
SELECT m.message_id, m.conversation_id, m.seq, m.rev, m.sender_id, u.username AS sender_name,
       m.content, m.attachments, m.reply_to, m.mentions, m.forwarded, m.reactions,
       m.sent_at, m.edited_at, m.deleted_at, p.pinned_at, p.pinned_by
  FROM pins AS p
  JOIN messages AS m ON m.conversation_id = p.conversation_id AND m.seq = p.seq
  JOIN members AS me ON me.conversation_id = p.conversation_id AND me.user_id = $2
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE p.conversation_id = $1
   AND p.pinned_at IS NOT NULL
   AND m.seq > hidden_up_to(me)
   AND NOT EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $2
              AND h.conversation_id = $1
              AND h.seq = p.seq
       )
 ORDER BY p.rev DESC;
