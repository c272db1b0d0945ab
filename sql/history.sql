-- History: reading what was said, page by page, and changing it.
-- Whoever changes a message locks its conversation first (lock_conversation_of) and does the rest in later
-- statements. A deleted message keeps its place, so seqs stay dense; one that somebody hid is left out
-- of what they read.

-- name: page_of_direct_messages(user_id, contact_id, low, high, offset, limit)
-- What two people said, newest first: seqs are dense, so any page is a range of the primary key.
-- What is the same for all messages is looked up first and once: LIMIT keeps plans from joining it to
-- each message, or from taking the conversation from elsewhere and the range too late.
SELECT m.message_id, m.sender_id,
       CASE m.sender_id WHEN $1 THEN $2::uuid ELSE $1::uuid END AS receiver_id,
       m.content,
       CASE m.sender_id
           WHEN $1 THEN t.are_shared AND (m.seq <= t.their_read_seq OR t.their_read_ahead @> m.seq)
           ELSE m.seq <= t.read_seq OR t.read_ahead @> m.seq
       END AS is_read,
       m.attachments, m.reply_to, m.mentions, m.forwarded, m.reactions,
       m.sent_at, m.edited_at, m.deleted_at, t.conversation_id, m.seq, m.rev
  FROM (
      SELECT c.conversation_id, least($4::bigint, c.last_seq) - $5::bigint AS top,
             mine.read_seq, mine.read_ahead,
             theirs.read_seq AS their_read_seq, theirs.read_ahead AS their_read_ahead,
             share_receipts(own, other)
             AND NOT (c.low_blocks OR c.high_blocks OR mine.is_request OR theirs.is_request)
                 AS are_shared
        FROM conversations AS c
        JOIN members AS mine ON mine.conversation_id = c.conversation_id AND mine.user_id = $1
        JOIN members AS theirs ON theirs.conversation_id = c.conversation_id AND theirs.user_id = $2
        LEFT JOIN settings AS own ON own.user_id = $1
        LEFT JOIN settings AS other ON other.user_id = $2
       WHERE c.low_user_id = least($1::uuid, $2::uuid)
         AND c.high_user_id = greatest($1::uuid, $2::uuid)
       ORDER BY c.conversation_id
       LIMIT 1
  ) AS t
 CROSS JOIN LATERAL (
      SELECT p.message_id, p.sender_id, p.content, p.attachments, p.reply_to, p.mentions,
             p.forwarded, p.reactions, p.sent_at, p.edited_at, p.deleted_at, p.seq, p.rev
        FROM messages AS p
       WHERE p.conversation_id = t.conversation_id
         AND p.seq <= t.top
         AND p.seq > greatest($3::bigint, t.top - $6::bigint)
         AND NOT p.seq = ANY (ARRAY(
                 SELECT h.seq
                   FROM hidden_messages AS h
                  WHERE h.user_id = $1
                    AND h.conversation_id = t.conversation_id
                    AND h.seq <= t.top
                    AND h.seq > t.top - $6::bigint
             ))
       ORDER BY p.seq DESC
       LIMIT $6::bigint
  ) AS m
 ORDER BY m.seq DESC;

-- name: page_of_group_messages(conversation_id, user_id, low, high, offset, limit)
-- What was said in a group, newest first; former members keep their names.
SELECT m.message_id, c.conversation_id AS group_id, m.sender_id, u.username AS sender_name,
       m.content, m.attachments, m.reply_to, m.mentions, m.forwarded, m.reactions,
       m.sent_at, m.edited_at, m.deleted_at, m.seq, m.rev
  FROM conversations AS c
 CROSS JOIN LATERAL (
      SELECT least($4::bigint, c.last_seq) - $5::bigint AS top
  ) AS page
 CROSS JOIN LATERAL (
      SELECT p.message_id, p.sender_id, p.content, p.attachments, p.reply_to, p.mentions,
             p.forwarded, p.reactions, p.sent_at, p.edited_at, p.deleted_at, p.seq, p.rev
        FROM messages AS p
       WHERE p.conversation_id = c.conversation_id
         AND p.seq <= page.top
         AND p.seq > greatest($3::bigint, page.top - $6::bigint)
         AND NOT p.seq = ANY (ARRAY(
                 SELECT h.seq
                   FROM hidden_messages AS h
                  WHERE h.user_id = $2
                    AND h.conversation_id = c.conversation_id
                    AND h.seq <= page.top
                    AND h.seq > page.top - $6::bigint
             ))
       ORDER BY p.seq DESC
       LIMIT $6::bigint
  ) AS m
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE c.conversation_id = $1
 ORDER BY m.seq DESC;

-- name: standing_in(conversation_id, user_id)
-- How far a conversation is, how far a member has read it, and from where on they may; and after which
-- message the latest was noted that is no message, null for none.
SELECT c.kind, c.last_seq, c.last_rev, me.read_seq, hidden_up_to(me) AS hidden_up_to, c.noted_seq
  FROM conversations AS c
  JOIN members AS me ON me.conversation_id = c.conversation_id
 WHERE c.conversation_id = $1
   AND me.user_id = $2
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL;

-- name: page_of_messages(conversation_id, user_id, low, split, older, newer)
-- So many messages above one place up to another and so many beyond that, newest first. Those that the
-- reader hid count for nothing, so that a page is as full as it can be.
SELECT m.message_id, m.conversation_id, m.seq, m.rev, m.sender_id, u.username AS sender_name,
       m.content, m.attachments, m.reply_to, m.mentions, m.forwarded, m.reactions,
       m.sent_at, m.edited_at, m.deleted_at
  FROM (
      (SELECT p.message_id, p.conversation_id, p.seq, p.rev, p.sender_id, p.content, p.attachments,
              p.reply_to, p.mentions, p.forwarded, p.reactions, p.sent_at, p.edited_at, p.deleted_at
         FROM messages AS p
        WHERE p.conversation_id = $1
          AND p.seq > $3
          AND p.seq <= $4
          AND NOT EXISTS (
                  SELECT 1
                    FROM hidden_messages AS h
                   WHERE h.user_id = $2
                     AND h.conversation_id = $1
                     AND h.seq = p.seq
              )
        ORDER BY p.seq DESC
        LIMIT $5::int)
       UNION ALL
      (SELECT p.message_id, p.conversation_id, p.seq, p.rev, p.sender_id, p.content, p.attachments,
              p.reply_to, p.mentions, p.forwarded, p.reactions, p.sent_at, p.edited_at, p.deleted_at
         FROM messages AS p
        WHERE p.conversation_id = $1
          AND p.seq > $4
          AND NOT EXISTS (
                  SELECT 1
                    FROM hidden_messages AS h
                   WHERE h.user_id = $2
                     AND h.conversation_id = $1
                     AND h.seq = p.seq
              )
        ORDER BY p.seq
        LIMIT $6::int)
  ) AS m
  JOIN users AS u ON u.user_id = m.sender_id
 ORDER BY m.seq DESC;

-- name: first_unread(conversation_id, user_id)
-- The first message that a member has not read, if there is one.
SELECT m.seq
  FROM members AS me
 CROSS JOIN LATERAL (
      SELECT p.seq
        FROM messages AS p
       WHERE p.conversation_id = me.conversation_id
         AND p.seq > me.read_seq
         AND p.sender_id <> me.user_id
         AND NOT me.read_ahead @> p.seq
       ORDER BY p.seq
       LIMIT 1
  ) AS m
 WHERE me.conversation_id = $1
   AND me.user_id = $2;

-- name: first_since(conversation_id, moment)
-- The first message from a moment on, or where the next will be. Times never run against seqs, so it is
-- found by halving, some twenty messages looked at among a million.
WITH RECURSIVE halves AS (
    SELECT 1::bigint AS low, c.last_seq + 1 AS high
      FROM conversations AS c
     WHERE c.conversation_id = $1
     UNION ALL
    SELECT CASE WHEN m.sent_at < $2 THEN m.seq + 1 ELSE h.low END,
           CASE WHEN m.sent_at < $2 THEN h.high ELSE m.seq END
      FROM halves AS h
      JOIN messages AS m ON m.conversation_id = $1 AND m.seq = (h.low + h.high) / 2
     WHERE h.low < h.high
)

SELECT low
  FROM halves
 WHERE low = high;

-- name: versions(message_id, user_id)
-- What a message said and says, newest first, for a member who may read it; nothing of what was deleted,
-- or hidden.
SELECT v.rev, v.content, v.written_at
  FROM messages AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $2
 CROSS JOIN LATERAL (
      SELECT m.rev, m.content, coalesce(m.edited_at, m.sent_at) AS written_at
       UNION ALL
      SELECT o.rev, o.content, o.written_at
        FROM message_versions AS o
       WHERE o.conversation_id = m.conversation_id
         AND o.seq = m.seq
  ) AS v
 WHERE m.message_id = $1
   AND m.deleted_at IS NULL
   AND me.left_at IS NULL
   AND m.seq > hidden_up_to(me)
   AND c.deleted_at IS NULL
   AND NOT EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $2
              AND h.conversation_id = m.conversation_id
              AND h.seq = m.seq
       )
 ORDER BY v.rev DESC;

-- name: lock_conversation_of(message_id)
-- Take the lock of the conversation that a message is in; no row back means that there is none.
SELECT c.conversation_id
  FROM messages AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.message_id = $1
   AND c.deleted_at IS NULL
   FOR NO KEY UPDATE OF c;

-- name: message_at_hand(message_id, user_id)
-- A message that a member who may read it is about to change, and what they may do: their role, and in
-- a direct conversation whether they are a contact of the other, and whom the other lets write.
SELECT m.message_id, m.conversation_id, m.seq, m.rev, m.sender_id, u.username AS sender_name,
       m.content, m.attachments, m.reply_to, m.mentions, m.forwarded, m.reactions,
       m.sent_at, m.edited_at, m.deleted_at, clock_timestamp() - m.sent_at AS age,
       c.kind, c.last_rev + 1 AS next_rev, c.roster_rev, c.member_count, me.role,
       me.is_request, c.who_may_pin, c.who_may_send,
       CASE c.low_user_id WHEN $2 THEN c.low_blocks ELSE c.high_blocks END AS blocks,
       CASE c.low_user_id WHEN $2 THEN c.high_blocks ELSE c.low_blocks END AS is_blocked,
       k.user_id IS NOT NULL AS is_contact, s.who_may_write,
       EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $2
              AND h.conversation_id = m.conversation_id
              AND h.seq = m.seq
       ) AS is_hidden
  FROM messages AS m
  JOIN users AS u ON u.user_id = m.sender_id
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $2
  LEFT JOIN contacts AS k
    ON k.user_id = $2
   AND k.contact_id = CASE c.low_user_id WHEN $2 THEN c.high_user_id ELSE c.low_user_id END
  LEFT JOIN settings AS s
    ON s.user_id = CASE c.low_user_id WHEN $2 THEN c.high_user_id ELSE c.low_user_id END
 WHERE m.message_id = $1
   AND me.left_at IS NULL
   AND m.seq > hidden_up_to(me)
   AND c.deleted_at IS NULL;

-- name: without_sight(conversation_id, seq)
-- Those in a conversation who may not read this message.
SELECT user_id
  FROM without_sight($1, $2);

-- name: edit_message(conversation_id, seq, content, rev, most_versions, mentions)
-- Let a message say something else, under a new rev, and keep what it said, of many texts the latest.
-- Whoever ever mentioned anybody keeps a list, be it empty: by it others know whom to count anew.
WITH kept AS (
    INSERT INTO message_versions (conversation_id, seq, rev, content, written_at)
    SELECT m.conversation_id, m.seq, m.rev, m.content, coalesce(m.edited_at, m.sent_at)
      FROM messages AS m
     WHERE m.conversation_id = $1
       AND m.seq = $2
), dropped AS (
    DELETE FROM message_versions AS o
     WHERE o.conversation_id = $1
       AND o.seq = $2
       AND o.rev <= (
               SELECT v.rev
                 FROM message_versions AS v
                WHERE v.conversation_id = $1
                  AND v.seq = $2
                ORDER BY v.rev DESC
                LIMIT 1 OFFSET $5::int - 1
           )
), advanced AS (
    UPDATE conversations
       SET last_rev = $4
     WHERE conversation_id = $1
)

UPDATE messages AS m
   SET content = $3,
       mentions = CASE WHEN m.mentions IS NOT NULL OR $6::uuid [] <> '{}' THEN $6 END,
       rev = $4,
       sent_rev = coalesce(m.sent_rev, m.rev),
       edited_at = clock_timestamp()
 WHERE m.conversation_id = $1
   AND m.seq = $2
RETURNING m.edited_at;

-- name: delete_message(conversation_id, seq, deleted_by, rev)
-- Leave nothing of a message but its place, under a new rev; nor of what it said before, nor of what
-- others made of it.
WITH dropped AS (
    DELETE FROM message_versions
     WHERE conversation_id = $1
       AND seq = $2
), forgotten AS (
    DELETE FROM mentions
     WHERE conversation_id = $1
       AND seq = $2
       AND user_id = ANY (
               ARRAY(
                   SELECT unnest(d.mentions)
                     FROM messages AS d
                    WHERE d.conversation_id = $1
                      AND d.seq = $2
               )
           )
), unanswered AS (
    DELETE FROM reactions
     WHERE conversation_id = $1
       AND seq = $2
), unstarred AS (
    DELETE FROM stars
     WHERE conversation_id = $1
       AND seq = $2
), unpinned AS (
    DELETE FROM pins
     WHERE conversation_id = $1
       AND seq = $2
), advanced AS (
    UPDATE conversations
       SET last_rev = $4
     WHERE conversation_id = $1
)

UPDATE messages AS m
   SET content = '',
       attachments = NULL,
       reply_to = NULL,
       mentions = NULL,
       forwarded = NULL,
       reactions = NULL,
       rev = $4,
       sent_rev = coalesce(m.sent_rev, m.rev),
       edited_at = NULL,
       deleted_at = clock_timestamp(),
       deleted_by = $3
 WHERE m.conversation_id = $1
   AND m.seq = $2
RETURNING m.deleted_at;

-- name: hide_message(user_id, conversation_id, seq, message_id, rev)
-- Leave a message out of what somebody reads, and of what they starred.
WITH unstarred AS (
    DELETE FROM stars
     WHERE user_id = $1
       AND conversation_id = $2
       AND seq = $3
)

INSERT INTO hidden_messages (user_id, conversation_id, seq, message_id, rev)
VALUES ($1, $2, $3, $4, $5);

-- name: pass_over(conversation_id, seq, reader_id, is_due)
-- Let a message count as unread no more, for one reader, or for all when that is null; back come those
-- for whom it did. As in mark_read, it stretches down over the reader's own messages before it. The
-- read position stays until they read on: that a message went is not for others to see as reading.
WITH passed AS (
    SELECT me.user_id, coalesce(before.seq, me.read_seq) AS after_seq
      FROM messages AS m
      JOIN members AS me ON me.conversation_id = m.conversation_id
      LEFT JOIN LATERAL (
          SELECT p.seq
            FROM messages AS p
           WHERE p.conversation_id = $1
             AND p.seq < $2
             AND p.seq > me.read_seq
             AND p.sender_id <> me.user_id
           ORDER BY p.seq DESC
           LIMIT 1
      ) AS before ON true
     WHERE m.conversation_id = $1
       AND m.seq = $2
       AND m.sender_id <> me.user_id
       AND me.left_at IS NULL
       AND ($3::uuid IS NULL OR me.user_id = $3)
       AND me.read_seq < $2
       AND NOT me.read_ahead @> $2
)

UPDATE members AS me
   SET read_ahead = me.read_ahead + int8multirange(int8range(p.after_seq, $2, '(]')),
       read_ahead_count = me.read_ahead_count + 1,
       read_due = me.read_due OR $4
  FROM passed AS p
 WHERE me.conversation_id = $1
   AND me.user_id = p.user_id
RETURNING me.user_id;
