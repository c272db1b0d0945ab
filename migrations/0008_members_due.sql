-- Finds positions that moved and were not told yet, few at any time.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY members_due_idx ON members (conversation_id)
WHERE delivered_due OR read_due;
