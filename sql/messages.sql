-- Messages: sending, and what is unread (history.sql has the rest).
-- append_messages_v3 (migrations/0032) is the only writer. Read marks lock the conversation first,
-- as it does; what is unread is arithmetic on a member's row (migrations/0003 says how).

-- name: append_messages(conversation_ids, sender_ids, message_ids, contents, payload_digests, extras, only_contacts, listeners)
-- Write a batch of messages; one row back for each, numbered as given.
SELECT ord, status, seq, rev, sent_at, roster_rev, total_unread
  FROM append_messages_v3($1, $2, $3, $4, $5, $6, $7, $8);

-- name: is_read(conversation_id, seq, sender_id, receiver_id)
-- Whether the receiver has read a message, as its sender may know it.
SELECT share_receipts(mine, theirs)
   AND NOT is_withheld(c)
   AND ($2::bigint <= m.read_seq OR m.read_ahead @> $2::bigint)
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  LEFT JOIN settings AS mine ON mine.user_id = $3
  LEFT JOIN settings AS theirs ON theirs.user_id = m.user_id
 WHERE m.conversation_id = $1
   AND m.user_id = $4;

-- name: message(message_id)
-- A message as it is now.
SELECT rev, content, attachments, reply_to, mentions, forwarded, reactions, edited_at, deleted_at
  FROM messages
 WHERE message_id = $1;

-- name: is_in_group(conversation_id, user_id)
-- Whether somebody is a member of a group.
SELECT EXISTS (
           SELECT 1
             FROM members AS m
             JOIN conversations AS c ON c.conversation_id = m.conversation_id
            WHERE m.conversation_id = $1
              AND m.user_id = $2
              AND m.left_at IS NULL
              AND c.kind = 'group'
              AND c.deleted_at IS NULL
       );

-- name: unread_messages(user_id, limit)
-- The direct messages somebody received and did not read, newest first.
SELECT m.message_id, m.sender_id, u.username AS sender_name, me.user_id AS receiver_id,
       m.content, m.attachments, m.reply_to, m.mentions, m.forwarded, m.reactions,
       false AS is_read, m.sent_at, m.edited_at, m.deleted_at, me.conversation_id, m.seq, m.rev
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
 CROSS JOIN LATERAL (
      SELECT p.message_id, p.sender_id, p.content, p.attachments, p.reply_to, p.mentions,
             p.forwarded, p.reactions, p.sent_at, p.edited_at, p.deleted_at, p.seq, p.rev
        FROM messages AS p
       WHERE p.conversation_id = me.conversation_id
         AND p.seq > me.read_seq
         AND p.sender_id <> me.user_id
         AND NOT me.read_ahead @> p.seq
       ORDER BY p.seq DESC
       LIMIT $2::int
  ) AS m
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE me.user_id = $1
   AND c.kind = 'direct'
   AND unread_count(c, me) > 0
 ORDER BY m.sent_at DESC, m.message_id DESC
 LIMIT $2::int;

-- name: unread_conversations(user_id)
-- Where somebody has something unread, how much, and when the newest of it was sent; latest first.
-- The conversation's last message is mostly the one asked for; only else is it looked up.
SELECT c.kind,
       CASE c.kind WHEN 'direct' THEN u.user_id ELSE c.conversation_id END AS with_id,
       coalesce(c.name, u.username) AS name,
       unread_count(c, me) AS unread_count, coalesce(n.mention_count, 0) AS mention_count,
       is_muted(c, its, own) AS is_muted,
       CASE
           WHEN c.last_sender_id <> me.user_id AND NOT me.read_ahead @> c.last_seq
               THEN c.last_sent_at
           ELSE (
               SELECT m.sent_at
                 FROM messages AS m
                WHERE m.conversation_id = c.conversation_id
                  AND m.seq > me.read_seq
                  AND m.sender_id <> me.user_id
                  AND NOT me.read_ahead @> m.seq
                ORDER BY m.seq DESC
                LIMIT 1
           )
       END AS last_message_at
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
  LEFT JOIN conversation_settings AS its
    ON its.conversation_id = me.conversation_id
   AND its.user_id = me.user_id
  LEFT JOIN settings AS own ON own.user_id = me.user_id
  LEFT JOIN users AS u
    ON u.user_id = CASE c.low_user_id WHEN $1 THEN c.high_user_id ELSE c.low_user_id END
  LEFT JOIN unread_mentions($1) AS n ON n.conversation_id = me.conversation_id
 WHERE me.user_id = $1
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND unread_count(c, me) > 0
 ORDER BY last_message_at DESC;

-- name: unread_direct_totals(user_ids)
-- How many direct messages each of these people has not read.
SELECT u.user_id, n.total_unread
  FROM unnest($1::uuid []) AS u (user_id)
 CROSS JOIN LATERAL (
      SELECT coalesce(sum(unread_count(c, me)), 0)::bigint AS total_unread
        FROM members AS me
        JOIN conversations AS c ON c.conversation_id = me.conversation_id
       WHERE me.user_id = u.user_id
         AND c.kind = 'direct'
  ) AS n;

-- name: unread_count_of(conversation_id, user_id)
-- How much a member has not read.
SELECT unread_count(c, me)
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
 WHERE me.conversation_id = $1
   AND me.user_id = $2;

-- name: unread_of(user_id, conversation_ids)
-- The figures of these conversations, each with the sums over all, as they are at this moment.
WITH figures AS (
    SELECT me.conversation_id, c.kind, unread_count(c, me) AS unread_count,
           coalesce(n.mention_count, 0) AS mention_count
      FROM members AS me
      JOIN conversations AS c ON c.conversation_id = me.conversation_id
      LEFT JOIN unread_mentions($1) AS n ON n.conversation_id = me.conversation_id
     WHERE me.user_id = $1
       AND me.left_at IS NULL
       AND c.deleted_at IS NULL
), sums AS (
    SELECT coalesce(sum(unread_count) FILTER (WHERE kind = 'direct'), 0)::bigint AS total_unread,
           coalesce(sum(unread_count) FILTER (WHERE kind = 'group'), 0)::bigint
               AS total_group_unread,
           coalesce(sum(mention_count), 0)::bigint AS total_mentions
      FROM figures
)

SELECT f.conversation_id, f.unread_count, f.mention_count, s.total_unread, s.total_group_unread,
       s.total_mentions
  FROM figures AS f
 CROSS JOIN sums AS s
 WHERE f.conversation_id = ANY ($2::uuid []);

-- name: conversations_of_received(user_id, message_ids)
-- The direct conversations in which somebody received any of these messages.
SELECT DISTINCT m.conversation_id
  FROM messages AS m
  JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $1
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.message_id = ANY ($2::uuid [])
   AND m.sender_id <> $1
   AND c.kind = 'direct';

-- name: mark_read(user_id, message_ids)
-- Mark messages as read out of order. Each stretches down over the reader's own messages before it,
-- so that neighbours meet and their ranges become one.
WITH marked AS (
    SELECT m.conversation_id, m.seq, coalesce(before.seq, me.read_seq) AS after_seq
      FROM messages AS m
      JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $1
      JOIN conversations AS c ON c.conversation_id = m.conversation_id
      LEFT JOIN LATERAL (
          SELECT p.seq
            FROM messages AS p
           WHERE p.conversation_id = m.conversation_id
             AND p.seq < m.seq
             AND p.seq > me.read_seq
             AND p.sender_id <> $1
           ORDER BY p.seq DESC
           LIMIT 1
      ) AS before ON true
     WHERE m.message_id = ANY ($2::uuid [])
       AND m.sender_id <> $1
       AND c.kind = 'direct'
       AND m.seq > me.read_seq
       AND NOT me.read_ahead @> m.seq
), stretches AS (
    SELECT conversation_id, count(*) AS marked,
           range_agg(int8range(after_seq, seq, '(]')) AS ranges
      FROM marked
     GROUP BY conversation_id
)

UPDATE members AS me
   SET read_ahead = me.read_ahead + s.ranges,
       read_ahead_count = me.read_ahead_count + s.marked,
       read_due = true
  FROM stretches AS s
 WHERE me.conversation_id = s.conversation_id
   AND me.user_id = $1
RETURNING me.conversation_id, s.marked;

-- name: advance_read(user_id, conversation_ids)
-- Where the first stretch read ahead meets the position, the position moves to its end.
WITH reached AS (
    SELECT me.conversation_id, first.stretch, upper(first.stretch) - 1 AS read_seq,
           (
               SELECT count(*)
                 FROM messages AS m
                WHERE m.conversation_id = me.conversation_id
                  AND m.seq > me.read_seq
                  AND m.seq < upper(first.stretch)
                  AND m.sender_id = $1
           ) AS own
      FROM members AS me
     CROSS JOIN LATERAL (
         SELECT r.stretch
           FROM unnest(me.read_ahead) AS r (stretch)
          ORDER BY r.stretch
          LIMIT 1
     ) AS first
     WHERE me.user_id = $1
       AND me.conversation_id = ANY ($2::uuid [])
       AND lower(first.stretch) = me.read_seq + 1
)

UPDATE members AS me
   SET read_seq = r.read_seq,
       sent_at_read = me.sent_at_read + r.own,
       read_ahead = me.read_ahead - int8multirange(r.stretch),
       read_ahead_count = me.read_ahead_count - (r.read_seq - me.read_seq - r.own)
  FROM reached AS r
 WHERE me.conversation_id = r.conversation_id
   AND me.user_id = $1;

-- name: most_ranges(user_id, conversation_ids)
-- How many stretches are read out of order where they are most.
SELECT coalesce(max((SELECT count(*) FROM unnest(read_ahead))), 0)
  FROM members
 WHERE user_id = $1
   AND conversation_id = ANY ($2::uuid []);

-- name: mark_read_up_to(user_id, conversation_id, seq, large)
-- All up to this seq is read; what was read beyond it stays so.
WITH passed AS (
    SELECT me.read_ahead * int8multirange(int8range(me.read_seq, $3::bigint, '(]')) AS ahead,
           (
               SELECT count(*)
                 FROM messages AS m
                WHERE m.conversation_id = $2
                  AND m.seq > me.read_seq
                  AND m.seq <= $3::bigint
                  AND m.sender_id = $1
           ) AS own,
           (
               SELECT count(*)
                 FROM messages AS m
                WHERE m.conversation_id = $2
                  AND m.seq > me.read_seq
                  AND m.seq <= $3::bigint
                  AND m.sender_id <> $1
                  AND me.read_ahead @> m.seq
           ) AS read_before
      FROM members AS me
     WHERE me.conversation_id = $2
       AND me.user_id = $1
), forgotten AS (
    DELETE FROM mentions
     WHERE user_id = $1
       AND conversation_id = $2
       AND seq <= $3::bigint
)

UPDATE members AS me
   SET read_seq = $3,
       sent_at_read = me.sent_at_read + p.own,
       read_ahead = me.read_ahead - p.ahead,
       read_ahead_count = me.read_ahead_count - p.read_before,
       read_due = c.member_count <= $4::int
  FROM conversations AS c, passed AS p
 WHERE c.conversation_id = $2
   AND me.conversation_id = $2
   AND me.user_id = $1
   AND me.read_seq < $3::bigint;

-- name: mark_all_read(user_id, conversation_id, large)
-- All that was said up to now is read.
WITH forgotten AS (
    DELETE FROM mentions
     WHERE user_id = $1
       AND conversation_id = $2
)

UPDATE members AS me
   SET read_seq = c.last_seq, sent_at_read = me.sent, read_ahead = '{}', read_ahead_count = 0,
       read_due = c.member_count <= $3::int
  FROM conversations AS c
 WHERE c.conversation_id = $2
   AND me.conversation_id = $2
   AND me.user_id = $1;
