-- Drafts: what somebody is about to say, one for each conversation; an empty one is none.

-- name: save_draft(user_id, conversation_id, rev, content, reply_to)
-- Put it in the place of what was there, for a member.
INSERT INTO drafts (user_id, conversation_id, rev, content, reply_to)
SELECT m.user_id, m.conversation_id, $3::bigint, $4, $5::uuid
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.user_id = $1
   AND m.conversation_id = $2
   AND m.left_at IS NULL
   AND c.deleted_at IS NULL
    ON CONFLICT (user_id, conversation_id) DO UPDATE
   SET rev = excluded.rev,
       content = excluded.content,
       reply_to = excluded.reply_to,
       updated_at = now()
RETURNING conversation_id, content, reply_to, updated_at;

-- name: drafts_of(user_id)
-- Where somebody is about to say something, the latest first.
SELECT d.conversation_id, d.content, d.reply_to, d.updated_at
  FROM drafts AS d
  JOIN members AS m ON m.conversation_id = d.conversation_id AND m.user_id = d.user_id
  JOIN conversations AS c ON c.conversation_id = d.conversation_id
 WHERE d.user_id = $1
   AND (d.content <> '' OR d.reply_to IS NOT NULL)
   AND m.left_at IS NULL
   AND c.deleted_at IS NULL
 ORDER BY d.updated_at DESC;
