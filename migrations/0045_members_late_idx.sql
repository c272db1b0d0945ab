-- Find who may not read a message because they came later; few groups have any, so a send pays nothing.
-- Lock: SHARE UPDATE EXCLUSIVE (reads and writes go on). Undo: DROP INDEX CONCURRENTLY.
-- pinge: no-transaction

CREATE INDEX CONCURRENTLY members_late_idx ON members (conversation_id, joined_seq)
WHERE NOT sees_earlier;
