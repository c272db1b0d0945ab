-- Finds whether any user has a picture.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY users_avatar_idx ON users (avatar)
WHERE avatar IS NOT NULL;
