-- Limits that hold on every node and over a restart: failed logins, and registrations.
-- Lock: none that matters (a new table only). Undo: drop the table.

-- When the latest attempts were made that a limit counts. The subject is an e-mail address or an IP
-- address, of which only the SHA-256 is kept: delete its row to let somebody try again.
CREATE TABLE attempts (
    limit_name text NOT NULL,
    subject_digest bytea NOT NULL,
    made_at timestamptz [] NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT attempts_pkey PRIMARY KEY (limit_name, subject_digest)
);

CREATE INDEX attempts_expires_at_idx ON attempts (expires_at);
