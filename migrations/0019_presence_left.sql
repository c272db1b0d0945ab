-- Who left a moment ago and may come back unnoticed, and when everybody was last seen.
-- Lock: ACCESS EXCLUSIVE on presences, for an instant (a column without a default). Undo: drop both.

-- When the last socket here went; the row stays for some seconds more, in which they count as online.
ALTER TABLE presences ADD COLUMN left_at timestamptz;

-- Written when somebody has gone and, in case all lights go out, every few minutes while they are there.
CREATE TABLE last_seen (
    user_id uuid CONSTRAINT last_seen_pkey PRIMARY KEY
    CONSTRAINT last_seen_user_id_fkey REFERENCES users ON DELETE CASCADE,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 70);
