-- Finds accounts that were deleted and are not erased yet, few at any time.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY users_deleted_at_idx ON users (deleted_at)
WHERE deleted_at IS NOT NULL AND erased_at IS NULL;
