-- Files that forwarded messages share with the first.
-- Lock: SHARE ROW EXCLUSIVE on users and attachments, for an instant (keys). Undo: make
-- attachments_let_go as in 0024 again; drop the other function and the table.

-- A file is that of the message it was sent with, attachments.message_id; these are messages that show it
-- too, because they were forwarded. user_id is who forwarded it. As with the first, the message comes a
-- moment later, or never.
CREATE TABLE attachment_shares (
    attachment_id uuid NOT NULL CONSTRAINT attachment_shares_attachment_id_fkey
    REFERENCES attachments ON DELETE CASCADE,
    message_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL CONSTRAINT attachment_shares_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    shared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT attachment_shares_pkey PRIMARY KEY (attachment_id, message_id)
);

CREATE INDEX attachment_shares_message_id_idx ON attachment_shares (message_id);
CREATE INDEX attachment_shares_user_id_idx ON attachment_shares (user_id);

-- Messages go: each of their files becomes that of the earliest other message which shows it, and counts
-- among the files of who forwarded it; of what no other shows, nobody can have anything any more. One that
-- was to be forwarded counts for ten seconds, for the journal gives up sooner. Files are locked first, so
-- that whoever is about to share one is seen, or sees that it is gone.
CREATE FUNCTION let_go_of_files(message_ids uuid []) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    concerned uuid[];
BEGIN
    SELECT array_agg(l.attachment_id) INTO concerned
      FROM (
        SELECT a.attachment_id
          FROM attachments AS a
         WHERE a.attachment_id IN (
                   SELECT o.attachment_id FROM attachments AS o WHERE o.message_id = ANY (message_ids)
                    UNION ALL
                   SELECT s.attachment_id
                     FROM attachment_shares AS s
                    WHERE s.message_id = ANY (message_ids)
               )
           AND a.gone_at IS NULL
         ORDER BY a.attachment_id
           FOR UPDATE
      ) AS l;

    DELETE FROM attachment_shares AS s
     WHERE s.message_id = ANY (message_ids);

    WITH heirs AS (
        SELECT DISTINCT ON (s.attachment_id) s.*
          FROM attachment_shares AS s
          JOIN attachments AS a ON a.attachment_id = s.attachment_id
         WHERE s.attachment_id = ANY (concerned)
           AND a.message_id = ANY (message_ids)
           AND (
               s.shared_at > now() - interval '10 seconds'
               OR EXISTS (
                   SELECT 1
                     FROM messages AS m
                    WHERE m.message_id = s.message_id
                      AND m.conversation_id = s.conversation_id
               )
           )
         ORDER BY s.attachment_id, s.shared_at, s.message_id
    ), inherited AS (
        DELETE FROM attachment_shares AS s
         USING heirs AS h
         WHERE s.attachment_id = h.attachment_id
           AND s.message_id = h.message_id
    )
    UPDATE attachments AS a
       SET message_id = h.message_id,
           conversation_id = h.conversation_id,
           uploader_id = h.user_id,
           claimed_at = clock_timestamp(),
           due_at = clock_timestamp() + interval '24 hours'
      FROM heirs AS h
     WHERE a.attachment_id = h.attachment_id;

    UPDATE attachments AS a
       SET gone_at = CASE
               WHEN a.message_id = ANY (message_ids) THEN clock_timestamp() ELSE a.gone_at
           END,
           due_at = least(a.due_at, clock_timestamp())
     WHERE a.attachment_id = ANY (concerned)
       AND (a.message_id = ANY (message_ids) OR a.due_at IS NULL);
END;
$$;

CREATE OR REPLACE FUNCTION attachments_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM let_go_of_files(
        ARRAY(SELECT message_id FROM deleted WHERE attachments IS NOT NULL)
    );
    RETURN NULL;
END;
$$;
