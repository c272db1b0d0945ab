-- Message requests: what strangers wrote first (members.is_request), and what became of it.

-- name: lock_conversation(conversation_id)
-- Nobody says anything in it, or changes it, until the end.
SELECT conversation_id
  FROM conversations
 WHERE conversation_id = $1
   FOR NO KEY UPDATE;

-- name: standing(conversation_id, user_id)
-- Whether a conversation is a request to somebody who is in it, and between whom.
SELECT me.is_request, c.last_seq, ARRAY[c.low_user_id, c.high_user_id] AS pair
  FROM members AS me
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
 WHERE me.conversation_id = $1
   AND me.user_id = $2
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL;

-- name: save_answer(user_id, conversation_id, rev, status, last_seq)
-- Keep what somebody made of a request, in the place of what they made of it before.
INSERT INTO message_requests (user_id, conversation_id, rev, status, last_seq)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (user_id, conversation_id) DO UPDATE
   SET rev = excluded.rev, status = excluded.status, last_seq = excluded.last_seq;
