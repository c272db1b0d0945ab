-- Finds who left so long ago that they are offline, few at any time.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY presences_left_at_idx ON presences (left_at)
WHERE left_at IS NOT NULL;
