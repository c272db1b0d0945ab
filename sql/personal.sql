-- Personal data: what is left to be erased of a deleted account.
-- What is erased of each table, and what is kept, says pinge/personal/inventory.py.

-- name: people_to_erase()
-- Whose account was deleted and is not erased, because whoever was to do it is gone.
SELECT user_id
  FROM users
 WHERE deleted_at < now() - interval '30 seconds'
   AND erased_at IS NULL
 ORDER BY deleted_at
 LIMIT 100;

-- name: shut_off(user_id)
-- From now on nobody adds them to a group or writes to them; what others were told of them stays.
INSERT INTO settings AS s (user_id, rev, who_may_write, who_may_add, who_sees_last_seen, findable)
VALUES ($1, 0, 'nobody', 'nobody', 'nobody', FALSE)
    ON CONFLICT (user_id) DO UPDATE
   SET who_may_write = excluded.who_may_write, who_may_add = excluded.who_may_add,
       who_sees_last_seen = excluded.who_sees_last_seen, findable = FALSE,
       direct_notifications = 'none', group_notifications = 'none',
       do_not_disturb = NULL, snoozed_until = NULL;

-- name: some_waiting_requests(user_id, limit)
-- Contact requests from or to somebody that wait for an answer.
SELECT request_id
  FROM contact_requests
 WHERE (sender_id = $1 OR receiver_id = $1)
   AND status = 'Pending'
 ORDER BY request_id
 LIMIT $2::int;

-- name: some_contacts(user_id, limit)
-- Some of somebody's contacts.
SELECT contact_id
  FROM contacts
 WHERE user_id = $1
 ORDER BY contact_id
 LIMIT $2::int;

-- name: some_groups(user_id, limit)
-- Some of the groups that somebody is in.
SELECT m.conversation_id
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.user_id = $1
   AND m.left_at IS NULL
   AND c.kind = 'group'
   AND c.deleted_at IS NULL
 ORDER BY m.conversation_id
 LIMIT $2::int;

-- name: some_bots(user_id, limit)
-- Some of the bots of somebody.
SELECT bot_id
  FROM bots
 WHERE owner_id = $1
   AND deleted_at IS NULL
 ORDER BY bot_id
 LIMIT $2::int;

-- name: some_blocks(user_id, limit)
-- Some of those whom somebody blocks, or who block them.
SELECT user_id, blocked_id
  FROM blocks
 WHERE (user_id = $1 OR blocked_id = $1)
   AND lifted_at IS NULL
 ORDER BY user_id, blocked_id
 LIMIT $2::int;

-- name: delete_blocks(user_id, limit)
-- Forget whom somebody blocked once.
DELETE FROM blocks
 WHERE user_id = $1
   AND blocked_id IN (
           SELECT blocked_id FROM blocks WHERE user_id = $1 ORDER BY blocked_id LIMIT $2::int
       );

-- name: delete_message_requests(user_id, limit)
-- Forget what somebody made of what strangers wrote.
DELETE FROM message_requests
 WHERE user_id = $1
   AND conversation_id IN (
           SELECT conversation_id
             FROM message_requests
            WHERE user_id = $1
            ORDER BY conversation_id
            LIMIT $2::int
       );

-- name: delete_sessions(user_id, limit)
-- Forget from where somebody was logged in.
DELETE FROM sessions
 WHERE session_id IN (
           SELECT session_id FROM sessions WHERE user_id = $1 ORDER BY session_id LIMIT $2::int
       );

-- name: delete_hidden_messages(user_id, limit)
-- Forget what somebody did not want to see.
DELETE FROM hidden_messages
 WHERE user_id = $1
   AND (conversation_id, seq) IN (
           SELECT conversation_id, seq
             FROM hidden_messages
            WHERE user_id = $1
            ORDER BY conversation_id, seq
            LIMIT $2::int
       );

-- name: delete_mentions(user_id, limit)
-- Forget which messages mention somebody.
DELETE FROM mentions
 WHERE user_id = $1
   AND (conversation_id, seq) IN (
           SELECT conversation_id, seq
             FROM mentions
            WHERE user_id = $1
            ORDER BY conversation_id, seq
            LIMIT $2::int
       );

-- name: delete_stars(user_id, limit)
-- Forget what somebody kept at hand.
DELETE FROM stars
 WHERE user_id = $1
   AND rev IN (SELECT rev FROM stars WHERE user_id = $1 ORDER BY rev LIMIT $2::int);

-- name: delete_conversation_settings(user_id, limit)
-- Forget what somebody had set for conversations.
DELETE FROM conversation_settings
 WHERE user_id = $1
   AND conversation_id IN (
           SELECT conversation_id
             FROM conversation_settings
            WHERE user_id = $1
            ORDER BY conversation_id
            LIMIT $2::int
       );

-- name: delete_drafts(user_id, limit)
-- Forget what somebody was about to say.
DELETE FROM drafts
 WHERE user_id = $1
   AND conversation_id IN (
           SELECT d.conversation_id
             FROM drafts AS d
            WHERE d.user_id = $1
            ORDER BY d.conversation_id
            LIMIT $2::int
       );

-- name: delete_scheduled(user_id, limit)
-- Forget what somebody would have said later.
DELETE FROM scheduled_messages
 WHERE scheduled_id IN (
           SELECT s.scheduled_id
             FROM scheduled_messages AS s
            WHERE s.user_id = $1
            ORDER BY s.rev
            LIMIT $2::int
       );

-- name: delete_audit_events(user_id, limit)
-- Forget what happened to somebody's account, but that it was deleted.
DELETE FROM audit_events
 WHERE event_id IN (
           SELECT a.event_id
             FROM audit_events AS a
            WHERE a.user_id = $1
              AND a.kind <> 'deleted'
            ORDER BY a.happened_at
            LIMIT $2::int
       );

-- name: delete_invites(user_id, limit)
-- Let nobody in by somebody's links any more.
DELETE FROM invites
 WHERE invite_id IN (
           SELECT invite_id FROM invites WHERE created_by = $1 ORDER BY invite_id LIMIT $2::int
       );

-- name: delete_passkeys(user_id, limit)
-- Forget what opened somebody's account.
DELETE FROM passkeys
 WHERE passkey_id IN (
           SELECT passkey_id FROM passkeys WHERE user_id = $1 ORDER BY passkey_id LIMIT $2::int
       );

-- name: delete_other_ways_in(user_id)
-- Forget their second factor, and who they were elsewhere.
WITH recovery AS (
    DELETE FROM recovery_codes WHERE user_id = $1
),

elsewhere AS (
    DELETE FROM oidc_identities WHERE user_id = $1
)

DELETE FROM second_factors
 WHERE user_id = $1;

-- name: delete_subscriptions(user_id, limit)
-- Forget which URLs were told for somebody, or of what a bot heard, and all that came of it.
DELETE FROM webhook_subscriptions
 WHERE subscription_id IN (
           SELECT subscription_id
             FROM webhook_subscriptions
            WHERE owner_id = $1
               OR user_id = $1
            ORDER BY subscription_id
            LIMIT $2::int
       );

-- name: close_saved_messages(user_id)
-- End the conversation that somebody has with themselves; its messages go soon after.
UPDATE conversations
   SET deleted_at = now()
 WHERE created_by = $1
   AND kind = 'saved'
   AND deleted_at IS NULL;

-- name: delete_last_seen(user_id)
-- Forget when somebody was here.
DELETE FROM last_seen
 WHERE user_id = $1;

-- name: mark_erased(user_id)
-- Nothing is left to be done.
UPDATE users
   SET erased_at = clock_timestamp()
 WHERE user_id = $1;
