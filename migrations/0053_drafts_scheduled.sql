-- What somebody is about to say: drafts that follow them from device to device, and messages for later.
-- Lock: none that matters (new tables only). Undo: drop both.

-- One for each conversation; an empty one is none, and tells other devices that it went. reply_to is the
-- message that it answers. rev is its writer's.
CREATE TABLE drafts (
    user_id uuid NOT NULL CONSTRAINT drafts_user_id_fkey REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL CONSTRAINT drafts_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    rev bigint NOT NULL,
    content text NOT NULL,
    reply_to uuid,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT drafts_pkey PRIMARY KEY (user_id, conversation_id)
);

CREATE INDEX drafts_conversation_id_idx ON drafts (conversation_id);

-- scheduled_id becomes the id of the message, so that it is sent once, whoever dies in between. Who
-- sends it keeps it from others until claimed_until. failure is the code of what refused it. What is
-- over is kept for a while, for devices that were away.
CREATE TABLE scheduled_messages (
    scheduled_id uuid NOT NULL CONSTRAINT scheduled_messages_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT scheduled_messages_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL CONSTRAINT scheduled_messages_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    rev bigint NOT NULL,
    content text NOT NULL,
    attachment_ids uuid [] NOT NULL DEFAULT '{}',
    reply_to uuid,
    send_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    status text NOT NULL DEFAULT 'pending' CONSTRAINT scheduled_messages_status_check
    CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
    failure text,
    claimed_until timestamptz
);

CREATE INDEX scheduled_messages_user_id_idx ON scheduled_messages (user_id, rev);
CREATE INDEX scheduled_messages_conversation_id_idx ON scheduled_messages (conversation_id);
CREATE INDEX scheduled_messages_send_at_idx ON scheduled_messages (send_at)
WHERE status = 'pending';
CREATE INDEX scheduled_messages_over_idx ON scheduled_messages (send_at)
WHERE status <> 'pending';
