-- Exporting: all that is somebody's own, in slices by key.

-- name: account(user_id)
-- All there is to say of an account, as its owner may have it.
SELECT u.user_id, u.username, u.email, u.email_is_verified, u.gender, u.country, u.about,
       u.status_text, u.status_expires_at, u.avatar, u.created_at, u.is_active,
       f.since AS second_factor_since, i.issuer AS oidc_issuer, i.email AS oidc_email
  FROM users AS u
  LEFT JOIN second_factors AS f ON f.user_id = u.user_id
  LEFT JOIN oidc_identities AS i ON i.user_id = u.user_id
 WHERE u.user_id = $1;

-- name: settings(user_id)
-- What somebody has set; no row when they left everything as it was.
SELECT to_jsonb(s) - 'user_id' - 'rev' AS settings
  FROM settings AS s
 WHERE user_id = $1;

-- name: sessions_after(user_id, after, limit)
-- Where somebody was logged in, as far as it is known.
SELECT session_id, ip_address, user_agent, location, device_info, created_at, last_seen_at,
       expires_at, ended_at
  FROM sessions
 WHERE user_id = $1
   AND scopes IS NULL
   AND session_id > $2
 ORDER BY session_id
 LIMIT $3::int;

-- name: tokens_after(user_id, after, limit)
-- With what programs act for somebody, or did, as far as it is known; the secrets are not kept.
SELECT s.session_id AS token_id, t.name, s.scopes, s.created_at, s.expires_at,
       s.last_seen_at AS last_used_at, s.ended_at AS revoked_at
  FROM sessions AS s
  JOIN tokens AS t ON t.session_id = s.session_id
 WHERE s.user_id = $1
   AND s.session_id > $2
 ORDER BY s.session_id
 LIMIT $3::int;

-- name: bots_after(user_id, after, limit)
-- Somebody's bots.
SELECT b.bot_id, u.username, u.about, u.avatar, b.is_public, b.created_at
  FROM bots AS b
  JOIN users AS u ON u.user_id = b.bot_id
 WHERE b.owner_id = $1
   AND b.deleted_at IS NULL
   AND b.bot_id > $2
 ORDER BY b.bot_id
 LIMIT $3::int;

-- name: passkeys_after(user_id, after, limit)
-- What opens somebody's account, without what it is checked by.
SELECT passkey_id, label, is_synced, created_at, last_used_at
  FROM passkeys
 WHERE user_id = $1
   AND passkey_id > $2
   AND removed_at IS NULL
 ORDER BY passkey_id
 LIMIT $3::int;

-- name: push_subscriptions_after(user_id, after, limit)
-- Which browsers are told of messages; where they are told, and by which key, is theirs alone.
SELECT subscription_id, session_id, host, created_at, sent_at, failing_since
  FROM push_subscriptions
 WHERE user_id = $1
   AND subscription_id > $2
 ORDER BY subscription_id
 LIMIT $3::int;

-- name: webhook_subscriptions_after(user_id, after, limit)
-- Which URLs are told for somebody; the secrets that sign are not for reading.
SELECT subscription_id, nullif(user_id, owner_id) AS bot_id, conversation_id, url, events,
       created_at, failing_since, disabled_at
  FROM webhook_subscriptions
 WHERE owner_id = $1
   AND deleted_at IS NULL
   AND subscription_id > $2
 ORDER BY subscription_id
 LIMIT $3::int;

-- name: contacts_after(user_id, after, limit)
-- Somebody's contacts as they see them.
SELECT k.contact_id, u.username, u.email, u.gender, u.country, k.connected_since
  FROM contacts AS k
  JOIN users AS u ON u.user_id = k.contact_id
 WHERE k.user_id = $1
   AND k.contact_id > $2
 ORDER BY k.contact_id
 LIMIT $3::int;

-- name: blocks_after(user_id, after, limit)
-- Whom somebody blocks.
SELECT b.blocked_id, u.username, b.blocked_at
  FROM blocks AS b
  JOIN users AS u ON u.user_id = b.blocked_id
 WHERE b.user_id = $1
   AND b.blocked_id > $2
   AND b.lifted_at IS NULL
 ORDER BY b.blocked_id
 LIMIT $3::int;

-- name: reports_after(user_id, after, limit)
-- What somebody reported, as far as it is kept.
SELECT report_id, kind, target_id, reason, comment, created_at, closed_at
  FROM reports
 WHERE reporter_id = $1
   AND report_id > $2
 ORDER BY report_id
 LIMIT $3::int;

-- name: former_contacts_after(user_id, after, limit)
-- Whom somebody has parted with.
SELECT f.contact_id, u.username, f.parted_at
  FROM former_contacts AS f
  JOIN users AS u ON u.user_id = f.contact_id
 WHERE f.user_id = $1
   AND f.contact_id > $2
 ORDER BY f.contact_id
 LIMIT $3::int;

-- name: requests_after(user_id, after, limit)
-- Contact requests from and to somebody, answered ones too.
SELECT q.request_id, q.sender_id, s.username AS sender_username,
       q.receiver_id, r.username AS receiver_username, q.status, q.created_at, q.answered_at
  FROM contact_requests AS q
  JOIN users AS s ON s.user_id = q.sender_id
  JOIN users AS r ON r.user_id = q.receiver_id
 WHERE (q.sender_id = $1 OR q.receiver_id = $1)
   AND q.request_id > $2
 ORDER BY q.request_id
 LIMIT $3::int;

-- name: conversations_after(user_id, after, limit)
-- Where somebody talks or talked; of those they left, only that and what they said themselves, as of
-- what was said up to hidden_up_to.
SELECT m.conversation_id, c.kind,
       CASE c.low_user_id WHEN $1 THEN c.high_user_id ELSE c.low_user_id END AS contact_id,
       CASE WHEN m.left_at IS NULL THEN coalesce(c.name, u.username) END AS name,
       CASE WHEN m.left_at IS NULL THEN c.description END AS description,
       m.role, m.joined_at, m.left_at, c.created_by = $1 AS is_mine,
       CASE WHEN c.deleted_at IS NULL THEN c.last_seq ELSE 0 END AS last_seq,
       CASE WHEN m.left_at IS NULL THEN hidden_up_to(m) ELSE c.last_seq END AS hidden_up_to,
       t.notifications, t.muted_until, is_archived(c, m, t) AS is_archived,
       coalesce(t.is_marked_unread, false) AS is_marked_unread
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  LEFT JOIN users AS u
    ON u.user_id = CASE c.low_user_id WHEN $1 THEN c.high_user_id ELSE c.low_user_id END
  LEFT JOIN conversation_settings AS t
    ON t.conversation_id = m.conversation_id AND t.user_id = m.user_id
 WHERE m.user_id = $1
   AND m.conversation_id > $2
 ORDER BY m.conversation_id
 LIMIT $3::int;

-- name: messages_between(user_id, conversation_id, low, high, hidden_up_to)
-- What was said from one seq up to another: all that somebody may read, and what is their own.
SELECT m.message_id, m.seq, m.sender_id, u.username AS sender_name, m.sent_at, m.edited_at,
       m.deleted_at, m.content, coalesce(m.attachments, '[]') AS attachments,
       m.reply_to AS reply_to_seq, coalesce(m.mentions, '{}') AS mentions, m.forwarded,
       CASE
           WHEN m.edited_at IS NOT NULL
               THEN ARRAY(
                   SELECT v.content
                     FROM message_versions AS v
                    WHERE v.conversation_id = m.conversation_id
                      AND v.seq = m.seq
                    ORDER BY v.rev
               )
       END AS earlier,
       CASE WHEN m.seq > $5::bigint THEN coalesce(m.reactions, '[]') END AS reactions,
       ARRAY(
           SELECT r.emoji
             FROM reactions AS r
            WHERE r.user_id = $1
              AND r.conversation_id = m.conversation_id
              AND r.seq = m.seq
              AND r.reacted_at IS NOT NULL
       ) AS my_reactions,
       (
           SELECT s.starred_at
             FROM stars AS s
            WHERE s.user_id = $1
              AND s.conversation_id = m.conversation_id
              AND s.seq = m.seq
       ) AS starred_at
  FROM messages AS m
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE m.conversation_id = $2
   AND m.seq >= $3::bigint
   AND m.seq <= $4::bigint
   AND (m.sender_id = $1 OR m.seq > $5::bigint)
   AND NOT EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $1
              AND h.conversation_id = m.conversation_id
              AND h.seq = m.seq
       )
 ORDER BY m.seq;

-- name: invites_after(user_id, after, limit)
-- The links into groups that somebody made and that have not expired; their secrets are not kept.
SELECT invite_id, conversation_id AS group_id, created_at, expires_at, max_uses, uses
  FROM invites
 WHERE created_by = $1
   AND invite_id > $2
   AND expires_at > now()
 ORDER BY invite_id
 LIMIT $3::int;

-- name: files_after(user_id, after, limit)
-- The files that somebody uploaded, whole ones, in a message or not.
SELECT attachment_id, name, content_type, size, created_at, conversation_id, message_id, stored_as
  FROM attachments
 WHERE uploader_id = $1
   AND attachment_id > $2
   AND stored_as IS NOT NULL
   AND gone_at IS NULL
 ORDER BY attachment_id
 LIMIT $3::int;
