-- Who uses Pinge, and the sessions they are logged in with.
-- Lock: none that matters (new tables only). Undo: drop the two tables.

-- rev counts the changes of what is one user's own (contacts and requests), so that a device can ask
-- what it missed. E-mails come with the domain in lower case.
CREATE TABLE users (
    user_id uuid CONSTRAINT users_pkey PRIMARY KEY,
    email text NOT NULL CONSTRAINT users_email_key UNIQUE,
    username text NOT NULL,
    password_hash text NOT NULL,
    gender text NOT NULL CONSTRAINT users_gender_check
    CHECK (gender IN ('Male', 'Female', 'Others')),
    country text NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    rev bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX users_created_at_idx ON users (created_at DESC, user_id);

-- One row a login. The token itself is never stored: it is signed, and names this row.
CREATE TABLE sessions (
    session_id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users ON DELETE CASCADE,
    ip_address text,
    user_agent text,
    location text,
    device_info text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);

CREATE INDEX sessions_user_id_idx ON sessions (user_id);
