-- Purge: what is left of deleted conversations, which goes in slices, so that nobody waits for it.

-- name: unpurged_conversations()
-- Deleted conversations whose messages are still there.
SELECT conversation_id
  FROM conversations
 WHERE deleted_at IS NOT NULL
   AND purged_at IS NULL
 ORDER BY deleted_at
 LIMIT 100;

-- name: purge_messages(conversation_id, slice)
-- Delete the oldest messages that a deleted conversation has left.
DELETE FROM messages
 WHERE conversation_id = $1
   AND seq < (SELECT min(seq) FROM messages WHERE conversation_id = $1) + $2::int;

-- name: purge_versions(conversation_id)
-- Delete what messages of a deleted conversation said before they were edited.
DELETE FROM message_versions
 WHERE conversation_id = $1;

-- name: purge_hidden(conversation_id)
-- Forget who hid what in a deleted conversation.
DELETE FROM hidden_messages
 WHERE conversation_id = $1
   AND user_id IN (SELECT user_id FROM members WHERE conversation_id = $1);

-- name: purge_system_messages(conversation_id)
-- Forget what happened to a deleted group.
DELETE FROM system_messages
 WHERE conversation_id = $1;

-- name: purge_mentions(conversation_id)
-- Forget whom messages of a deleted conversation mentioned.
DELETE FROM mentions
 WHERE conversation_id = $1
   AND user_id IN (SELECT user_id FROM members WHERE conversation_id = $1);

-- name: purge_marks(conversation_id)
-- Forget who reacted to what in a deleted conversation, who starred it, and what was pinned.
WITH unanswered AS (
    DELETE FROM reactions
     WHERE conversation_id = $1
), unstarred AS (
    DELETE FROM stars
     WHERE conversation_id = $1
)

DELETE FROM pins
 WHERE conversation_id = $1;

-- name: mark_purged(conversation_id)
-- Nothing of a deleted conversation is left.
UPDATE conversations
   SET purged_at = now()
 WHERE conversation_id = $1;
