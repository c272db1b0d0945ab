-- Conversations, direct and group, and who is in them.
-- Lock: none that matters (new tables only). Undo: drop the function and the two tables.

-- last_seq numbers the messages, last_rev every durable change; both are taken under this row's
-- lock, so they are dense and in commit order; the first rev is its making. roster_rev is the rev
-- of the latest change of who is in it. Of a deleted one the messages go later, in slices: purged_at.
-- Free space on the page keeps the update of every message a heap-only one.
CREATE TABLE conversations (
    conversation_id uuid CONSTRAINT conversations_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT conversations_kind_check CHECK (kind IN ('direct', 'group')),
    low_user_id uuid CONSTRAINT conversations_low_user_id_fkey REFERENCES users ON DELETE CASCADE,
    high_user_id uuid CONSTRAINT conversations_high_user_id_fkey REFERENCES users ON DELETE CASCADE,
    name text,
    description text,
    created_by uuid CONSTRAINT conversations_created_by_fkey REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at timestamptz,
    purged_at timestamptz,
    last_seq bigint NOT NULL DEFAULT 0,
    last_rev bigint NOT NULL DEFAULT 1,
    roster_rev bigint NOT NULL DEFAULT 1,
    last_sent_at timestamptz,
    last_sender_id uuid,
    CONSTRAINT conversations_pair_key UNIQUE (low_user_id, high_user_id),
    CONSTRAINT conversations_pair_check CHECK (
        CASE kind
            WHEN 'direct' THEN coalesce(low_user_id < high_user_id, false)
            ELSE low_user_id IS NULL AND high_user_id IS NULL
        END
    ),
    CONSTRAINT conversations_name_check CHECK (kind = 'direct' OR name IS NOT NULL)
) WITH (fillfactor = 70);

CREATE INDEX conversations_high_user_id_idx ON conversations (high_user_id, low_user_id);
CREATE INDEX conversations_created_by_idx ON conversations (created_by);
CREATE INDEX conversations_unpurged_idx ON conversations (deleted_at)
WHERE deleted_at IS NOT NULL AND purged_at IS NULL;

-- Someone in a conversation, or, with left_at, someone who was: the tombstone tells their devices.
--
-- What is unread is arithmetic, never a scan of messages: unread_count says how.
-- All messages up to read_seq are read; sent counts the messages this member wrote, sent_at_read
-- those of them up to read_seq (only their difference means anything). Messages of others read out
-- of order lie in read_ahead, whose ranges run over the member's own messages too; read_ahead_count
-- is how many messages of others they hold.
CREATE TABLE members (
    conversation_id uuid NOT NULL CONSTRAINT members_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT members_user_id_fkey REFERENCES users ON DELETE CASCADE,
    role text NOT NULL DEFAULT 'Member' CONSTRAINT members_role_check
    CHECK (role IN ('Admin', 'Member')),
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    left_at timestamptz,
    rev bigint NOT NULL DEFAULT 1,
    read_seq bigint NOT NULL DEFAULT 0,
    sent bigint NOT NULL DEFAULT 0,
    sent_at_read bigint NOT NULL DEFAULT 0,
    read_ahead int8multirange NOT NULL DEFAULT '{}',
    read_ahead_count bigint NOT NULL DEFAULT 0,
    CONSTRAINT members_pkey PRIMARY KEY (conversation_id, user_id)
) WITH (fillfactor = 70);

CREATE INDEX members_user_id_idx ON members (user_id, conversation_id);

-- The one place that says what is unread: what was said since, less one's own, less what was read
-- ahead. PostgreSQL puts the expression in the place of the call, so it costs nothing.
CREATE FUNCTION unread_count(c conversations, m members) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$
SELECT c.last_seq - m.read_seq - (m.sent - m.sent_at_read) - m.read_ahead_count
$$;
