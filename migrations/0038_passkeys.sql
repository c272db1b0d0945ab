-- Passkeys (WebAuthn), which log their owner in without a password.
-- Lock: none that matters (new tables only). Undo: drop the two tables.

-- sign_count is what its authenticator counted at the latest use, 0 where it does not count. A removed
-- one leaves a row without its keys, by which devices hear of it.
CREATE TABLE passkeys (
    passkey_id uuid CONSTRAINT passkeys_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT passkeys_user_id_fkey REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    credential_id bytea CONSTRAINT passkeys_credential_id_key UNIQUE,
    public_key bytea,
    sign_count bigint NOT NULL,
    is_synced boolean NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_used_at timestamptz,
    removed_at timestamptz,
    CONSTRAINT passkeys_removed_check
    CHECK ((removed_at IS NULL) = (num_nulls(credential_id, public_key) = 0))
);

CREATE INDEX passkeys_user_id_idx ON passkeys (user_id);

-- What authenticators are to sign: deleted as it is used. With a user it is for a new passkey of theirs.
CREATE TABLE passkey_challenges (
    challenge bytea CONSTRAINT passkey_challenges_pkey PRIMARY KEY,
    user_id uuid CONSTRAINT passkey_challenges_user_id_fkey REFERENCES users ON DELETE CASCADE,
    expires_at timestamptz NOT NULL
);

CREATE INDEX passkey_challenges_user_id_idx ON passkey_challenges (user_id);
CREATE INDEX passkey_challenges_expires_at_idx ON passkey_challenges (expires_at);
