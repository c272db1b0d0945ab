-- Finds sessions that expired so long ago that they are forgotten.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY sessions_expires_at_idx ON sessions (expires_at);
