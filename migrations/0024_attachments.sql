-- Files that people upload and attach to their messages.
-- Lock: SHARE ROW EXCLUSIVE on users and messages, for an instant (a key and a trigger). Undo: drop the
-- trigger, the functions and the table.

-- A file has its row from before its first byte is stored until after its last is gone, so no file is
-- without one. Until all `length` bytes have arrived, they lie in `parts`; then the file lies under
-- `stored_as`, with a `size` of its own, for what pictures tell of their making is taken out.
-- Of a file in a message `message_id` names it; the message may come a moment later, or never.
-- At `due_at` somebody looks whether the file is in a message; null: it is. Once `gone_at` is set
-- nobody can have it any more, and the next look is its end.
CREATE TABLE attachments (
    attachment_id uuid NOT NULL CONSTRAINT attachments_pkey PRIMARY KEY,
    uploader_id uuid CONSTRAINT attachments_uploader_id_fkey
    REFERENCES users ON DELETE SET NULL,
    name text NOT NULL,
    declared_type text,
    length bigint NOT NULL,
    received bigint NOT NULL DEFAULT 0,
    parts text [] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    stored_as text,
    size bigint,
    content_type text,
    sha256 bytea,
    width bigint,
    height bigint,
    placeholder text,
    message_id uuid,
    conversation_id uuid,
    claimed_at timestamptz,
    due_at timestamptz DEFAULT clock_timestamp() + interval '24 hours',
    gone_at timestamptz,
    CONSTRAINT attachments_received_check CHECK (received BETWEEN 0 AND length),
    CONSTRAINT attachments_whole_check CHECK (
        stored_as IS NULL
        OR (received = length AND size IS NOT NULL AND content_type IS NOT NULL
            AND sha256 IS NOT NULL)
    )
);

CREATE INDEX attachments_uploader_id_idx ON attachments (uploader_id);

CREATE INDEX attachments_message_id_idx ON attachments (message_id)
WHERE message_id IS NOT NULL;

CREATE INDEX attachments_due_at_idx ON attachments (due_at)
WHERE due_at IS NOT NULL;

-- Whether a file may be taken for a message: it is in none, or the one it was claimed for did not come
-- within ten seconds, and the journal gives up sooner.
CREATE FUNCTION is_free(a attachments) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT a.message_id IS NULL
    OR (a.claimed_at < now() - interval '10 seconds'
        AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.message_id = a.message_id))
$$;

-- By a trigger, because messages go in many places: with their group, with an account, by a DBA's hand.
CREATE FUNCTION attachments_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE attachments
       SET gone_at = clock_timestamp(), due_at = clock_timestamp()
     WHERE message_id IN (SELECT message_id FROM deleted WHERE attachments IS NOT NULL);
    RETURN NULL;
END;
$$;

CREATE TRIGGER messages_attachments_deleted AFTER DELETE ON messages
REFERENCING OLD TABLE AS deleted
FOR EACH STATEMENT EXECUTE FUNCTION attachments_let_go();
