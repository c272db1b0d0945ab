-- System messages: what happened to groups, noted under the rev of the change, between the messages.
-- They are written while the group is locked (lock_group), by pinge/conversations/noting.py.

-- name: note(conversation_id, rev, kind, actor_id, user_ids, details)
-- Note what happened after the last message there is now.
WITH marked AS (
    UPDATE conversations
       SET noted_seq = last_seq
     WHERE conversation_id = $1
    RETURNING last_seq
)

INSERT INTO system_messages (conversation_id, rev, kind, after_seq, actor_id, user_ids, details)
SELECT $1, $2, $3, m.last_seq, $4, $5, $6
  FROM marked AS m;

-- name: noted_at(conversation_id, rev)
-- What was noted under one rev.
SELECT conversation_id, rev, kind, after_seq, actor_id, actor_name, users, details, happened_at
  FROM named_system_messages
 WHERE conversation_id = $1
   AND rev = $2
 ORDER BY kind;

-- name: noted_between(conversation_id, user_id, low, high, limit)
-- What happened after these messages, the latest first; to who may not read what was said before they
-- came in, nothing of that time.
SELECT s.conversation_id, s.rev, s.kind, s.after_seq, s.actor_id, s.actor_name, s.users, s.details,
       s.happened_at
  FROM members AS me
  JOIN named_system_messages AS s ON s.conversation_id = me.conversation_id
 WHERE me.conversation_id = $1
   AND me.user_id = $2
   AND s.after_seq >= $3::bigint
   AND s.after_seq <= $4::bigint
   AND (me.sees_earlier OR s.rev >= me.joined_rev)
 ORDER BY s.after_seq DESC, s.rev DESC, s.kind
 LIMIT $5::int;
