-- Webhooks: addresses here by which programs write to a group, and addresses elsewhere that are told.
-- Lock: SHARE ROW EXCLUSIVE on users and conversations, for an instant (keys). Undo: drop the tables.

-- Who holds the secret writes to the group as bot_id, a member of it that nobody owns. Of the secret only
-- the digest is kept.
CREATE TABLE webhooks (
    webhook_id uuid NOT NULL CONSTRAINT webhooks_pkey PRIMARY KEY
    CONSTRAINT webhooks_webhook_id_fkey REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL CONSTRAINT webhooks_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    digest bytea NOT NULL,
    created_by uuid CONSTRAINT webhooks_created_by_fkey REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);

CREATE INDEX webhooks_conversation_id_idx ON webhooks (conversation_id);
CREATE INDEX webhooks_created_by_idx ON webhooks (created_by);

-- A URL that hears what happens: in all conversations of a bot, or in one group, as one of its admins.
-- user_id is whose eyes it sees with, owner_id who made it and whose devices hear of it, under rev.
-- The secret that signs is sealed. due_at is when it may be told next; a process that tells it puts that
-- off meanwhile, so that no other does. failing_since is the first failure since the last success.
CREATE TABLE subscriptions (
    subscription_id uuid NOT NULL CONSTRAINT subscriptions_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT subscriptions_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    owner_id uuid NOT NULL CONSTRAINT subscriptions_owner_id_fkey
    REFERENCES users ON DELETE CASCADE,
    conversation_id uuid CONSTRAINT subscriptions_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    rev bigint NOT NULL,
    url text NOT NULL,
    events text [] NOT NULL,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    failures bigint NOT NULL DEFAULT 0,
    failing_since timestamptz,
    disabled_at timestamptz,
    deleted_at timestamptz
);

CREATE INDEX subscriptions_user_id_idx ON subscriptions (user_id);
CREATE INDEX subscriptions_owner_id_idx ON subscriptions (owner_id);
CREATE INDEX subscriptions_conversation_id_idx ON subscriptions (conversation_id);

-- Those that are told, in the order in which they are due.
CREATE INDEX subscriptions_due_at_idx ON subscriptions (due_at)
WHERE disabled_at IS NULL AND deleted_at IS NULL;

-- How far each has been told of each conversation: what lies beyond is its queue, so a message writes
-- nothing for it, and a process that dies forgets nothing.
CREATE TABLE subscription_positions (
    subscription_id uuid NOT NULL CONSTRAINT subscription_positions_subscription_id_fkey
    REFERENCES subscriptions ON DELETE CASCADE,
    conversation_id uuid NOT NULL CONSTRAINT subscription_positions_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    CONSTRAINT subscription_positions_pkey PRIMARY KEY (subscription_id, conversation_id)
);

CREATE INDEX subscription_positions_conversation_id_idx
ON subscription_positions (conversation_id);

-- What came of telling them, for whoever looks for a fault; forgotten after some days.
CREATE TABLE subscription_deliveries (
    delivery_id uuid NOT NULL CONSTRAINT subscription_deliveries_pkey PRIMARY KEY,
    subscription_id uuid NOT NULL CONSTRAINT subscription_deliveries_subscription_id_fkey
    REFERENCES subscriptions ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    event_count bigint NOT NULL,
    tried_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    took_ms bigint NOT NULL,
    status bigint,
    error text
);

CREATE INDEX subscription_deliveries_subscription_id_idx
ON subscription_deliveries (subscription_id, tried_at DESC);
CREATE INDEX subscription_deliveries_tried_at_idx ON subscription_deliveries (tried_at);
