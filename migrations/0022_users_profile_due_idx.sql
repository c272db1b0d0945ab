-- Finds people whose changed profile somebody is yet to be told of, few at any time.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY users_profile_due_at_idx ON users (profile_due_at)
WHERE profile_due_at IS NOT NULL;
