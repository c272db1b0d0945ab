-- A second factor for logins, with recovery codes, and when a session proved again whose it is.
-- Lock: ACCESS EXCLUSIVE on sessions, for an instant. Undo: drop the two columns and the two tables.

-- The secret that codes are made of, sealed (pinge/sealing.py), and one that was offered and waits to
-- be confirmed by a code. last_step is the half minute, counted from 1970, of the latest code that was
-- taken: neither it nor an earlier one is good again. Without a secret the row tells devices that
-- the second factor was turned off.
CREATE TABLE second_factors (
    user_id uuid CONSTRAINT second_factors_pkey PRIMARY KEY
    CONSTRAINT second_factors_user_id_fkey REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL DEFAULT 0,
    secret bytea,
    since timestamptz,
    last_step bigint NOT NULL DEFAULT 0,
    offered bytea,
    offered_at timestamptz,
    CONSTRAINT second_factors_secret_check CHECK ((secret IS NULL) = (since IS NULL)),
    CONSTRAINT second_factors_offered_check CHECK ((offered IS NULL) = (offered_at IS NULL))
);

-- Codes for whoever lost the device, deleted as they are used. Only their digests are kept.
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL CONSTRAINT recovery_codes_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    digest bytea NOT NULL,
    CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, digest)
);

-- When its user last proved on it who they are, and when by a second factor or a passkey.
ALTER TABLE sessions
ADD COLUMN proved_at timestamptz,
ADD COLUMN factor_proved_at timestamptz;
