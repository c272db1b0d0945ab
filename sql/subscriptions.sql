-- Subscriptions: URLs that are told what happens where their user is, and how far each was told.

-- name: insert_subscription(subscription_id, user_id, owner_id, conversation_id, rev, url, events, secret, session_id, most)
-- A new one; touches nothing when its owner has so many.
INSERT INTO webhook_subscriptions (subscription_id, user_id, owner_id, conversation_id, rev, url,
                                   events, secret, session_id)
SELECT $1, $2, $3, $4, $5, $6, $7::text [], $8, $9
 WHERE (
           SELECT count(*)
             FROM webhook_subscriptions
            WHERE owner_id = $3
              AND deleted_at IS NULL
       ) < $10::int;

-- name: begin_from_now(subscription_id)
-- All that was until now counts as told.
INSERT INTO webhook_positions AS p (subscription_id, conversation_id, seq, rev)
SELECT s.subscription_id, c.conversation_id, c.last_seq, c.last_rev
  FROM webhook_subscriptions AS s
  JOIN members AS m ON m.user_id = s.user_id
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE s.subscription_id = $1
   AND (s.conversation_id IS NULL OR c.conversation_id = s.conversation_id)
   AND m.left_at IS NULL
   AND c.deleted_at IS NULL
    ON CONFLICT (subscription_id, conversation_id) DO UPDATE
   SET seq = excluded.seq, rev = excluded.rev;

-- name: begin_where_they_came(seconds)
-- Bots that came in within so many seconds, or ever (null), hear of it from that moment on. due_at is
-- always finite: said here, it lets the index of those that are told do.
INSERT INTO webhook_positions (subscription_id, conversation_id, seq, rev)
SELECT s.subscription_id, m.conversation_id, m.joined_seq, m.joined_rev - 1
  FROM webhook_subscriptions AS s
 CROSS JOIN LATERAL (
      SELECT i.conversation_id, i.joined_seq, i.joined_rev
        FROM members AS i
       WHERE i.user_id = s.user_id
         AND i.left_at IS NULL
         AND ($1::float8 IS NULL OR i.joined_at > now() - $1 * interval '1 second')
       ORDER BY i.conversation_id
      OFFSET 0
  ) AS m
 WHERE s.conversation_id IS NULL
   AND s.disabled_at IS NULL
   AND s.deleted_at IS NULL
   AND s.due_at > '-infinity'
    ON CONFLICT (subscription_id, conversation_id) DO NOTHING;

-- name: subscriptions_of(owner_id)
-- Somebody's subscriptions, the oldest first.
SELECT subscription_id, nullif(user_id, owner_id) AS bot_id, conversation_id, url, events,
       created_at, failing_since, disabled_at
  FROM webhook_subscriptions
 WHERE owner_id = $1
   AND deleted_at IS NULL
 ORDER BY created_at, subscription_id;

-- name: subscription_of(owner_id, subscription_id)
-- One of theirs, kept from others until the end; no row when it is none.
SELECT subscription_id, nullif(user_id, owner_id) AS bot_id, conversation_id, url, events,
       created_at, failing_since, disabled_at
  FROM webhook_subscriptions
 WHERE owner_id = $1
   AND subscription_id = $2
   AND deleted_at IS NULL
   FOR NO KEY UPDATE;

-- name: update_subscription(subscription_id, rev, url, events, is_enabled, session_id)
-- It is another, under this rev of its owner's, and goes on for as long as the token that changed it; a
-- new URL has not failed, and is told at once.
UPDATE webhook_subscriptions
   SET rev = $2, url = $3, events = $4, session_id = $6, is_revoked = FALSE,
       disabled_at = CASE WHEN NOT $5::boolean THEN coalesce(disabled_at, now()) END,
       failing_since = CASE WHEN disabled_at IS NULL AND url = $3 THEN failing_since END,
       failures = CASE WHEN disabled_at IS NULL AND url = $3 THEN failures ELSE 0 END,
       due_at = CASE WHEN disabled_at IS NULL AND url = $3 THEN due_at ELSE now() END
 WHERE subscription_id = $1
   AND deleted_at IS NULL;

-- name: delete_subscription(owner_id, subscription_id, rev)
-- It is told nothing any more; touches nothing when it is none of theirs.
UPDATE webhook_subscriptions
   SET rev = $3, deleted_at = now(), url = '', secret = ''
 WHERE subscription_id = $2
   AND owner_id = $1
   AND deleted_at IS NULL;

-- name: owns_subscription(owner_id, subscription_id)
-- Whether this is one of theirs.
SELECT EXISTS (
           SELECT 1
             FROM webhook_subscriptions
            WHERE subscription_id = $2
              AND owner_id = $1
              AND deleted_at IS NULL
       );

-- name: deliveries_of(subscription_id, limit)
-- What came of telling one lately, the latest first.
SELECT delivery_id, conversation_id, event_count, tried_at, took_ms, status, error
  FROM webhook_deliveries
 WHERE subscription_id = $1
 ORDER BY tried_at DESC
 LIMIT $2::int;

-- name: followed()
-- Which conversations somebody is told of; due_at as above. OFFSET 0, so that no plan reads the
-- positions of those that are told no more.
SELECT DISTINCT p.conversation_id
  FROM webhook_subscriptions AS s
 CROSS JOIN LATERAL (
      SELECT q.conversation_id
        FROM webhook_positions AS q
       WHERE q.subscription_id = s.subscription_id
       ORDER BY q.conversation_id
      OFFSET 0
  ) AS p
 WHERE s.disabled_at IS NULL
   AND s.deleted_at IS NULL
   AND s.due_at > '-infinity';

-- name: unauthorised(limit)
-- Those that may be told nothing any more, as what let them in is over; due_at as above.
SELECT s.subscription_id, s.owner_id, s.due_at AS claimed_until
  FROM webhook_subscriptions AS s
 WHERE s.disabled_at IS NULL
   AND s.deleted_at IS NULL
   AND s.due_at > '-infinity'
   AND NOT is_authorised(s)
 ORDER BY s.due_at
 LIMIT $1::int;

-- name: claim_subscription(seconds)
-- Of those that are behind, the one that waits longest, kept from others for so many seconds;
-- claimed_until is proof of it.
UPDATE webhook_subscriptions
   SET due_at = now() + $1::int * interval '1 second'
 WHERE subscription_id = (
           SELECT s.subscription_id
             FROM webhook_subscriptions AS s
             JOIN users AS u ON u.user_id = s.owner_id
            WHERE s.disabled_at IS NULL
              AND s.deleted_at IS NULL
              AND s.due_at <= now()
              AND u.is_active
              AND (NOT u.is_bot OR has_owner(u.user_id))
              AND EXISTS (SELECT 1 FROM behind(s))
            ORDER BY s.due_at
            LIMIT 1
              FOR NO KEY UPDATE OF s SKIP LOCKED
       )
RETURNING subscription_id, user_id, owner_id, user_id <> owner_id AS is_bots, url, events, secret,
          failures, failing_since, due_at AS claimed_until;

-- name: places_behind(subscription_id, limit)
-- Where a subscription is behind, and how far; and from where on it may be told of messages.
SELECT b.conversation_id, b.kind, b.name, b.seq, b.rev, b.last_seq, b.last_rev,
       hidden_up_to(me) AS hidden_up_to
  FROM webhook_subscriptions AS s
 CROSS JOIN LATERAL behind(s) AS b
  JOIN members AS me ON me.conversation_id = b.conversation_id AND me.user_id = s.user_id
 WHERE s.subscription_id = $1
 ORDER BY b.conversation_id
 LIMIT $2::int;

-- name: messages_after(conversation_id, seq, last_seq, limit)
-- What was said after one seq up to another, each under the rev it was sent under.
SELECT m.message_id, m.seq, coalesce(m.sent_rev, m.rev) AS rev, m.sender_id,
       u.username AS sender_name, u.is_bot AS sender_is_bot, m.content,
       coalesce(m.attachments, '[]') AS attachments, coalesce(m.mentions, '{}') AS mentions,
       m.reply_to AS reply_to_seq, m.sent_at, m.edited_at, m.deleted_at
  FROM messages AS m
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE m.conversation_id = $1
   AND m.seq > $2
   AND m.seq <= $3
 ORDER BY m.seq
 LIMIT $4::int;

-- name: changed_between(conversation_id, rev, last_rev, hidden_up_to, limit)
-- Of the messages above one seq, those edited or deleted after one rev up to another, as they are now:
-- those too that are new since, for who is told of nothing but changes.
SELECT m.message_id, m.seq, m.rev, m.sender_id, u.username AS sender_name,
       u.is_bot AS sender_is_bot, m.content, coalesce(m.attachments, '[]') AS attachments,
       coalesce(m.mentions, '{}') AS mentions, m.reply_to AS reply_to_seq, m.sent_at, m.edited_at,
       m.deleted_at
  FROM messages AS m
  JOIN users AS u ON u.user_id = m.sender_id
 WHERE m.conversation_id = $1
   AND m.rev > $2
   AND m.rev <= $3
   AND m.seq > $4
   AND (m.edited_at IS NOT NULL OR m.deleted_at IS NOT NULL)
 ORDER BY m.rev
 LIMIT $5::int;

-- name: members_between(conversation_id, rev, last_rev)
-- Who came or went after one rev up to another.
SELECT m.rev, m.user_id, u.username, u.is_bot, m.role, m.left_at IS NOT NULL AS is_gone
  FROM members AS m
  JOIN users AS u ON u.user_id = m.user_id
 WHERE m.conversation_id = $1
   AND m.rev > $2
   AND m.rev <= $3
   AND (m.left_at IS NOT NULL OR m.joined_rev > $2)
 ORDER BY m.rev, m.user_id;

-- name: advance_position(subscription_id, conversation_id, seq, rev)
-- It was told up to here; what two processes told at once counts once.
UPDATE webhook_positions
   SET seq = greatest(seq, $3), rev = greatest(rev, $4)
 WHERE subscription_id = $1
   AND conversation_id = $2;

-- name: log_delivery(delivery_id, subscription_id, conversation_id, event_count, took_ms, status, error)
-- What came of telling it.
INSERT INTO webhook_deliveries (delivery_id, subscription_id, conversation_id, event_count, took_ms,
                                status, error)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: release_subscription(subscription_id, claimed_until)
-- It was told all there was.
UPDATE webhook_subscriptions
   SET due_at = now(), failures = 0, failing_since = NULL
 WHERE subscription_id = $1
   AND due_at = $2;

-- name: delay_subscription(subscription_id, claimed_until, seconds)
-- It could not be told: again in so many seconds.
UPDATE webhook_subscriptions
   SET due_at = now() + $3::float8 * interval '1 second', failures = failures + 1,
       failing_since = coalesce(failing_since, now())
 WHERE subscription_id = $1
   AND due_at = $2;

-- name: disable_subscription(subscription_id, claimed_until, rev)
-- It is given up; touches nothing when somebody else has it, or its owner changed it.
UPDATE webhook_subscriptions
   SET rev = $3, disabled_at = now()
 WHERE subscription_id = $1
   AND due_at = $2
   AND deleted_at IS NULL;

-- name: forget_deliveries(days, limit)
-- What was so many days ago tells nobody anything any more.
DELETE FROM webhook_deliveries
 WHERE delivery_id IN (
           SELECT delivery_id
             FROM webhook_deliveries
            WHERE tried_at < now() - $1::int * interval '1 day'
            ORDER BY tried_at
            LIMIT $2::int
       );
