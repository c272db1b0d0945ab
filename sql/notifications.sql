-- Notifications: which devices want them, what each is to be told, and what became of it.
-- Whether it is told at all is judged in pinge/notifications/deciding.py, by what is read here.

-- name: lock_subscriber(user_id)
-- One device of a user after the other is subscribed.
SELECT user_id
  FROM users
 WHERE user_id = $1
   FOR NO KEY UPDATE;

-- name: live_subscriptions(user_id)
-- The devices of somebody that are to be told, the latest first.
SELECT s.subscription_id, s.user_id, s.session_id, s.digest, s.host, s.sealed, s.created_at,
       s.sent_at, s.failing_since
  FROM push_subscriptions AS s
  JOIN sessions AS e ON e.session_id = s.session_id
 WHERE s.user_id = $1
   AND e.ended_at IS NULL
   AND e.expires_at > now()
 ORDER BY s.created_at DESC, s.subscription_id;

-- name: forget_browser(digest)
-- A browser is subscribed anew, maybe by somebody else.
DELETE FROM push_subscriptions
 WHERE digest = $1;

-- name: insert_subscription(subscription_id, user_id, session_id, digest, host, sealed)
-- A device that is to be told from now on.
INSERT INTO push_subscriptions (subscription_id, user_id, session_id, digest, host, sealed)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING subscription_id, session_id, host, created_at, sent_at, failing_since;

-- name: delete_subscription(subscription_id, user_id)
-- A device is to be told no more.
DELETE FROM push_subscriptions
 WHERE subscription_id = $1
   AND user_id = $2;

-- name: queue_pushes(conversation_ids, seconds)
-- What was said in these conversations is to be told to each device whose user has not read it, so many
-- seconds from now. What waits already waits no longer for it, and what is not newer changes nothing.
INSERT INTO pushes AS p (subscription_id, conversation_id, after_seq, seq, due_at)
SELECT s.subscription_id, c.conversation_id, me.read_seq, c.last_seq,
       now() + $2::float8 * interval '1 second'
  FROM conversations AS c
  JOIN members AS me ON me.conversation_id = c.conversation_id
  JOIN push_subscriptions AS s ON s.user_id = me.user_id
 WHERE (SELECT true FROM push_subscriptions AS d ORDER BY d.subscription_id LIMIT 1)
   AND c.conversation_id = ANY ($1::uuid [])
   AND me.left_at IS NULL
   AND unread_count(c, me) > 0
   AND c.last_sent_at > s.created_at
 ORDER BY s.subscription_id, c.conversation_id
    ON CONFLICT (subscription_id, conversation_id) DO UPDATE
   SET seq = excluded.seq, due_at = coalesce(p.due_at, excluded.due_at), changed_at = now()
 WHERE p.seq < excluded.seq;

-- name: walk_subscriptions(after_id, seconds, failing_seconds, limit)
-- The next devices; whether their session is over, or nothing came through for failing_seconds; and where
-- something was said within so many seconds that nobody queued for them.
SELECT s.subscription_id,
       e.ended_at IS NOT NULL OR e.expires_at <= now()
       OR coalesce(s.failing_since < now() - $3::int * interval '1 second', false) AS is_dead,
       ARRAY(
           SELECT c.conversation_id
             FROM members AS me
             JOIN conversations AS c ON c.conversation_id = me.conversation_id
             LEFT JOIN pushes AS p
               ON p.subscription_id = s.subscription_id
              AND p.conversation_id = c.conversation_id
            WHERE me.user_id = s.user_id
              AND me.left_at IS NULL
              AND unread_count(c, me) > 0
              AND c.last_sent_at > s.created_at
              AND c.last_sent_at > now() - $2::int * interval '1 second'
              AND (p.seq IS NULL OR p.seq < c.last_seq)
       ) AS conversation_ids
  FROM push_subscriptions AS s
  JOIN sessions AS e ON e.session_id = s.session_id
 WHERE s.subscription_id > $1
 ORDER BY s.subscription_id
 LIMIT $4::int;

-- name: seconds_until_due(seconds)
-- How long until one is due, so many seconds at most; and a moment where another process is at it.
SELECT greatest(least(extract(EPOCH FROM min(due_at) - now())::float8, $1::float8), 0.02)
  FROM pushes
 WHERE due_at IS NOT NULL;

-- name: claim_pushes(seconds, limit)
-- Those that wait longest, kept from others for so many seconds; claimed_until is proof of it. Without a
-- session that goes on a device has no sealed address, and is to be forgotten.
WITH due AS (
    SELECT p.subscription_id, p.conversation_id
      FROM pushes AS p
     WHERE p.due_at <= now()
     ORDER BY p.due_at
     LIMIT $2::int
       FOR UPDATE SKIP LOCKED
),

claimed AS (
    UPDATE pushes AS p
       SET due_at = now() + $1::int * interval '1 second'
      FROM due
     WHERE p.subscription_id = due.subscription_id
       AND p.conversation_id = due.conversation_id
    RETURNING p.subscription_id, p.conversation_id, p.after_seq, p.seq, p.attempts,
              p.due_at AS claimed_until
)

SELECT claimed.*, device.user_id, device.subscribed_at, device.sealed
  FROM claimed
 CROSS JOIN LATERAL (
      SELECT s.user_id, s.created_at AS subscribed_at,
             CASE WHEN e.ended_at IS NULL AND e.expires_at > now() THEN s.sealed END AS sealed
        FROM push_subscriptions AS s
        JOIN sessions AS e ON e.session_id = s.session_id
       WHERE s.subscription_id = claimed.subscription_id
       ORDER BY s.subscription_id
       LIMIT 1
  ) AS device;

-- name: finish_push(subscription_id, conversation_id, claimed_until, push_id, user_id, seq, judged_seq, is_told, reason, status)
-- What came up to seq is settled, and noted; what came meanwhile is due now.
WITH finished AS (
    UPDATE pushes AS p
       SET after_seq = $6, attempts = 0, changed_at = now(),
           due_at = CASE WHEN p.seq > $6 THEN now() END
      FROM pushes AS before
     WHERE p.subscription_id = $1
       AND p.conversation_id = $2
       AND p.due_at = $3
       AND before.subscription_id = p.subscription_id
       AND before.conversation_id = p.conversation_id
    RETURNING before.after_seq
)

INSERT INTO push_log (push_id, user_id, subscription_id, conversation_id, after_seq, seq,
                      judged_seq, is_told, reason, status)
SELECT $4, $5, $1, $2, finished.after_seq, $6, $7, $8, $9, $10
  FROM finished;

-- name: postpone_push(subscription_id, conversation_id, claimed_until, due_at, attempts)
-- To be looked at again then.
UPDATE pushes
   SET due_at = $4, attempts = $5
 WHERE subscription_id = $1
   AND conversation_id = $2
   AND due_at = $3;

-- name: mark_sent(subscription_id)
-- A push came through.
UPDATE push_subscriptions
   SET sent_at = now(), failing_since = NULL
 WHERE subscription_id = $1;

-- name: mark_failing(subscription_id)
-- One did not, and was given up.
UPDATE push_subscriptions
   SET failing_since = coalesce(failing_since, now())
 WHERE subscription_id = $1;

-- name: standings(user_ids, conversation_ids)
-- What these people are in these conversations, each in one, and what they have set for it.
SELECT me.user_id, me.conversation_id, c.kind, c.name,
       me.left_at IS NULL AND c.deleted_at IS NULL AS is_member, me.is_request,
       its.notifications, its.muted_until, unread_count(c, me) AS unread_count,
       (
           SELECT max(p.active_at)
             FROM presences AS p
            WHERE p.user_id = me.user_id
              AND p.left_at IS NULL
       ) AS active_at
  FROM unnest($1::uuid [], $2::uuid []) AS q (user_id, conversation_id)
  JOIN members AS me
    ON me.conversation_id = q.conversation_id
   AND me.user_id = q.user_id
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
  LEFT JOIN conversation_settings AS its
    ON its.conversation_id = me.conversation_id
   AND its.user_id = me.user_id;

-- name: messages_between(user_ids, conversation_ids, after_seqs, seqs, limit)
-- The newest of what was said after after_seq up to seq, newest first, and all that may speak against
-- telling each of these people of it; place says, from 1 on, for which of them.
SELECT q.place, m.message_id, m.seq, m.sender_id, u.username AS sender_name, m.content,
       m.attachment_count, m.sent_at, m.is_deleted, m.is_mention,
       m.seq <= me.read_seq OR me.read_ahead @> m.seq AS is_read,
       EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = q.user_id
              AND h.conversation_id = q.conversation_id
              AND h.seq = m.seq
       ) AS is_hidden,
       coalesce((
           SELECT b.lifted_at IS NULL
             FROM blocks AS b
            WHERE b.user_id = q.user_id
              AND b.blocked_id = m.sender_id
       ), false) AS is_blocked
  FROM unnest($1::uuid [], $2::uuid [], $3::bigint [], $4::bigint []) WITH ORDINALITY
       AS q (user_id, conversation_id, after_seq, seq, place)
  JOIN members AS me
    ON me.conversation_id = q.conversation_id
   AND me.user_id = q.user_id
 CROSS JOIN LATERAL (
      SELECT p.message_id, p.seq, p.sender_id, left(p.content, 200) AS content,
             coalesce(jsonb_array_length(p.attachments), 0) AS attachment_count, p.sent_at,
             p.deleted_at IS NOT NULL AS is_deleted,
             coalesce(q.user_id = ANY (p.mentions), false) AS is_mention
        FROM messages AS p
       WHERE p.conversation_id = q.conversation_id
         AND p.seq > q.after_seq
         AND p.seq <= q.seq
       ORDER BY p.seq DESC
       LIMIT $5::int
  ) AS m
  JOIN users AS u ON u.user_id = m.sender_id
 ORDER BY q.place, m.seq DESC;

-- name: place_of(message_id, user_id)
-- Where a message stands, for somebody who may read it.
SELECT m.conversation_id, m.seq
  FROM messages AS m
  JOIN members AS me ON me.conversation_id = m.conversation_id
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.message_id = $1
   AND me.user_id = $2
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND m.seq > hidden_up_to(me);

-- name: waiting_for(user_id, conversation_id, seq)
-- The devices that are yet to be told of a message, or not.
SELECT p.subscription_id
  FROM push_subscriptions AS s
  JOIN pushes AS p ON p.subscription_id = s.subscription_id
 WHERE s.user_id = $1
   AND p.conversation_id = $2
   AND p.due_at IS NOT NULL
   AND p.after_seq < $3
   AND p.seq >= $3;

-- name: noted_of(user_id, conversation_id, seq)
-- What became of a message at each device, the latest first.
SELECT subscription_id, judged_seq, is_told, reason, status, decided_at
  FROM push_log
 WHERE user_id = $1
   AND conversation_id = $2
   AND seq >= $3
   AND after_seq < $3
 ORDER BY decided_at DESC, push_id;

-- name: tell_active(node_id, user_ids, seconds_ago)
-- Who of those with push was at a device with a socket here, and how long ago. Back comes of whom it could
-- not be written, because their socket is not known yet.
WITH told AS (
    UPDATE presences AS p
       SET active_at = now() - a.ago * interval '1 second'
      FROM unnest($2::uuid [], $3::float8 []) AS a (user_id, ago)
     WHERE p.user_id = a.user_id
       AND p.node_id = $1
       AND EXISTS (SELECT 1 FROM push_subscriptions AS s WHERE s.user_id = p.user_id)
    RETURNING p.user_id
)

SELECT DISTINCT s.user_id
  FROM push_subscriptions AS s
 WHERE s.user_id = ANY ($2::uuid [])
   AND NOT s.user_id IN (SELECT told.user_id FROM told);

-- name: delete_subscriptions(subscription_ids)
-- Forget devices that nothing is to be told any more.
DELETE FROM push_subscriptions
 WHERE subscription_id IN (
           SELECT subscription_id
             FROM push_subscriptions
            WHERE subscription_id = ANY ($1::uuid [])
            ORDER BY subscription_id
              FOR UPDATE
       );

-- name: delete_settled_pushes(seconds, limit)
-- Forget where nothing was to be told for so many seconds.
DELETE FROM pushes
 WHERE (subscription_id, conversation_id) IN (
           SELECT subscription_id, conversation_id
             FROM pushes
            WHERE due_at IS NULL
              AND changed_at < now() - $1::int * interval '1 second'
            ORDER BY changed_at
            LIMIT $2::int
              FOR UPDATE SKIP LOCKED
       );

-- name: delete_old_notes(seconds, limit)
-- Forget what became of things so many seconds ago.
DELETE FROM push_log
 WHERE push_id IN (
           SELECT push_id
             FROM push_log
            WHERE decided_at < now() - $1::int * interval '1 second'
            ORDER BY decided_at
            LIMIT $2::int
       );
