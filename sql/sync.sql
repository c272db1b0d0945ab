-- Sync: what changed since a position, for one device that resumes and for a process that was not told.
-- A position is [seq, rev] of a conversation, or the rev of a user's own things. State is read, not a
-- log: a row is found by its latest rev, so a second change of a thing covers its first.

-- name: standing(user_id, conversation_ids)
-- The rev of a user's own things, and whether they were never in one of these conversations.
SELECT u.rev AS user_rev,
       EXISTS (
           SELECT 1
             FROM unnest($2::uuid []) AS k (conversation_id)
            WHERE NOT EXISTS (
                      SELECT 1
                        FROM members AS m
                       WHERE m.conversation_id = k.conversation_id
                         AND m.user_id = u.user_id
                  )
       ) AS is_elsewhere
  FROM users AS u
 WHERE u.user_id = $1;

-- name: moved_conversations(user_id, conversation_ids, seqs, revs)
-- Of somebody's conversations, those not at the positions they know, latest first; those they left
-- only as long as they do not know it.
SELECT c.conversation_id, c.kind,
       CASE c.low_user_id WHEN $1 THEN c.high_user_id ELSE c.low_user_id END AS contact_id,
       c.last_seq, c.last_rev, c.deleted_at IS NOT NULL AS is_deleted,
       me.rev AS member_rev, me.joined_seq, me.joined_rev, hidden_up_to(me) AS hidden_up_to,
       me.left_at IS NOT NULL AS is_gone, me.is_request,
       unread_count(c, me) AS unread_count, coalesce(n.mention_count, 0) AS mention_count,
       k.seq AS known_seq, k.rev AS known_rev
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
  LEFT JOIN unnest($2::uuid [], $3::bigint [], $4::bigint []) AS k (conversation_id, seq, rev)
    ON k.conversation_id = me.conversation_id
  LEFT JOIN unread_mentions($1) AS n ON n.conversation_id = me.conversation_id
 WHERE me.user_id = $1
   AND CASE
           WHEN me.left_at IS NOT NULL THEN k.rev < me.rev
           ELSE k.rev IS NULL OR k.rev <> c.last_rev OR k.seq <> c.last_seq
       END
 ORDER BY coalesce(c.last_sent_at, c.created_at) DESC;

-- name: unread_figures(user_id)
-- How much is unread in each conversation where anything is.
SELECT c.conversation_id, c.kind, unread_count(c, me) AS unread_count,
       coalesce(n.mention_count, 0) AS mention_count
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
  LEFT JOIN unread_mentions($1) AS n ON n.conversation_id = me.conversation_id
 WHERE me.user_id = $1
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND unread_count(c, me) > 0;

-- name: moved_messages(conversation_ids, seqs, revs, limit, listeners, viewer_id)
-- Those of these conversations that went on since, with what was said in them (no message where only
-- other things changed), each under the rev it was sent under; how many direct messages a listener
-- among the receivers has not read, and whether a viewer, where there is one, hid the message.
WITH totals AS (
    SELECT me.user_id, sum(unread_count(c, me))::bigint AS total_unread
      FROM unnest($5::uuid []) AS l (user_id)
      JOIN members AS me ON me.user_id = l.user_id
      JOIN conversations AS c ON c.conversation_id = me.conversation_id
     WHERE c.kind = 'direct'
     GROUP BY me.user_id
)

SELECT c.conversation_id, c.kind, c.low_user_id, c.high_user_id,
       c.last_seq, c.last_rev, c.roster_rev,
       m.message_id, m.seq, m.rev, m.sender_id, u.username AS sender_name, m.content,
       m.attachments, m.reply_to, m.mentions, m.forwarded, m.sent_at, m.edited_at, m.deleted_at,
       t.total_unread,
       EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $6
              AND h.conversation_id = m.conversation_id
              AND h.seq = m.seq
       ) AS is_hidden
  FROM unnest($1::uuid [], $2::bigint [], $3::bigint []) AS k (conversation_id, seq, rev)
  JOIN conversations AS c ON c.conversation_id = k.conversation_id
  LEFT JOIN LATERAL (
      SELECT p.message_id, p.conversation_id, p.seq, coalesce(p.sent_rev, p.rev) AS rev,
             p.sender_id, p.content, p.attachments, p.reply_to, p.mentions, p.forwarded,
             p.sent_at, p.edited_at, p.deleted_at
        FROM messages AS p
       WHERE p.conversation_id = k.conversation_id
         AND p.seq > k.seq
       ORDER BY p.seq
       LIMIT $4::int
  ) AS m ON true
  LEFT JOIN users AS u ON u.user_id = m.sender_id
  LEFT JOIN totals AS t
    ON t.user_id = CASE m.sender_id WHEN c.low_user_id THEN c.high_user_id ELSE c.low_user_id END
 WHERE c.last_rev > k.rev
    OR c.last_seq > k.seq
 ORDER BY c.conversation_id, m.seq;

-- name: conversations(conversation_ids)
-- Conversations as their members see them.
SELECT c.conversation_id, c.conversation_id AS group_id, c.kind, c.name, c.description, c.avatar,
       c.created_by, c.created_at, owner_of(c) AS owner_id, c.who_may_send, c.who_may_add,
       c.who_may_edit, c.who_may_pin, c.slow_mode_seconds, c.history_visibility, c.described_rev,
       c.last_seq, c.last_rev, c.deleted_at IS NOT NULL AS is_deleted
  FROM conversations AS c
 WHERE c.conversation_id = ANY ($1::uuid []);

-- name: members_since(conversation_ids, revs)
-- Who came, went, or has another role since.
SELECT m.conversation_id, m.user_id, u.username, u.avatar, u.is_bot, m.role, m.joined_at,
       m.joined_seq, m.joined_rev, m.rev, m.left_at IS NOT NULL AS is_gone
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, rev)
  JOIN members AS m ON m.conversation_id = k.conversation_id
  JOIN users AS u ON u.user_id = m.user_id
 WHERE m.rev > k.rev
 ORDER BY m.conversation_id, m.rev, m.joined_at;

-- name: receipts_since(conversation_ids, revs)
-- Whose positions the others were told of since, as these may see them; ahead of the read position,
-- some messages apart. MATERIALIZED, so that who hears nothing of it is asked once a conversation.
WITH told AS MATERIALIZED (
    SELECT k.conversation_id, k.rev,
           ARRAY(SELECT w.user_id FROM without_receipts(k.conversation_id) AS w) AS hidden_from
      FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, rev)
)

SELECT m.conversation_id, m.user_id, m.delivered_rev, m.read_rev,
       p.delivered_seq, p.read_seq, p.message_ids, t.rev AS since, t.hidden_from
  FROM told AS t
  JOIN conversations AS c ON c.conversation_id = t.conversation_id
  JOIN members AS m ON m.conversation_id = t.conversation_id
  LEFT JOIN settings AS s ON s.user_id = m.user_id
 CROSS JOIN LATERAL position_of(m, s.sends_receipts IS NOT FALSE AND NOT is_withheld(c)) AS p
 WHERE greatest(m.delivered_rev, m.read_rev) > t.rev
   AND m.left_at IS NULL;

-- name: profiles_since(conversation_ids, revs)
-- Whose profile the members were told of since, while they were in it; addresses between contacts. Those
-- in it whom they block are told less.
SELECT m.conversation_id, m.profile_rev AS rev, p.user_id, p.username,
       CASE WHEN t.user_id IS NOT NULL THEN p.email END AS email,
       p.gender, p.country, p.about, p.status_text, p.status_expires_at, p.avatar,
       c.kind,
       ARRAY(
           SELECT b.blocked_id
             FROM blocks AS b
             JOIN members AS o
               ON o.conversation_id = m.conversation_id
              AND o.user_id = b.blocked_id
            WHERE b.user_id = m.user_id
              AND b.lifted_at IS NULL
              AND o.left_at IS NULL
       ) AS blocked_ids
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, rev)
  JOIN conversations AS c ON c.conversation_id = k.conversation_id
  JOIN members AS m ON m.conversation_id = k.conversation_id
  JOIN profiles AS p ON p.user_id = m.user_id
  LEFT JOIN contacts AS t ON t.user_id = c.low_user_id AND t.contact_id = c.high_user_id
 WHERE m.profile_rev > k.rev
   AND m.profile_rev > m.joined_rev
   AND m.left_at IS NULL;

-- name: messages_changed_since(conversation_ids, revs)
-- What was edited or deleted since, as it is now; what is also new is here too, under its latest rev.
-- It is hidden from who may not read it. OFFSET 0, so that no plan begins with all that ever changed.
SELECT m.conversation_id, m.seq, m.rev, m.message_id, m.sender_id, m.content, m.mentions,
       m.edited_at, m.deleted_at,
       ARRAY(SELECT w.user_id FROM without_sight(m.conversation_id, m.seq) AS w) AS hidden_from
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, rev)
 CROSS JOIN LATERAL (
      SELECT p.conversation_id, p.seq, p.rev, p.message_id, p.sender_id, p.content, p.mentions,
             p.edited_at, p.deleted_at
        FROM messages AS p
       WHERE p.conversation_id = k.conversation_id
         AND p.rev > k.rev
         AND (p.edited_at IS NOT NULL OR p.deleted_at IS NOT NULL)
       ORDER BY p.rev
      OFFSET 0
  ) AS m;

-- name: system_messages_since(conversation_ids, revs)
-- What happened to these groups since.
SELECT s.conversation_id, s.rev, s.kind, s.after_seq, s.actor_id, s.actor_name, s.users, s.details,
       s.happened_at
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, rev)
  JOIN named_system_messages AS s ON s.conversation_id = k.conversation_id
 WHERE s.rev > k.rev;

-- name: reactions_since(conversation_ids, revs)
-- Who put which emojis on messages since, or took theirs back, and how many have them there by now; not
-- told to who may not read the message. OFFSET 0, here and in the next, as above.
SELECT r.conversation_id, r.seq, r.rev, m.message_id, r.user_id, r.emoji,
       r.reacted_at IS NOT NULL AS is_on,
       coalesce(
           (
               SELECT (f.figure ->> 'count')::bigint
                 FROM jsonb_array_elements(m.reactions) AS f (figure)
                WHERE f.figure ->> 'emoji' = r.emoji
           ),
           0
       ) AS count,
       ARRAY(SELECT w.user_id FROM without_sight(r.conversation_id, r.seq) AS w) AS hidden_from
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, rev)
 CROSS JOIN LATERAL (
      SELECT o.conversation_id, o.seq, o.rev, o.user_id, o.emoji, o.reacted_at
        FROM reactions AS o
       WHERE o.conversation_id = k.conversation_id
         AND o.rev > k.rev
       ORDER BY o.rev
      OFFSET 0
  ) AS r
  JOIN messages AS m ON m.conversation_id = r.conversation_id AND m.seq = r.seq;

-- name: pins_since(conversation_ids, revs)
-- What was pinned since, or is no more; not told to who may not read it.
SELECT p.conversation_id, p.seq, p.rev, m.message_id, p.pinned_by, p.pinned_at,
       ARRAY(SELECT w.user_id FROM without_sight(p.conversation_id, p.seq) AS w) AS hidden_from
  FROM unnest($1::uuid [], $2::bigint []) AS k (conversation_id, rev)
 CROSS JOIN LATERAL (
      SELECT o.conversation_id, o.seq, o.rev, o.pinned_by, o.pinned_at
        FROM pins AS o
       WHERE o.conversation_id = k.conversation_id
         AND o.rev > k.rev
       ORDER BY o.rev
      OFFSET 0
  ) AS p
  JOIN messages AS m ON m.conversation_id = p.conversation_id AND m.seq = p.seq;

-- name: joined_points(conversation_ids)
-- Where members of these conversations came in.
SELECT conversation_id, user_id, joined_seq, joined_rev
  FROM members
 WHERE conversation_id = ANY ($1::uuid [])
   AND left_at IS NULL;

-- name: user_revs(user_ids)
-- Where these people's own things stand.
SELECT user_id, rev AS user_rev
  FROM users
 WHERE user_id = ANY ($1::uuid []);

-- name: behind(user_ids, keys, revs)
-- These people follow these keys up to these revs, each themselves at least: what went on since, and
-- what they are in and do not follow. LATERAL with LIMIT, so that no plan reads all conversations.
WITH followed AS (
    SELECT k.user_id, k.key, k.rev
      FROM unnest($1::uuid [], $2::uuid [], $3::bigint []) AS k (user_id, key, rev)
)

SELECT m.conversation_id AS key, bool_or(k.rev IS NULL) AS is_new
  FROM members AS m
 CROSS JOIN LATERAL (
      SELECT v.last_rev
        FROM conversations AS v
       WHERE v.conversation_id = m.conversation_id
       ORDER BY v.conversation_id
       LIMIT 1
  ) AS c
  LEFT JOIN followed AS k ON k.user_id = m.user_id AND k.key = m.conversation_id
 WHERE m.user_id IN (SELECT f.key FROM followed AS f)
   AND CASE
           WHEN m.left_at IS NULL THEN k.rev IS NULL OR c.last_rev > k.rev
           ELSE m.rev > k.rev
       END
 GROUP BY m.conversation_id
 UNION ALL
SELECT u.user_id AS key, false AS is_new
  FROM followed AS k
  JOIN users AS u ON u.user_id = k.key
 WHERE k.user_id = k.key
   AND u.rev > k.rev;

-- name: sent_around(user_id, message_id, seconds)
-- The moment so many seconds before a message that somebody may read was sent.
SELECT p.sent_at - $3::int * interval '1 second'
  FROM messages AS p
  JOIN members AS me ON me.conversation_id = p.conversation_id AND me.user_id = $1
 WHERE p.message_id = $2
   AND me.left_at IS NULL
   AND p.seq > hidden_up_to(me);

-- name: received_since(user_id, moment, limit)
-- What others said to somebody, anywhere, from a moment on, and is still there for them; times never
-- run against seqs. Plain sockets are not told what messages point to.
SELECT c.conversation_id, c.kind, c.low_user_id, c.high_user_id, c.last_rev,
       m.message_id, m.seq, m.rev, m.sender_id, u.username AS sender_name, m.content,
       m.attachments, m.mentions, NULL::bigint AS reply_to, NULL::jsonb AS forwarded,
       m.sent_at, m.edited_at, m.deleted_at
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
 CROSS JOIN LATERAL (
      SELECT p.message_id, p.seq, p.rev, p.sender_id, p.content, p.attachments, p.mentions,
             p.sent_at, p.edited_at, p.deleted_at
        FROM messages AS p
       WHERE p.conversation_id = c.conversation_id
       ORDER BY p.seq DESC
       LIMIT $3::int
  ) AS m
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE me.user_id = $1
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND c.last_sent_at >= $2::timestamptz
   AND m.sent_at >= $2::timestamptz
   AND m.seq > hidden_up_to(me)
   AND m.sender_id <> $1
   AND m.deleted_at IS NULL
   AND NOT EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $1
              AND h.conversation_id = c.conversation_id
              AND h.seq = m.seq
       )
 ORDER BY m.sent_at, c.conversation_id, m.seq
 LIMIT $3::int;
