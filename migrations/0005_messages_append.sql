-- The journal's statement: judge, number and write a batch of messages in one round trip.
-- Lock: none that matters (new function only). Undo: drop it.

-- The arrays run in parallel, one element a message, in the order in which they were sent; no
-- message_id comes twice. listeners are those receivers of direct messages who want to know how many
-- they have not read. One row comes back for each message, numbered by ord:
--   created       written now, with its seq, rev and sent_at, and for a listener with total_unread:
--                 their unread direct messages after this one
--   duplicate     written before by the same sender with the same payload; the original's numbers
--   conflict      the id stands for another message
--   not_member    the sender is not in the conversation (or there is none, or no longer)
--   not_contacts  a direct conversation, only_contacts, and the two are not contacts
--   busy          someone else holds the conversation: try again
--
-- PL/pgSQL, because each of its statements takes a new snapshot: what is judged is younger than the
-- lock. SKIP LOCKED, because one held conversation must not stall all others.
CREATE FUNCTION append_messages_v1(
    conversation_ids uuid [],
    sender_ids uuid [],
    message_ids uuid [],
    contents text [],
    payload_digests bytea [],
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
                   WHEN only_contacts AND c.kind = 'direct' AND k.user_id IS NULL
                       THEN 'not_contacts'
                   ELSE 'created'
               END AS status
          FROM unnest(conversation_ids, sender_ids, message_ids, contents, payload_digests)
               WITH ORDINALITY
               AS i (conversation_id, sender_id, message_id, content, payload_digest, ord)
          LEFT JOIN conversations AS c ON c.conversation_id = i.conversation_id
          LEFT JOIN unnest(locked) AS l (conversation_id)
            ON l.conversation_id = i.conversation_id
          LEFT JOIN members AS m
            ON m.conversation_id = i.conversation_id AND m.user_id = i.sender_id
          LEFT JOIN contacts AS k
            ON k.user_id = i.sender_id
           AND k.contact_id = CASE c.low_user_id
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
                              payload_digest, content)
        SELECT x.conversation_id, x.last_seq + x.n, x.last_rev + x.n, x.message_id, x.sender_id,
               x.not_before + x.n * interval '1 microsecond', x.payload_digest, x.content
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
