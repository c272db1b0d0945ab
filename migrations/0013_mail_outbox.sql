-- Mail that waits to be sent, the links in it, and which addresses are proved.
-- Lock: ACCESS EXCLUSIVE on users, for a moment (the default is a constant). Undo: drop what it adds.

-- Written in the transaction of what causes it, and kept for a while once it is sent or given up.
-- due_at is when to try next; a process that is trying puts it off meanwhile, so that no other does.
-- It is null once nothing is to be done any more, and the body, in which links are, is gone then.
CREATE TABLE mails (
    mail_id uuid CONSTRAINT mails_pkey PRIMARY KEY,
    purpose text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    body text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    due_at timestamptz,
    attempts bigint NOT NULL DEFAULT 0,
    sent_at timestamptz,
    failed_at timestamptz,
    last_answer text,
    CONSTRAINT mails_body_check CHECK ((due_at IS NULL) = (body IS NULL))
);

CREATE INDEX mails_due_at_idx ON mails (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mails_created_at_idx ON mails (created_at);

-- What a link in a mail stands for: deleted as it is used. Only the digest of the token is kept.
-- email is the address it proves: the one to verify, to reset at, to change to or to go back to.
CREATE TABLE mail_tokens (
    digest bytea CONSTRAINT mail_tokens_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT mail_tokens_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    purpose text NOT NULL CONSTRAINT mail_tokens_purpose_check
    CHECK (purpose IN ('verify_email', 'reset_password', 'confirm_email', 'revert_email')),
    email text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
);

CREATE INDEX mail_tokens_user_id_idx ON mail_tokens (user_id);
CREATE INDEX mail_tokens_expires_at_idx ON mail_tokens (expires_at);
-- An address that somebody may go back to is nobody else's meanwhile.
CREATE INDEX mail_tokens_revert_email_idx ON mail_tokens (email) WHERE purpose = 'revert_email';

-- Who was here before mail was sent counts as proved.
ALTER TABLE users ADD COLUMN email_is_verified boolean NOT NULL DEFAULT true;
