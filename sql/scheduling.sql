-- Scheduling: messages that are sent later, by whichever process finds them due first.

-- name: insert_scheduled(scheduled_id, user_id, conversation_id, rev, content, attachment_ids, reply_to, send_at, most)
-- A message for later, of a member who has fewer than so many; a retry gives nothing back, nor does an
-- id that a message has.
INSERT INTO scheduled_messages (scheduled_id, user_id, conversation_id, rev, content,
                                attachment_ids, reply_to, send_at)
SELECT $1, m.user_id, m.conversation_id, $4::bigint, $5, $6::uuid [], $7::uuid, $8::timestamptz
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.user_id = $2
   AND m.conversation_id = $3
   AND m.left_at IS NULL
   AND c.deleted_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM messages AS p WHERE p.message_id = $1)
   AND (
           SELECT count(*)
             FROM scheduled_messages AS s
            WHERE s.user_id = $2
              AND s.status = 'pending'
       ) < $9::int
    ON CONFLICT (scheduled_id) DO NOTHING
RETURNING scheduled_id, conversation_id, content, attachment_ids, reply_to, send_at, created_at,
          status, failure;

-- name: scheduled(scheduled_id, user_id)
-- One of somebody's messages for later.
SELECT scheduled_id, conversation_id, content, attachment_ids, reply_to, send_at, created_at,
       status, failure
  FROM scheduled_messages
 WHERE scheduled_id = $1
   AND user_id = $2;

-- name: is_used(scheduled_id)
-- Whether somebody else has this id for a message.
SELECT EXISTS (SELECT 1 FROM scheduled_messages WHERE scheduled_id = $1)
    OR EXISTS (SELECT 1 FROM messages WHERE message_id = $1);

-- name: is_in(conversation_id, user_id)
-- Whether somebody is in a conversation.
SELECT EXISTS (
           SELECT 1
             FROM members AS m
             JOIN conversations AS c ON c.conversation_id = m.conversation_id
            WHERE m.conversation_id = $1
              AND m.user_id = $2
              AND m.left_at IS NULL
              AND c.deleted_at IS NULL
       );

-- name: scheduled_of(user_id)
-- What somebody will say and could not say, the next first; of what failed, the latest hundred.
SELECT scheduled_id, conversation_id, content, attachment_ids, reply_to, send_at, created_at,
       status, failure
  FROM scheduled_messages
 WHERE user_id = $1
   AND status = 'pending'
 UNION ALL
(
    SELECT scheduled_id, conversation_id, content, attachment_ids, reply_to, send_at, created_at,
           status, failure
      FROM scheduled_messages
     WHERE user_id = $1
       AND status = 'failed'
     ORDER BY send_at DESC
     LIMIT 100
)
 ORDER BY send_at, scheduled_id;

-- name: change_scheduled(scheduled_id, user_id, rev, content, send_at, status)
-- Change what is given (not null) of a message for later, unless somebody sends it just now.
UPDATE scheduled_messages
   SET rev = $3,
       content = coalesce($4, content),
       send_at = coalesce($5::timestamptz, send_at),
       status = coalesce($6, status),
       claimed_until = NULL
 WHERE scheduled_id = $1
   AND user_id = $2
   AND status = 'pending'
   AND (claimed_until IS NULL OR claimed_until < now())
RETURNING scheduled_id, conversation_id, content, attachment_ids, reply_to, send_at, created_at,
          status, failure;

-- name: claim_due(seconds, limit)
-- Those that are to be sent now, kept from others for so many seconds, and whether their writer may
-- act. ARRAY, so that no plan claims more than asked for.
UPDATE scheduled_messages AS s
   SET claimed_until = now() + make_interval(secs => $1::float8)
  FROM users AS u
 WHERE s.scheduled_id = ANY (ARRAY(
           SELECT d.scheduled_id
             FROM scheduled_messages AS d
            WHERE d.status = 'pending'
              AND d.send_at <= now()
              AND (d.claimed_until IS NULL OR d.claimed_until < now())
            ORDER BY d.send_at
            LIMIT $2::int
              FOR UPDATE SKIP LOCKED
       ))
   AND u.user_id = s.user_id
RETURNING s.scheduled_id, s.user_id, s.conversation_id, s.content, s.attachment_ids, s.reply_to,
          s.send_at, s.claimed_until, u.username, u.email, u.profile_rev,
          u.is_active AND (NOT u.is_bot OR has_owner(u.user_id)) AS may_act;

-- name: settle_scheduled(scheduled_id, claimed_until, rev, status, failure)
-- Say what became of it, by who claimed it.
UPDATE scheduled_messages
   SET rev = $3, status = $4, failure = $5, claimed_until = NULL
 WHERE scheduled_id = $1
   AND claimed_until = $2
RETURNING scheduled_id, conversation_id, content, attachment_ids, reply_to, send_at, created_at,
          status, failure;

-- name: delay_scheduled(scheduled_id, claimed_until, seconds)
-- Try again in so many seconds.
UPDATE scheduled_messages
   SET claimed_until = now() + make_interval(secs => $3::float8)
 WHERE scheduled_id = $1
   AND claimed_until = $2;

-- name: delete_settled(days, limit)
-- Forget what is over for so long.
DELETE FROM scheduled_messages
 WHERE scheduled_id IN (
           SELECT d.scheduled_id
             FROM scheduled_messages AS d
            WHERE d.status <> 'pending'
              AND d.send_at < now() - make_interval(days => $1::int)
            ORDER BY d.send_at
            LIMIT $2::int
       );
