-- Emojis on messages, messages kept at hand by one or by all, and conversations put away or to be read again.
-- Lock: ACCESS EXCLUSIVE on conversation_settings, for an instant (all defaults are constants). Undo: drop
-- the function, the three tables and the columns.

-- Who answered a message with which emojis; without reacted_at, who did: the tombstone tells devices. rev is
-- the conversation's: a message keeps its own, so that a reaction never stands in the way of an edit. The
-- figures are in messages.reactions, for whoever reads many. No foreign keys to messages, in all three.
CREATE TABLE reactions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    emoji text NOT NULL,
    user_id uuid NOT NULL CONSTRAINT reactions_user_id_fkey REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    reacted_at timestamptz,
    CONSTRAINT reactions_pkey PRIMARY KEY (conversation_id, seq, emoji, user_id)
);

CREATE INDEX reactions_conversation_id_rev_idx ON reactions (conversation_id, rev);
CREATE INDEX reactions_user_id_idx ON reactions (user_id, conversation_id, seq);

-- Messages that somebody wants to find again; without starred_at, wanted to. rev is the user's.
CREATE TABLE stars (
    user_id uuid NOT NULL CONSTRAINT stars_user_id_fkey REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    starred_at timestamptz,
    CONSTRAINT stars_pkey PRIMARY KEY (user_id, conversation_id, seq)
);

CREATE INDEX stars_user_id_rev_idx ON stars (user_id, rev);
CREATE INDEX stars_conversation_id_idx ON stars (conversation_id, seq);

-- Messages that all in a conversation find at its top; without pinned_at, found. rev is the conversation's.
CREATE TABLE pins (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    pinned_by uuid NOT NULL,
    pinned_at timestamptz,
    CONSTRAINT pins_pkey PRIMARY KEY (conversation_id, seq)
);

CREATE INDEX pins_conversation_id_rev_idx ON pins (conversation_id, rev);

-- archived_seq and archived_sent are the conversation's last_seq and the member's sent when they put it away;
-- is_archived says what follows. Who marked a conversation unread has something to come back to in it.
ALTER TABLE conversation_settings
ADD COLUMN archived_seq bigint,
ADD COLUMN archived_sent bigint,
ADD COLUMN is_marked_unread boolean NOT NULL DEFAULT false;

-- Whether a conversation is put away: until others say something in it, or for as long as it is muted.
-- Arithmetic, so that a message writes nothing for it; an expression, as is_muted (0025).
CREATE FUNCTION is_archived(
    c conversations, m members, its conversation_settings
)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT its.archived_seq IS NOT NULL
   AND (
           c.last_seq - its.archived_seq <= m.sent - its.archived_sent
        OR coalesce(its.muted_until > now(), false)
        OR coalesce(its.notifications = 'none', false)
       )
$$;
