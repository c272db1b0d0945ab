-- What was said, numbered without gaps in each conversation.
-- Lock: none that matters (new table only). Undo: drop it.

-- message_id is the client's own id where it gave one, so this one index is both identity and the
-- answer to a retry, for ever; payload_digest tells a retry from another message under the same id,
-- even after an edit. rev is the conversation's rev at the row's latest change.
--
-- No foreign keys, on purpose: each costs a trigger query a row on the hottest insert there is.
-- append_messages_v1, the only writer, holds the conversation's lock and takes the sender from
-- members, whose keys refer to both; conversations and users are marked, never deleted, while
-- messages are left.
CREATE TABLE messages (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    message_id uuid NOT NULL CONSTRAINT messages_message_id_key UNIQUE,
    sender_id uuid NOT NULL,
    sent_at timestamptz NOT NULL,
    payload_digest bytea NOT NULL,
    content text NOT NULL,
    CONSTRAINT messages_pkey PRIMARY KEY (conversation_id, seq)
);
