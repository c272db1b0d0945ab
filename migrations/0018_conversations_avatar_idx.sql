-- Finds whether any group has a picture.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY conversations_avatar_idx ON conversations (avatar)
WHERE avatar IS NOT NULL;
