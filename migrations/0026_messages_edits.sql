-- What may become of a message: edited, deleted for everyone, or hidden from oneself.
-- Lock: ACCESS EXCLUSIVE on messages, for an instant (columns without defaults). Undo: drop the two
-- tables and the columns, and make read_ahead_ids as in 0007 again.

-- rev is the rev of the latest change of the row; once it changed, sent_rev is the one it was sent
-- under, where it stands among the other changes. A deleted one keeps its place and who deleted it, and
-- nothing of what it said; payload_digest stays, so that a late retry of the send is no new message.
ALTER TABLE messages
ADD COLUMN sent_rev bigint,
ADD COLUMN edited_at timestamptz,
ADD COLUMN deleted_at timestamptz,
ADD COLUMN deleted_by uuid;

-- What a message said before its edits, each text with its rev and since when it stood. No foreign keys,
-- as for messages: edit_message and delete_message hold the conversation's lock.
CREATE TABLE message_versions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    written_at timestamptz NOT NULL,
    content text NOT NULL,
    CONSTRAINT message_versions_pkey PRIMARY KEY (conversation_id, seq, rev)
);

-- Messages that somebody deleted for themselves alone; rev is the user's when they did.
CREATE TABLE hidden_messages (
    user_id uuid NOT NULL CONSTRAINT hidden_messages_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    message_id uuid NOT NULL,
    rev bigint NOT NULL,
    CONSTRAINT hidden_messages_pkey PRIMARY KEY (user_id, conversation_id, seq)
);

CREATE INDEX hidden_messages_user_id_rev_idx ON hidden_messages (user_id, rev);

-- As in 0007, without those that were deleted: to be read by nobody any more is not to be read.
CREATE OR REPLACE FUNCTION read_ahead_ids(
    conversation_id uuid, user_id uuid, read_seq bigint, read_ahead int8multirange
)
RETURNS uuid []
LANGUAGE sql STABLE
AS $$
SELECT ARRAY(
           SELECT m.message_id
             FROM messages AS m
            WHERE m.conversation_id = $1
              AND m.seq > $3
              AND m.seq < upper($4)
              AND $4 @> m.seq
              AND m.sender_id <> $2
              AND m.deleted_at IS NULL
            ORDER BY m.seq DESC
            LIMIT 1000
       )
$$;
