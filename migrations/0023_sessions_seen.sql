-- When a session was last used, and the rev under which its user's other devices hear of it.
-- Lock: ACCESS EXCLUSIVE on sessions, for a moment (the default is a constant). Undo: drop the columns.

-- last_seen_at is right to a minute or two; null: not since the login. rev is the user's when the
-- session began or ended, whichever was later.
ALTER TABLE sessions
ADD COLUMN last_seen_at timestamptz,
ADD COLUMN rev bigint NOT NULL DEFAULT 0;
