-- Finds people by how their name begins, whatever the case, and in whatever order the server sorts.
-- Lock: SHARE UPDATE EXCLUSIVE. Undo: drop the index.
-- pinge: no-transaction
CREATE INDEX CONCURRENTLY users_username_idx ON users (lower(username) COLLATE "C", user_id);
