-- Notifications by Web Push: which devices want them, and what each was told, or is to be, and why not.
-- Lock: ACCESS EXCLUSIVE on presences, for an instant (a column without a default). Undo: drop the three
-- tables and the column.

-- A browser that is told of messages while nobody is at it, for as long as its session lasts. sealed holds
-- endpoint, key and secret (pinge/sealing.py): with them anybody who has our key could write to it. The
-- digest is the endpoint's, which is one browser's and so has one owner. failing_since: no push since then
-- came through.
CREATE TABLE push_subscriptions (
    subscription_id uuid CONSTRAINT push_subscriptions_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT push_subscriptions_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    session_id uuid NOT NULL CONSTRAINT push_subscriptions_session_id_fkey
    REFERENCES sessions ON DELETE CASCADE,
    digest bytea NOT NULL CONSTRAINT push_subscriptions_digest_key UNIQUE,
    host text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    failing_since timestamptz
);

CREATE INDEX push_subscriptions_user_id_idx ON push_subscriptions (user_id);
CREATE INDEX push_subscriptions_session_id_idx ON push_subscriptions (session_id);

-- How far a device has been thought of in a conversation: up to after_seq for good; what came after that,
-- up to seq, is to be at due_at, which is null when there is nothing. A process that is at it puts due_at
-- off, so that no other is. Rows of conversations that rest are dropped. No foreign key for conversations,
-- which are marked and never deleted.
CREATE TABLE pushes (
    subscription_id uuid NOT NULL CONSTRAINT pushes_subscription_id_fkey
    REFERENCES push_subscriptions ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    after_seq bigint NOT NULL,
    seq bigint NOT NULL,
    attempts bigint NOT NULL DEFAULT 0,
    due_at timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pushes_pkey PRIMARY KEY (subscription_id, conversation_id)
);

CREATE INDEX pushes_due_at_idx ON pushes (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX pushes_changed_at_idx ON pushes (changed_at) WHERE due_at IS NULL;

-- What became of it, for two days: of the messages after after_seq up to seq judged_seq was the newest that
-- the device was to be told of, or where there was none the newest of all, whose reason it is; null where
-- there was nothing to judge. status is what the push service answered, null where it was not asked or did
-- not answer.
CREATE TABLE push_log (
    push_id uuid CONSTRAINT push_log_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT push_log_user_id_fkey REFERENCES users ON DELETE CASCADE,
    subscription_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    after_seq bigint NOT NULL,
    seq bigint NOT NULL,
    judged_seq bigint,
    is_told boolean NOT NULL,
    reason text NOT NULL,
    status bigint,
    decided_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX push_log_user_id_idx ON push_log (user_id, conversation_id, seq);
CREATE INDEX push_log_decided_at_idx ON push_log (decided_at);

-- When somebody was last at a device with a socket here, as far as those with push are concerned.
ALTER TABLE presences ADD COLUMN active_at timestamptz;
