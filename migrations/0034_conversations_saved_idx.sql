-- Each user has one conversation with themselves at most.
-- Lock: SHARE UPDATE EXCLUSIVE (reads and writes go on). Undo: DROP INDEX CONCURRENTLY.
-- pinge: no-transaction

CREATE UNIQUE INDEX CONCURRENTLY conversations_saved_key ON conversations (created_by)
WHERE kind = 'saved';
