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

-- Whether an account only lends a name to what comes by a webhook: nobody ever acts as it.
CREATE FUNCTION is_of_webhook(account uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT u.is_bot AND NOT EXISTS (SELECT 1 FROM bots AS b WHERE b.bot_id = account)
  FROM users AS u
 WHERE u.user_id = account
$$;

-- A URL that hears what happens: in all conversations of a bot, or in one group, as one of its admins.
-- user_id is whose eyes it sees with, owner_id who made it and whose devices hear of it, under rev.
-- The secret that signs is sealed. due_at is when it may be told next; a process that tells it puts that
-- off meanwhile, so that no other does. failing_since is the first failure since the last success.
-- session_id is the token that made it, and null if a login did: it is no key, since a session that was
-- forgotten is over too. is_revoked says that the tokens of whoever made it were ended, and so is this.
CREATE TABLE webhook_subscriptions (
    subscription_id uuid NOT NULL CONSTRAINT webhook_subscriptions_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT webhook_subscriptions_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    owner_id uuid NOT NULL CONSTRAINT webhook_subscriptions_owner_id_fkey
    REFERENCES users ON DELETE CASCADE,
    conversation_id uuid CONSTRAINT webhook_subscriptions_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    rev bigint NOT NULL,
    url text NOT NULL,
    events text [] NOT NULL,
    secret bytea NOT NULL,
    session_id uuid,
    is_revoked boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    failures bigint NOT NULL DEFAULT 0,
    failing_since timestamptz,
    disabled_at timestamptz,
    deleted_at timestamptz
);

CREATE INDEX webhook_subscriptions_user_id_idx ON webhook_subscriptions (user_id);
CREATE INDEX webhook_subscriptions_owner_id_idx ON webhook_subscriptions (owner_id);
CREATE INDEX webhook_subscriptions_conversation_id_idx ON webhook_subscriptions (conversation_id);

-- Those that are told, in the order in which they are due.
CREATE INDEX webhook_subscriptions_due_at_idx ON webhook_subscriptions (due_at)
WHERE disabled_at IS NULL AND deleted_at IS NULL;

-- How far each has been told of each conversation: what lies beyond is its queue, so a message writes
-- nothing for it, and a process that dies forgets nothing.
CREATE TABLE webhook_positions (
    subscription_id uuid NOT NULL CONSTRAINT webhook_positions_subscription_id_fkey
    REFERENCES webhook_subscriptions ON DELETE CASCADE,
    conversation_id uuid NOT NULL CONSTRAINT webhook_positions_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    CONSTRAINT webhook_positions_pkey PRIMARY KEY (subscription_id, conversation_id)
);

CREATE INDEX webhook_positions_conversation_id_idx
ON webhook_positions (conversation_id);

-- Whether whoever made a subscription would still be let in: as its owner, and by the token that made it.
CREATE FUNCTION is_authorised(s webhook_subscriptions) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT NOT s.is_revoked
       AND (s.session_id IS NULL OR EXISTS (
           SELECT 1
             FROM sessions AS t
            WHERE t.session_id = s.session_id
              AND t.ended_at IS NULL
              AND t.expires_at > now()
       ))
$$;

-- Where a subscription is behind, as far as it may hear of it: its user is in there, and in its one group
-- an admin. Nobody hears of what was before they came.
CREATE FUNCTION behind(s webhook_subscriptions) RETURNS TABLE (
    conversation_id uuid, kind text, name text,
    seq bigint, rev bigint, last_seq bigint, last_rev bigint
)
LANGUAGE sql STABLE
AS $$
SELECT c.conversation_id, c.kind, c.name, greatest(p.seq, m.joined_seq),
       greatest(p.rev, m.joined_rev - 1), c.last_seq, c.last_rev
  FROM webhook_positions AS p
  JOIN conversations AS c ON c.conversation_id = p.conversation_id
  JOIN members AS m ON m.conversation_id = p.conversation_id AND m.user_id = s.user_id
 WHERE p.subscription_id = s.subscription_id
   AND c.last_rev > p.rev
   AND c.deleted_at IS NULL
   AND m.left_at IS NULL
   AND (s.conversation_id IS NULL OR m.role = 'Admin')
   AND is_authorised(s)
$$;

-- What came of telling them, for whoever looks for a fault; forgotten after some days.
CREATE TABLE webhook_deliveries (
    delivery_id uuid NOT NULL CONSTRAINT webhook_deliveries_pkey PRIMARY KEY,
    subscription_id uuid NOT NULL CONSTRAINT webhook_deliveries_subscription_id_fkey
    REFERENCES webhook_subscriptions ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    event_count bigint NOT NULL,
    tried_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    took_ms bigint NOT NULL,
    status bigint,
    error text
);

CREATE INDEX webhook_deliveries_subscription_id_idx
ON webhook_deliveries (subscription_id, tried_at DESC);
CREATE INDEX webhook_deliveries_tried_at_idx ON webhook_deliveries (tried_at);
