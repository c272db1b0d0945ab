-- Sync: what is somebody's own and changed after a rev of theirs, each thing under its latest rev.

-- name: own_blocks_since(user_ids, revs)
-- Whom these people blocked since, or block no more.
SELECT k.user_id, b.rev AS user_rev, b.blocked_id, u.username, u.avatar, b.blocked_at, b.lifted_at
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN blocks AS b ON b.user_id = k.user_id AND b.rev > k.rev
  JOIN users AS u ON u.user_id = b.blocked_id;

-- name: own_message_requests_since(user_ids, revs)
-- What these people made since of strangers who had written to them.
SELECT k.user_id, r.rev AS user_rev, r.conversation_id, r.status
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN message_requests AS r ON r.user_id = k.user_id AND r.rev > k.rev;

-- name: own_requests_since(user_ids, revs)
-- Contact requests from or to these people that changed since, under the rev of each.
SELECT k.user_id,
       CASE q.sender_id WHEN k.user_id THEN q.sender_rev ELSE q.receiver_rev END AS user_rev,
       q.sender_id = k.user_id AS is_mine, q.request_id,
       s.username AS sender_username, s.email AS sender_email,
       r.username AS receiver_username, r.email AS receiver_email,
       q.status, q.created_at
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN contact_requests AS q
    ON (q.sender_id = k.user_id AND q.sender_rev > k.rev)
    OR (
        q.receiver_id = k.user_id
        AND q.receiver_rev > k.rev
        AND NOT (q.status = 'Pending' AND blocks_user(k.user_id, q.sender_id))
    )
  JOIN users AS s ON s.user_id = q.sender_id
  JOIN users AS r ON r.user_id = q.receiver_id;

-- name: own_hidden_since(user_ids, revs)
-- Messages that these people deleted for themselves since.
SELECT h.user_id, h.rev AS user_rev, h.conversation_id, h.seq, h.message_id
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN hidden_messages AS h ON h.user_id = k.user_id AND h.rev > k.rev;

-- name: own_stars_since(user_ids, revs)
-- Messages that these people starred since, or took the star off. OFFSET 0, so that no plan begins with
-- all stars there are.
SELECT s.user_id, s.rev AS user_rev, s.conversation_id, s.seq, m.message_id, s.starred_at
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
 CROSS JOIN LATERAL (
      SELECT o.user_id, o.rev, o.conversation_id, o.seq, o.starred_at
        FROM stars AS o
       WHERE o.user_id = k.user_id
         AND o.rev > k.rev
       ORDER BY o.rev
      OFFSET 0
  ) AS s
  JOIN messages AS m ON m.conversation_id = s.conversation_id AND m.seq = s.seq;

-- name: own_contacts_since(user_ids, revs)
-- Who became a contact of these people since, and where they talk.
SELECT k.user_id, o.rev AS user_rev, o.asked, o.contact_id,
       u.username, u.email, u.gender, u.country, u.avatar, o.connected_since, c.conversation_id
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN contacts AS o ON o.user_id = k.user_id AND o.rev > k.rev
  JOIN users AS u ON u.user_id = o.contact_id
  JOIN conversations AS c
    ON c.low_user_id = least(o.user_id, o.contact_id)
   AND c.high_user_id = greatest(o.user_id, o.contact_id);

-- name: own_profiles_since(user_ids, revs)
-- Which of these people changed their profile since.
SELECT p.profile_rev AS user_rev, p.user_id, p.username, p.email, p.gender, p.country, p.about,
       p.status_text, p.status_expires_at, p.avatar
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN profiles AS p ON p.user_id = k.user_id AND p.profile_rev > k.rev;

-- name: own_second_factors_since(user_ids, revs)
-- The second factors of those of these people for whom it changed since.
SELECT f.user_id, f.rev AS user_rev, f.secret IS NOT NULL AS is_on, f.since,
       (SELECT count(*) FROM recovery_codes AS c WHERE c.user_id = f.user_id)
           AS recovery_codes_left
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN second_factors AS f ON f.user_id = k.user_id AND f.rev > k.rev;

-- name: own_passkeys_since(user_ids, revs)
-- The passkeys that these people added, renamed or removed since.
SELECT p.user_id, p.rev AS user_rev, p.passkey_id, p.label, p.is_synced, p.created_at,
       p.last_used_at, p.removed_at IS NOT NULL AS is_removed
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN passkeys AS p ON p.user_id = k.user_id AND p.rev > k.rev;

-- name: own_identities_since(user_ids, revs)
-- Who those of these people are elsewhere for whom that changed since.
SELECT i.user_id, i.rev AS user_rev, i.issuer, i.email, i.linked_at
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN oidc_identities AS i ON i.user_id = k.user_id AND i.rev > k.rev;

-- name: own_settings_since(user_ids, revs)
-- The settings of those of these people who changed any since.
SELECT s.user_id, s.rev AS user_rev, s.direct_notifications, s.group_notifications,
       s.shows_previews, s.do_not_disturb, s.snoozed_until, s.who_may_write, s.who_may_add,
       s.who_sees_last_seen, s.sends_receipts, s.shows_typing, s.findable
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN settings AS s ON s.user_id = k.user_id AND s.rev > k.rev;

-- name: own_conversation_settings_since(user_ids, revs)
-- What these people set for conversations since; for those they are in no more, it means nothing.
SELECT t.user_id, t.rev AS user_rev, t.conversation_id, t.notifications, t.muted_until,
       is_archived(c, m, t) AS is_archived, t.is_marked_unread,
       CASE WHEN is_archived(c, m, t) THEN t.archived_seq END AS archived_seq
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN conversation_settings AS t ON t.user_id = k.user_id AND t.rev > k.rev
  JOIN conversations AS c ON c.conversation_id = t.conversation_id
  JOIN members AS m ON m.conversation_id = t.conversation_id AND m.user_id = t.user_id;

-- name: own_drafts_since(user_ids, revs)
-- What these people were about to say since.
SELECT d.user_id, d.rev AS user_rev, d.conversation_id, d.content, d.reply_to, d.updated_at
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN drafts AS d ON d.user_id = k.user_id AND d.rev > k.rev;

-- name: own_scheduled_since(user_ids, revs)
-- Messages for later of these people that changed since, and what became of them.
SELECT s.user_id, s.rev AS user_rev, s.scheduled_id, s.conversation_id, s.content, s.attachment_ids,
       s.reply_to, s.send_at, s.created_at, s.status, s.failure
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN scheduled_messages AS s ON s.user_id = k.user_id AND s.rev > k.rev;

-- name: own_partings_since(user_ids, revs)
-- Who was a contact of these people and is no more.
SELECT k.user_id, f.rev AS user_rev, f.contact_id
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN former_contacts AS f ON f.user_id = k.user_id AND f.rev > k.rev;

-- name: own_sessions_since(user_ids, revs)
-- Where these people logged in or out since.
SELECT k.user_id, s.rev AS user_rev, s.session_id, s.ip_address, s.user_agent, s.location,
       s.device_info, s.created_at, s.ended_at IS NOT NULL AS is_over
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN sessions AS s ON s.user_id = k.user_id AND s.rev > k.rev
 WHERE s.scopes IS NULL;

-- name: own_tokens_since(user_ids, revs)
-- Tokens that were made for these people or their bots, or ended, since.
SELECT k.user_id, s.rev AS user_rev, s.session_id AS token_id, b.bot_id, t.name, s.scopes,
       s.created_at, s.expires_at, s.last_seen_at AS last_used_at, s.ended_at IS NOT NULL AS is_over
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN sessions AS s ON s.user_id = k.user_id AND s.rev > k.rev
  JOIN tokens AS t ON t.session_id = s.session_id
  LEFT JOIN bots AS b ON b.bot_id = k.user_id
 UNION ALL
SELECT k.user_id, t.rev AS user_rev, s.session_id AS token_id, b.bot_id, t.name, s.scopes,
       s.created_at, s.expires_at, s.last_seen_at AS last_used_at, s.ended_at IS NOT NULL AS is_over
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN bots AS b ON b.owner_id = k.user_id AND b.deleted_at IS NULL
  JOIN sessions AS s ON s.user_id = b.bot_id
  JOIN tokens AS t ON t.session_id = s.session_id AND t.rev > k.rev;

-- name: own_bots_since(user_ids, revs)
-- Which bots of these people are new, changed or gone since.
SELECT k.user_id, b.rev AS user_rev, b.bot_id, p.username, p.about, p.avatar, b.is_public,
       b.created_at, b.deleted_at IS NOT NULL AS is_gone
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN bots AS b ON b.owner_id = k.user_id AND b.rev > k.rev
  JOIN profiles AS p ON p.user_id = b.bot_id;

-- name: own_subscriptions_since(user_ids, revs)
-- Which subscriptions of these people are new, changed or gone since.
SELECT k.user_id, s.rev AS user_rev, s.subscription_id, nullif(s.user_id, s.owner_id) AS bot_id,
       s.conversation_id, s.url, s.events, s.created_at, s.failing_since, s.disabled_at,
       s.deleted_at IS NOT NULL AS is_gone
  FROM unnest($1::uuid [], $2::bigint []) AS k (user_id, rev)
  JOIN webhook_subscriptions AS s ON s.owner_id = k.user_id AND s.rev > k.rev;
