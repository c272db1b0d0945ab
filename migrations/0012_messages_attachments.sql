-- What each user has set for themselves, files in messages, and the journal's statement with both.
-- Lock: ACCESS EXCLUSIVE on messages, for an instant (a column without a default). Undo: drop the new
-- function, table and column.

-- One row for whoever changed anything; without a row the defaults hold. rev is the user's at the latest
-- change. who_* are everyone, contacts or nobody. What one hides of oneself (last seen, receipts, typing)
-- one does not see of others either.
CREATE TABLE settings (
    user_id uuid NOT NULL CONSTRAINT settings_pkey PRIMARY KEY
    CONSTRAINT settings_user_id_fkey REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    who_may_write text NOT NULL DEFAULT 'everyone',
    who_may_add text NOT NULL DEFAULT 'everyone',
    who_sees_last_seen text NOT NULL DEFAULT 'everyone',
    sends_receipts boolean NOT NULL DEFAULT true,
    shows_typing boolean NOT NULL DEFAULT true,
    findable boolean NOT NULL DEFAULT true,
    CONSTRAINT settings_who_may_write_check
    CHECK (who_may_write IN ('everyone', 'contacts', 'nobody')),
    CONSTRAINT settings_who_may_add_check
    CHECK (who_may_add IN ('everyone', 'contacts', 'nobody')),
    CONSTRAINT settings_who_sees_last_seen_check
    CHECK (who_sees_last_seen IN ('everyone', 'contacts', 'nobody'))
);

-- The files of a message as their sender sent them, a list of objects; null for none, as for most.
ALTER TABLE messages ADD COLUMN attachments jsonb;

-- As append_messages_v1 (0005 explains it), with the files of each message as JSON, and one answer more:
--   not_taken     a direct conversation, and the receiver takes messages of nobody
CREATE FUNCTION append_messages_v2(
    conversation_ids uuid [],
    sender_ids uuid [],
    message_ids uuid [],
    contents text [],
    payload_digests bytea [],
    attachments text [],
    only_contacts boolean,
    listeners uuid []
)
RETURNS TABLE (
    ord bigint,
    status text,
    seq bigint,
    rev bigint,
    sent_at timestamptz,
    roster_rev bigint,
    total_unread bigint
)
LANGUAGE plpgsql
-- The arrays' lengths are not known to a generic plan, and that is what makes it right for all.
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    locked uuid[];
    written_at timestamptz;
BEGIN
    SELECT array_agg(l.conversation_id) INTO locked
      FROM (
        SELECT c.conversation_id
          FROM conversations AS c
         WHERE c.conversation_id IN (SELECT unnest(conversation_ids))
         ORDER BY c.conversation_id
           FOR NO KEY UPDATE SKIP LOCKED
      ) AS l;
    written_at := clock_timestamp();

    RETURN QUERY
    WITH judged AS (
        SELECT i.*, c.last_seq, c.last_rev, c.roster_rev,
               greatest(written_at, c.last_sent_at) AS not_before,
               CASE c.low_user_id WHEN i.sender_id THEN c.high_user_id ELSE c.low_user_id END
                   AS receiver_id,
               p.seq AS known_seq, p.rev AS known_rev, p.sent_at AS known_sent_at,
               CASE
                   WHEN p.message_id IS NOT NULL THEN
                       CASE WHEN p.conversation_id = i.conversation_id
                             AND p.sender_id = i.sender_id
                             AND p.payload_digest = i.payload_digest
                            THEN 'duplicate' ELSE 'conflict' END
                   WHEN c.conversation_id IS NOT NULL AND l.conversation_id IS NULL THEN 'busy'
                   WHEN m.left_at IS NOT NULL OR m.user_id IS NULL OR c.deleted_at IS NOT NULL
                       THEN 'not_member'
                   WHEN c.kind = 'direct' AND k.user_id IS NULL
                    AND (only_contacts OR s.who_may_write = 'contacts')
                       THEN 'not_contacts'
                   WHEN c.kind = 'direct' AND s.who_may_write = 'nobody' THEN 'not_taken'
                   ELSE 'created'
               END AS status
          FROM unnest(conversation_ids, sender_ids, message_ids, contents, payload_digests,
                      attachments)
               WITH ORDINALITY
               AS i (conversation_id, sender_id, message_id, content, payload_digest,
                     attachments, ord)
          LEFT JOIN conversations AS c ON c.conversation_id = i.conversation_id
          LEFT JOIN unnest(locked) AS l (conversation_id)
            ON l.conversation_id = i.conversation_id
          LEFT JOIN members AS m
            ON m.conversation_id = i.conversation_id AND m.user_id = i.sender_id
          LEFT JOIN contacts AS k
            ON k.user_id = i.sender_id
           AND k.contact_id = CASE c.low_user_id
                WHEN i.sender_id THEN c.high_user_id ELSE c.low_user_id END
          LEFT JOIN settings AS s
            ON s.user_id = CASE c.low_user_id
                WHEN i.sender_id THEN c.high_user_id ELSE c.low_user_id END
          LEFT JOIN messages AS p ON p.message_id = i.message_id
    ), numbered AS (
        SELECT j.*,
               row_number() OVER (PARTITION BY j.conversation_id ORDER BY j.ord) AS n,
               count(*) OVER (PARTITION BY j.conversation_id) AS of_n,
               row_number() OVER (PARTITION BY j.receiver_id ORDER BY j.ord) AS nth_received
          FROM judged AS j
         WHERE j.status = 'created'
    ), inserted AS (
        INSERT INTO messages (conversation_id, seq, rev, message_id, sender_id, sent_at,
                              payload_digest, content, attachments)
        SELECT x.conversation_id, x.last_seq + x.n, x.last_rev + x.n, x.message_id, x.sender_id,
               x.not_before + x.n * interval '1 microsecond', x.payload_digest, x.content,
               x.attachments::jsonb
          FROM numbered AS x
    ), advanced AS (
        UPDATE conversations AS c
           SET last_seq = x.last_seq + x.n,
               last_rev = x.last_rev + x.n,
               last_sent_at = x.not_before + x.n * interval '1 microsecond',
               last_sender_id = x.sender_id
          FROM numbered AS x
         WHERE x.n = x.of_n
           AND c.conversation_id = x.conversation_id
    ), counted AS (
        UPDATE members AS m
           SET sent = m.sent + s.n
          FROM (
            SELECT x.conversation_id, x.sender_id, count(*) AS n
              FROM numbered AS x
             GROUP BY x.conversation_id, x.sender_id
          ) AS s
         WHERE m.conversation_id = s.conversation_id
           AND m.user_id = s.sender_id
    ), before AS (
        -- Of the same snapshot, so without the messages of this batch: those are counted on top.
        SELECT me.user_id, sum(unread_count(c, me))::bigint AS total_unread
          FROM unnest(listeners) AS l (user_id)
          JOIN members AS me ON me.user_id = l.user_id
          JOIN conversations AS c ON c.conversation_id = me.conversation_id
         WHERE c.kind = 'direct'
         GROUP BY me.user_id
    )
    SELECT x.ord, x.status, x.last_seq + x.n, x.last_rev + x.n,
           x.not_before + x.n * interval '1 microsecond', x.roster_rev,
           b.total_unread + x.nth_received
      FROM numbered AS x
      LEFT JOIN before AS b ON b.user_id = x.receiver_id
     UNION ALL
    SELECT j.ord, j.status, j.known_seq, j.known_rev, j.known_sent_at, j.roster_rev, NULL
      FROM judged AS j
     WHERE j.status <> 'created';
END $$;
