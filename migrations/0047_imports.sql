-- What was brought in of the original Pinge: so that an import that was cut short can go on.
-- Lock: none that matters (new table only). Undo: drop it.

-- digest is of all that was read of the original, so that nothing else is mixed in. Until finished_at
-- is set nobody serves: conversations that people open meanwhile would be in the way of theirs.
CREATE TABLE imports (
    digest text CONSTRAINT imports_pkey PRIMARY KEY,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz
);
