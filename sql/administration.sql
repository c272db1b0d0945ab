-- Administration: what whoever runs the server sees of accounts, and does to them.

-- name: user(user_id, email)
-- One account, by its id or by its address.
SELECT u.user_id, u.username, u.email, u.email_is_verified, u.is_active, u.created_at, u.deleted_at,
       (
           SELECT count(*)
             FROM sessions AS s
            WHERE s.user_id = u.user_id
              AND s.ended_at IS NULL
              AND s.expires_at > now()
       ) AS sessions,
       (SELECT max(s.last_seen_at) FROM sessions AS s WHERE s.user_id = u.user_id) AS last_seen_at,
       (SELECT count(*) FROM contacts AS k WHERE k.user_id = u.user_id) AS contacts,
       m.conversations, m.messages,
       (
           SELECT coalesce(sum(a.size), 0)::bigint
             FROM attachments AS a
            WHERE a.uploader_id = u.user_id
       ) AS attachment_bytes
  FROM users AS u
 CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE me.left_at IS NULL) AS conversations,
             coalesce(sum(me.sent), 0)::bigint AS messages
        FROM members AS me
       WHERE me.user_id = u.user_id
  ) AS m
 WHERE u.user_id = $1
    OR u.email = $2;

-- name: users(part, state, limit)
-- Accounts whose name or address holds a part, in one state or in all; the newest first.
SELECT user_id, username, email, email_is_verified, is_active, created_at
  FROM users
 WHERE ($1::text = '' OR position(lower($1) IN lower(username || ' ' || email)) > 0)
   AND CASE $2::text
           WHEN 'active' THEN is_active
           WHEN 'inactive' THEN NOT is_active AND deleted_at IS NULL
           WHEN 'deleted' THEN deleted_at IS NOT NULL
           ELSE true
       END
 ORDER BY created_at DESC
 LIMIT $3::int;

-- name: set_active(user_id, is_active)
-- Whether anybody may log in to an account.
UPDATE users
   SET is_active = $2
 WHERE user_id = $1;

-- name: stats()
-- How much there is of everything; messages are those ever sent, as conversations count them.
SELECT u.*, s.sessions, p.online, c.*, a.*, m.mails_waiting,
       pg_database_size(current_database()) AS database_bytes
  FROM (
      SELECT count(*) FILTER (WHERE is_active) AS users_active,
             count(*) FILTER (WHERE NOT is_active AND deleted_at IS NULL) AS users_inactive,
             count(*) FILTER (WHERE deleted_at IS NOT NULL) AS users_deleted,
             count(*) FILTER (WHERE created_at > now() - interval '7 days') AS users_of_this_week
        FROM users
  ) AS u
 CROSS JOIN (
      SELECT count(*) AS sessions
        FROM sessions
       WHERE ended_at IS NULL
         AND expires_at > now()
  ) AS s
 CROSS JOIN (SELECT count(DISTINCT user_id) AS online FROM presences) AS p
 CROSS JOIN (
      SELECT count(*) FILTER (WHERE kind = 'direct') AS direct_conversations,
             count(*) FILTER (WHERE kind = 'group' AND deleted_at IS NULL) AS groups,
             count(*) FILTER (WHERE last_sent_at > now() - interval '1 day')
                 AS conversations_of_this_day,
             coalesce(sum(last_seq), 0)::bigint AS messages
        FROM conversations
  ) AS c
 CROSS JOIN (
      SELECT count(*) AS attachments, coalesce(sum(size), 0)::bigint AS attachment_bytes
        FROM attachments
       WHERE gone_at IS NULL
  ) AS a
 CROSS JOIN (SELECT count(*) AS mails_waiting FROM mails WHERE due_at IS NOT NULL) AS m;
