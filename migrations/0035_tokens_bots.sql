-- Tokens, by which programs act for people with less than all rights, and bots, which act by nothing else.
-- Lock: ACCESS EXCLUSIVE on sessions and users, for an instant (the default is a constant). Undo: drop the
-- tables and columns, and make the view of 0021 again.

-- What a session may: null for a login, which may everything.
ALTER TABLE sessions ADD COLUMN scopes text [];

-- A token is a session that no login made, so it is listed, watched and ended as one. Of itself only
-- the digest is kept. rev is that of the owner of the bot it is of, under which their devices hear of it; else 0.
CREATE TABLE tokens (
    session_id uuid NOT NULL CONSTRAINT tokens_pkey PRIMARY KEY
    CONSTRAINT tokens_session_id_fkey REFERENCES sessions ON DELETE CASCADE,
    digest bytea NOT NULL CONSTRAINT tokens_digest_key UNIQUE,
    name text NOT NULL,
    rev bigint NOT NULL DEFAULT 0
);

ALTER TABLE users ADD COLUMN is_bot boolean NOT NULL DEFAULT false;

CREATE OR REPLACE VIEW profiles AS
SELECT user_id, username, email, gender, country, about,
       CASE WHEN coalesce(status_expires_at > now(), true) THEN status_text END AS status_text,
       CASE WHEN status_expires_at > now() THEN status_expires_at END AS status_expires_at,
       avatar, created_at, is_active, profile_rev, is_bot
  FROM users;

-- Whose bot it is; with deleted_at, whose it was. rev is the owner's, under which their devices hear.
CREATE TABLE bots (
    bot_id uuid NOT NULL CONSTRAINT bots_pkey PRIMARY KEY
    CONSTRAINT bots_bot_id_fkey REFERENCES users ON DELETE CASCADE,
    owner_id uuid NOT NULL CONSTRAINT bots_owner_id_fkey REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    is_public boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);

CREATE INDEX bots_owner_id_idx ON bots (owner_id);

-- Whether a bot acts for somebody who may act themselves.
CREATE FUNCTION has_owner(bot uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT EXISTS (
    SELECT 1
      FROM bots AS b
      JOIN users AS o ON o.user_id = b.owner_id
     WHERE b.bot_id = bot
       AND b.deleted_at IS NULL
       AND o.is_active
)
$$;
