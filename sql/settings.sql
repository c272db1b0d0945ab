-- Settings: of users, and of members for one conversation; who has no row has the defaults.
-- What others may do by them is asked by allows, share_receipts and is_muted (migrations/0025).

-- name: settings_of(user_ids)
-- What these people set, as far as they set anything.
SELECT user_id, direct_notifications, group_notifications, shows_previews, do_not_disturb,
       snoozed_until, who_may_write, who_may_add, who_sees_last_seen, sends_receipts, shows_typing,
       findable
  FROM settings
 WHERE user_id = ANY ($1::uuid []);

-- name: save_settings(user_id, rev, direct_notifications, group_notifications, shows_previews, do_not_disturb, snoozed_until, who_may_write, who_may_add, who_sees_last_seen, sends_receipts, shows_typing, findable)
-- Put all of them in the place of what was there.
INSERT INTO settings AS s (
    user_id, rev, direct_notifications, group_notifications, shows_previews, do_not_disturb,
    snoozed_until, who_may_write, who_may_add, who_sees_last_seen, sends_receipts, shows_typing,
    findable
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT (user_id) DO UPDATE
   SET rev = excluded.rev,
       direct_notifications = excluded.direct_notifications,
       group_notifications = excluded.group_notifications,
       shows_previews = excluded.shows_previews,
       do_not_disturb = excluded.do_not_disturb,
       snoozed_until = excluded.snoozed_until,
       who_may_write = excluded.who_may_write,
       who_may_add = excluded.who_may_add,
       who_sees_last_seen = excluded.who_sees_last_seen,
       sends_receipts = excluded.sends_receipts,
       shows_typing = excluded.shows_typing,
       findable = excluded.findable;

-- name: lock_conversations_of(user_id, large)
-- Nobody is told how far messages reached somebody in these, until the end; in larger ones nobody is.
SELECT c.conversation_id
  FROM conversations AS c
 WHERE c.conversation_id IN (
           SELECT m.conversation_id
             FROM members AS m
            WHERE m.user_id = $1
              AND m.left_at IS NULL
       )
   AND c.member_count <= $2::int
 ORDER BY c.conversation_id
   FOR NO KEY UPDATE;

-- name: lock_conversation(conversation_id)
-- Nobody comes into it or leaves it until the end.
SELECT conversation_id
  FROM conversations
 WHERE conversation_id = $1
   FOR NO KEY UPDATE;

-- name: conversation_settings(conversation_id, user_id)
-- What a member has set for a conversation; no row when they are not in it.
SELECT t.notifications, t.muted_until, is_archived(c, m, t) AS is_archived,
       CASE WHEN is_archived(c, m, t) THEN t.archived_seq END AS archived_seq,
       coalesce(t.is_marked_unread, false) AS is_marked_unread
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  LEFT JOIN conversation_settings AS t
    ON t.conversation_id = m.conversation_id
   AND t.user_id = m.user_id
 WHERE m.conversation_id = $1
   AND m.user_id = $2
   AND m.left_at IS NULL;

-- name: save_conversation_settings(conversation_id, user_id, rev, notifications, muted_until, is_archived, is_marked_unread)
-- Put all of them in the place of what was there, for a member; what is archived is so from here on,
-- which comes back.
INSERT INTO conversation_settings (
    conversation_id, user_id, rev, notifications, muted_until, archived_seq, archived_sent,
    is_marked_unread
)
SELECT m.conversation_id, m.user_id, $3::bigint, $4, $5::timestamptz,
       CASE WHEN $6::boolean THEN c.last_seq END, CASE WHEN $6::boolean THEN m.sent END,
       $7::boolean
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.conversation_id = $1
   AND m.user_id = $2
   AND m.left_at IS NULL
    ON CONFLICT (conversation_id, user_id) DO UPDATE
   SET rev = excluded.rev,
       notifications = excluded.notifications,
       muted_until = excluded.muted_until,
       archived_seq = excluded.archived_seq,
       archived_sent = excluded.archived_sent,
       is_marked_unread = excluded.is_marked_unread
RETURNING archived_seq;

-- name: marked_unread(user_id, conversation_ids)
-- Which of these somebody marked unread.
SELECT conversation_id
  FROM conversation_settings
 WHERE user_id = $1
   AND conversation_id = ANY ($2::uuid [])
   AND is_marked_unread;

-- name: unmark(user_id, conversation_ids, rev)
-- Mark them unread no longer; what is set for them then.
UPDATE conversation_settings AS t
   SET is_marked_unread = false, rev = $3
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE t.user_id = $1
   AND t.conversation_id = ANY ($2::uuid [])
   AND m.user_id = t.user_id
   AND m.conversation_id = t.conversation_id
RETURNING t.conversation_id, t.rev AS user_rev, t.notifications, t.muted_until,
          is_archived(c, m, t) AS is_archived, t.is_marked_unread,
          CASE WHEN is_archived(c, m, t) THEN t.archived_seq END AS archived_seq;
