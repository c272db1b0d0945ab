-- What happened to accounts that their security hangs on, for those who run the server.
-- Lock: none that matters (a new table only). Undo: drop it.

-- user_id is whose account it is, null for none; actor is who did it: the user, an admin at the command
-- line, or the server by itself. details never hold a secret, nor anything that somebody wrote.
CREATE TABLE audit_events (
    event_id uuid NOT NULL CONSTRAINT audit_events_pkey PRIMARY KEY,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind text NOT NULL,
    user_id uuid CONSTRAINT audit_events_user_id_fkey REFERENCES users ON DELETE SET NULL,
    actor text NOT NULL CONSTRAINT audit_events_actor_check
    CHECK (actor IN ('user', 'admin', 'server')),
    ip_address text,
    details jsonb NOT NULL DEFAULT '{}'
);

CREATE INDEX audit_events_user_id_idx ON audit_events (user_id, happened_at);
CREATE INDEX audit_events_happened_at_idx ON audit_events (happened_at);
