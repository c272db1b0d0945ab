-- What sockets need: one-use tickets, and the epoch of this database's history.
-- Lock: none that matters (new tables only). Undo: drop the two tables.

-- A ticket opens one socket for the session it was made by; only its digest is kept.
CREATE TABLE tickets (
    digest bytea CONSTRAINT tickets_pkey PRIMARY KEY,
    session_id uuid NOT NULL CONSTRAINT tickets_session_id_fkey
    REFERENCES sessions ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

CREATE INDEX tickets_session_id_idx ON tickets (session_id);
CREATE INDEX tickets_expires_at_idx ON tickets (expires_at);

-- Positions of one epoch mean nothing in another: a restored database begins a new one.
CREATE TABLE epochs (
    epoch_id uuid CONSTRAINT epochs_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO epochs DEFAULT VALUES;
