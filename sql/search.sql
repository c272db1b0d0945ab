-- Search: messages by what is in them, people by their name or address.
-- What a message is, who may read it and who left is asked when somebody searches; the blocks only say
-- where it is worth looking (migrations/0014).

-- name: candidates(user_id, conversation_ids, marks, since, before, limit)
-- Stretches of somebody's conversations that may hold all marks, in the order of their newest message
-- before a moment: blocks, what is in no block yet, and what changed since its block was made. None
-- reaches down to what they may not read. Ties come whole, so that all that is missing is older than the
-- last. LATERAL with LIMIT, so that no plan reads all conversations, or all messages.
WITH mine AS (
    SELECT me.conversation_id, hidden_up_to(me) + 1 AS first_seq, c.last_seq,
           coalesce(p.seq, 0) AS seq, coalesce(p.rev, 0) AS rev
      FROM members AS me
     CROSS JOIN LATERAL (
         SELECT v.last_seq
           FROM conversations AS v
          WHERE v.conversation_id = me.conversation_id
            AND v.deleted_at IS NULL
          ORDER BY v.conversation_id
          LIMIT 1
     ) AS c
      LEFT JOIN LATERAL (
          SELECT s.seq, s.rev
            FROM search_positions AS s
           WHERE s.conversation_id = me.conversation_id
           ORDER BY s.conversation_id
           LIMIT 1
      ) AS p ON true
     WHERE me.user_id = $1
       AND me.left_at IS NULL
       AND ($2::uuid [] IS NULL OR me.conversation_id = ANY ($2::uuid []))
), stretches AS (
    SELECT b.conversation_id, greatest(b.first_seq, m.first_seq) AS first_seq, b.last_seq,
           b.last_sent_at
      FROM mine AS m
      JOIN search_blocks AS b ON b.conversation_id = m.conversation_id
     WHERE b.last_seq >= m.first_seq
       AND b.first_sent_at <= $5::timestamptz
       AND b.last_sent_at >= $4::timestamptz
       AND NOT EXISTS (
               SELECT 1
                 FROM unnest($3::bigint []) AS k (mark)
                CROSS JOIN LATERAL (SELECT 8 * length(b.signature) AS bits) AS s
                WHERE get_bit(b.signature, k.mark % s.bits) = 0
                   OR get_bit(b.signature, k.mark / s.bits % s.bits) = 0
           )
     UNION ALL
    SELECT m.conversation_id, s.first_seq, n.seq AS last_seq, n.sent_at AS last_sent_at
      FROM mine AS m
     CROSS JOIN LATERAL generate_series(
         greatest(m.seq + 1, m.first_seq), m.last_seq, 32
     ) AS s (first_seq)
     CROSS JOIN LATERAL (
         SELECT w.seq, w.sent_at
           FROM messages AS w
          WHERE w.conversation_id = m.conversation_id
            AND w.seq >= s.first_seq
            AND w.seq < s.first_seq + 32
          ORDER BY w.seq DESC
          LIMIT 1
     ) AS n
     WHERE n.sent_at >= $4::timestamptz
     UNION ALL
    SELECT m.conversation_id, n.seq AS first_seq, n.seq AS last_seq, n.sent_at AS last_sent_at
      FROM mine AS m
     CROSS JOIN LATERAL (
         SELECT w.seq, w.sent_at
           FROM messages AS w
          WHERE w.conversation_id = m.conversation_id
            AND w.rev > m.rev
            AND w.seq >= m.first_seq
            AND w.edited_at IS NOT NULL
            AND w.deleted_at IS NULL
          ORDER BY w.rev
          LIMIT 1000
     ) AS n
     WHERE n.sent_at >= $4::timestamptz
)

SELECT conversation_id, first_seq, last_seq, least(last_sent_at, $5::timestamptz) AS newest_at
  FROM stretches
 ORDER BY newest_at DESC
 FETCH FIRST $6 ROWS WITH TIES;

-- name: texts(user_id, conversation_ids, first_seqs, last_seqs, sender_ids, since, before, limit)
-- The newest few messages of each of these stretches, which are numbered as given.
SELECT s.n, m.seq, m.sent_at, m.content, m.attachments
  FROM unnest($2::uuid [], $3::bigint [], $4::bigint [])
       WITH ORDINALITY AS s (conversation_id, first_seq, last_seq, n)
 CROSS JOIN LATERAL (
      SELECT p.seq, p.sent_at, p.content, p.attachments
        FROM messages AS p
       WHERE p.conversation_id = s.conversation_id
         AND p.seq BETWEEN s.first_seq AND s.last_seq
         AND p.sent_at >= $6::timestamptz
         AND p.sent_at <= $7::timestamptz
         AND p.deleted_at IS NULL
         AND ($5::uuid [] IS NULL OR p.sender_id = ANY ($5::uuid []))
         AND NOT EXISTS (
                 SELECT 1
                   FROM hidden_messages AS h
                  WHERE h.user_id = $1
                    AND h.conversation_id = p.conversation_id
                    AND h.seq = p.seq
             )
       ORDER BY p.seq DESC
       LIMIT $8::int
  ) AS m
 ORDER BY s.n, m.seq DESC;

-- name: hits(user_id, conversation_ids, seqs)
-- These messages, as far as somebody may read them at this moment.
SELECT p.conversation_id, c.kind, p.message_id, p.seq, p.rev, p.sender_id,
       u.username AS sender_name, p.content, p.attachments, p.reply_to, p.mentions, p.forwarded,
       p.reactions, p.sent_at, p.edited_at
  FROM unnest($2::uuid [], $3::bigint []) AS k (conversation_id, seq)
  JOIN members AS me ON me.conversation_id = k.conversation_id AND me.user_id = $1
  JOIN conversations AS c ON c.conversation_id = k.conversation_id
  JOIN messages AS p ON p.conversation_id = k.conversation_id AND p.seq = k.seq
  JOIN users AS u ON u.user_id = p.sender_id
 WHERE me.left_at IS NULL
   AND p.seq > hidden_up_to(me)
   AND c.deleted_at IS NULL
   AND p.deleted_at IS NULL
 ORDER BY p.sent_at DESC, p.conversation_id DESC, p.seq DESC;

-- name: places(user_id, name, id)
-- Somebody's conversations of this name (a group's, or of who they talk with), or with this id.
SELECT me.conversation_id
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
  LEFT JOIN users AS u
    ON u.user_id = CASE c.low_user_id WHEN $1 THEN c.high_user_id ELSE c.low_user_id END
 WHERE me.user_id = $1
   AND me.left_at IS NULL
   AND (
       lower(coalesce(c.name, u.username)) = lower($2)
       OR $3::uuid IN (c.conversation_id, u.user_id)
   );

-- name: senders(user_id, name, id)
-- Who of this name, or with this id, is or was in a conversation with somebody.
SELECT user_id
  FROM users
 WHERE (lower(username) COLLATE "C" = lower($2) OR user_id = $3)
   AND EXISTS (
           SELECT 1
             FROM members AS theirs
             JOIN members AS me ON me.conversation_id = theirs.conversation_id
            WHERE theirs.user_id = users.user_id
              AND me.user_id = $1
              AND me.left_at IS NULL
       )
 ORDER BY user_id
 LIMIT 100;

-- name: people(viewer_id, user_id, beginning, limit)
-- This user, or those whose name begins like this: who is active, and wants to be found or is known
-- anyway. Addresses only of oneself and contacts.
SELECT u.user_id, u.username,
       CASE WHEN u.user_id = $1 OR k.user_id IS NOT NULL THEN u.email END AS email,
       u.avatar, u.is_bot, k.user_id IS NOT NULL AS is_contact
  FROM (
      SELECT $2::uuid AS user_id
       UNION ALL
      SELECT n.user_id
        FROM users AS n
       WHERE lower(n.username) COLLATE "C" >= lower($3)
         AND lower(n.username) COLLATE "C" < lower($3) || chr(1114111)
  ) AS f
  JOIN users AS u ON u.user_id = f.user_id
  LEFT JOIN contacts AS k ON k.user_id = $1 AND k.contact_id = u.user_id
  LEFT JOIN settings AS s ON s.user_id = u.user_id
 WHERE u.is_active
   AND (
           k.user_id IS NOT NULL
           OR u.user_id = $1
           OR (s.findable IS NOT FALSE AND NOT blocks_user(u.user_id, $1))
       )
 ORDER BY lower(u.username), u.user_id
 LIMIT $4::int;

-- name: walk(after_id, limit)
-- The next conversations by their ids, and what is to do about each: all its blocks go with a deleted
-- one; else blocks are due for messages that fill one, or after which nothing came for a minute, and
-- for those that changed.
SELECT c.conversation_id, c.deleted_at IS NOT NULL AND p.conversation_id IS NOT NULL AS is_gone,
       c.deleted_at IS NULL
       AND (
           c.last_seq >= coalesce(p.seq, 0) + 32
           OR (c.last_seq > coalesce(p.seq, 0) AND c.last_sent_at < now() - interval '1 minute')
           OR EXISTS (
               SELECT 1
                 FROM messages AS m
                WHERE m.conversation_id = c.conversation_id
                  AND m.rev > coalesce(p.rev, 0)
                  AND (m.edited_at IS NOT NULL OR m.deleted_at IS NOT NULL)
           )
       ) AS is_due
  FROM (
      SELECT w.*
        FROM conversations AS w
       WHERE w.conversation_id > $1
       ORDER BY w.conversation_id
       LIMIT $2::int
  ) AS c
  LEFT JOIN search_positions AS p ON p.conversation_id = c.conversation_id
 ORDER BY c.conversation_id;

-- name: delete_blocks(conversation_ids)
-- Forget deleted conversations.
WITH gone AS (
    DELETE FROM search_positions
     WHERE conversation_id = ANY ($1::uuid [])
    RETURNING conversation_id
)

DELETE FROM search_blocks AS b
 USING gone AS g
 WHERE b.conversation_id = g.conversation_id;

-- name: begin_position(conversation_id)
-- Nothing of this conversation is in blocks yet, unless something is.
INSERT INTO search_positions (conversation_id)
SELECT conversation_id
  FROM conversations
 WHERE conversation_id = $1
   AND deleted_at IS NULL
    ON CONFLICT (conversation_id) DO NOTHING;

-- name: claim(conversation_id)
-- How far a conversation is in blocks, for who will bring it further; no row while others do.
SELECT seq, open_seq, rev
  FROM search_positions
 WHERE conversation_id = $1
   FOR UPDATE SKIP LOCKED;

-- name: messages_from(conversation_id, first_seq, limit)
-- The next messages, to be put into blocks.
SELECT seq, sent_at, sender_id, content, attachments
  FROM messages
 WHERE conversation_id = $1
   AND seq >= $2
 ORDER BY seq
 LIMIT $3::int;

-- name: changed_blocks(conversation_id, rev, limit)
-- What changed next since a rev, and the block it is in; null when it is in none.
SELECT m.rev, b.first_seq, b.last_seq
  FROM messages AS m
  LEFT JOIN LATERAL (
      SELECT k.first_seq, k.last_seq
        FROM search_blocks AS k
       WHERE k.conversation_id = m.conversation_id
         AND k.first_seq <= m.seq
         AND k.last_seq >= m.seq
       ORDER BY k.first_seq DESC
       LIMIT 1
  ) AS b ON true
 WHERE m.conversation_id = $1
   AND m.rev > $2
   AND (m.edited_at IS NOT NULL OR m.deleted_at IS NOT NULL)
 ORDER BY m.rev
 LIMIT $3::int;

-- name: put_block(conversation_id, first_seq, last_seq, first_sent_at, last_sent_at, signature)
-- A block, or what has become of one that was not full, or of what is in it.
INSERT INTO search_blocks (conversation_id, first_seq, last_seq,
                           first_sent_at, last_sent_at, signature)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (conversation_id, first_seq) DO UPDATE
   SET last_seq = excluded.last_seq, last_sent_at = excluded.last_sent_at,
       signature = excluded.signature;

-- name: advance(conversation_id, seq, open_seq, rev)
-- All messages up to this seq are in blocks, and all their changes up to this rev.
UPDATE search_positions
   SET seq = $2, open_seq = $3, rev = $4
 WHERE conversation_id = $1;
