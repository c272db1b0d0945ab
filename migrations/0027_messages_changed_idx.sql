-- Find the messages of a conversation that changed since a rev; few ever do, so a send pays nothing.
-- Lock: SHARE UPDATE EXCLUSIVE (reads and writes go on). Undo: DROP INDEX CONCURRENTLY.
-- pinge: no-transaction

CREATE INDEX CONCURRENTLY messages_changed_idx ON messages (conversation_id, rev)
WHERE edited_at IS NOT NULL OR deleted_at IS NOT NULL;
