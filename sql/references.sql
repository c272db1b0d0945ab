-- References: what messages point to, which is other messages, people, and words of others.
-- Few messages have any. Columns of their rows say so, and only then these are asked.

-- name: quotes(conversation_ids, seqs, viewer_id)
-- The messages at these places as answers show them, and whether a viewer, where there is one, is not to
-- see them: because they hid one, or came in after it and may not read what was before.
SELECT p.conversation_id, p.seq, p.message_id, p.sender_id, u.username AS sender_name,
       left(p.content, 200) AS content,
       coalesce(jsonb_array_length(p.attachments), 0) AS attachment_count, p.deleted_at,
       h.user_id IS NOT NULL OR coalesce(p.seq <= hidden_up_to(me), false) AS is_unseen
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, seq)
  JOIN messages AS p ON p.conversation_id = k.conversation_id AND p.seq = k.seq
  JOIN users AS u ON u.user_id = p.sender_id
  LEFT JOIN members AS me ON me.conversation_id = p.conversation_id AND me.user_id = $3
  LEFT JOIN hidden_messages AS h
    ON h.user_id = $3
   AND h.conversation_id = p.conversation_id
   AND h.seq = p.seq;

-- name: unseeing(conversation_ids, seqs)
-- The members who are not to see the messages at these places. Who hid one is asked of each: an index
-- that finds it by the message would be one more for pages of history to choose from, wrongly.
SELECT k.conversation_id, k.seq, me.user_id
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, seq)
  JOIN members AS me ON me.conversation_id = k.conversation_id
 WHERE me.left_at IS NULL
   AND (
       k.seq <= hidden_up_to(me)
       OR EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = me.user_id
              AND h.conversation_id = k.conversation_id
              AND h.seq = k.seq
       )
   );

-- name: names(user_ids)
-- What people are called.
SELECT user_id, username
  FROM users
 WHERE user_id = ANY ($1::uuid []);

-- name: seq_of(conversation_id, message_id, user_id)
-- Where in a conversation a message is, for who is or was in it; no row when it is not there.
SELECT m.seq
  FROM messages AS m
  JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $3
 WHERE m.message_id = $2
   AND m.conversation_id = $1
   AND m.seq > hidden_up_to(me);

-- name: named_members(conversation_id, content)
-- The members of a group whose name stands somewhere in a text after an @. MATERIALIZED, so that the text
-- is folded once and not for each of them.
WITH said AS MATERIALIZED (
    SELECT lower($2) AS content
)

SELECT m.user_id, btrim(u.username) AS username
  FROM said AS s
 CROSS JOIN members AS m
  JOIN users AS u ON u.user_id = m.user_id
 WHERE m.conversation_id = $1
   AND m.left_at IS NULL
   AND position('@' || lower(btrim(u.username)) IN s.content) > 0;

-- name: forget_mentions(conversation_id, seq, user_ids)
-- A message mentions these people no more.
DELETE FROM mentions
 WHERE conversation_id = $1
   AND seq = $2
   AND user_id = ANY ($3::uuid []);

-- name: add_mentions(conversation_id, seq, user_ids)
-- A message mentions these people.
INSERT INTO mentions (conversation_id, seq, user_id)
SELECT $1, $2, u.user_id
  FROM unnest($3::uuid []) AS u (user_id);

-- name: own_reactions(user_id, message_ids)
-- Which emojis somebody put on these messages.
SELECT m.message_id, r.emoji
  FROM messages AS m
  JOIN reactions AS r
    ON r.user_id = $1
   AND r.conversation_id = m.conversation_id
   AND r.seq = m.seq
 WHERE m.message_id = ANY ($2::uuid [])
   AND r.reacted_at IS NOT NULL;

-- name: originals(message_ids, user_id)
-- Those of these messages that somebody may read now, as they were said; with who said each first, but
-- for those who do not want to be found, and when.
SELECT m.conversation_id, m.message_id, m.content, m.attachments,
       coalesce((m.forwarded ->> 'sent_at')::timestamptz, m.sent_at) AS first_sent_at,
       CASE WHEN a.author_id = $2 OR s.findable IS NOT FALSE THEN a.author_id END AS author_id
  FROM messages AS m
  JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $2
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 CROSS JOIN LATERAL (
      SELECT CASE WHEN m.forwarded IS NULL THEN m.sender_id
             ELSE (m.forwarded ->> 'sender_id')::uuid END AS author_id
  ) AS a
  LEFT JOIN settings AS s ON s.user_id = a.author_id
 WHERE m.message_id = ANY ($1::uuid [])
   AND m.deleted_at IS NULL
   AND m.seq > hidden_up_to(me)
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND NOT EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $2
              AND h.conversation_id = m.conversation_id
              AND h.seq = m.seq
       )
 ORDER BY m.conversation_id, m.seq;

-- name: copies(message_ids, sender_id)
-- Those of these messages that somebody sent, in their order.
SELECT message_id, seq, rev, sent_at
  FROM messages
 WHERE message_id = ANY ($1::uuid [])
   AND sender_id = $2
 ORDER BY seq;
