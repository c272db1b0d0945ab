-- What messages may carry besides their text, who blocks whom, and what a group lets its members send.
-- Lock: ACCESS EXCLUSIVE on messages, conversations and members, for an instant (all defaults are
-- constants). Undo: drop the new function, tables and columns, and make the two checks as in 0003 again.

-- reply_to is the seq, in the same conversation, of what a message answers; mentions are those it names;
-- forwarded says whose words it repeats, and when they said them: {"sender_id", "sent_at"}; reactions are the
-- figures of all kinds, [{"emoji", "count"}], the oldest first. Null for none, as for most.
ALTER TABLE messages
ADD COLUMN reply_to bigint,
ADD COLUMN mentions uuid [],
ADD COLUMN forwarded jsonb,
ADD COLUMN reactions jsonb;

-- messages.mentions, as the one mentioned looks for them. No foreign keys, as for messages.
CREATE TABLE mentions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT mentions_pkey PRIMARY KEY (user_id, conversation_id, seq)
);

-- Who wants to hear nothing of whom; with lifted_at, who wanted it: the tombstone tells their devices.
-- rev is the blocker's.
CREATE TABLE blocks (
    user_id uuid NOT NULL CONSTRAINT blocks_user_id_fkey REFERENCES users ON DELETE CASCADE,
    blocked_id uuid NOT NULL CONSTRAINT blocks_blocked_id_fkey REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    blocked_at timestamptz NOT NULL DEFAULT now(),
    lifted_at timestamptz,
    CONSTRAINT blocks_pkey PRIMARY KEY (user_id, blocked_id),
    CONSTRAINT blocks_other_check CHECK (user_id <> blocked_id)
);

CREATE INDEX blocks_blocked_id_idx ON blocks (blocked_id);

-- low_blocks and high_blocks say of a direct conversation what blocks says of its two people, so that a
-- message costs no look at it: who changes blocks holds this row's lock and changes both. In a group
-- who_may_send is members or admins, and a member waits slow_mode_seconds after each message.
-- A conversation of the kind saved is somebody's own, with nobody else in it; the two checks that go come
-- back with that kind in them.
ALTER TABLE conversations
ADD COLUMN low_blocks boolean NOT NULL DEFAULT false,
ADD COLUMN high_blocks boolean NOT NULL DEFAULT false,
ADD COLUMN who_may_send text NOT NULL DEFAULT 'members',
ADD COLUMN slow_mode_seconds bigint NOT NULL DEFAULT 0,
-- squawk-ignore ban-drop-constraint
DROP CONSTRAINT conversations_kind_check,
-- squawk-ignore ban-drop-constraint
DROP CONSTRAINT conversations_name_check,
ADD CONSTRAINT conversations_kind_check
CHECK (kind IN ('direct', 'group', 'saved')) NOT VALID,
ADD CONSTRAINT conversations_name_check CHECK (kind <> 'group' OR name IS NOT NULL) NOT VALID,
ADD CONSTRAINT conversations_who_may_send_check
CHECK (who_may_send IN ('members', 'admins')) NOT VALID,
ADD CONSTRAINT conversations_slow_mode_seconds_check
CHECK (slow_mode_seconds BETWEEN 0 AND 21600) NOT VALID;

-- is_request: a stranger wrote first, and this member has neither taken nor answered it.
ALTER TABLE members
ADD COLUMN last_sent_at timestamptz,
ADD COLUMN is_request boolean NOT NULL DEFAULT false;

-- As append_messages_v2 (0012), but extras are all that a message has besides its text, as one JSON, null
-- for nothing, as for most: attachments, reply_to, mentions (ids) and forwarded, as the columns are.
-- Answering a request takes it. Three answers more, and one more reason for another:
--   blocked       a direct conversation, and the sender blocks the receiver
--   not_taken     as before, or the receiver blocks the sender, who is not to see a difference
--   only_admins   a group in which members may only read
--   too_soon      a group in slow mode; sent_at is when they may write, null when that is not known yet
CREATE FUNCTION append_messages_v3(
    conversation_ids uuid [],
    sender_ids uuid [],
    message_ids uuid [],
    contents text [],
    payload_digests bytea [],
    extras text [],
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
               m.last_sent_at + make_interval(secs => c.slow_mode_seconds) AS next_at,
               CASE
                   WHEN p.message_id IS NOT NULL THEN
                       CASE WHEN p.conversation_id = i.conversation_id
                             AND p.sender_id = i.sender_id
                             AND p.payload_digest = i.payload_digest
                            THEN 'duplicate' ELSE 'conflict' END
                   WHEN c.conversation_id IS NOT NULL AND l.conversation_id IS NULL THEN 'busy'
                   WHEN m.left_at IS NOT NULL OR m.user_id IS NULL OR c.deleted_at IS NOT NULL
                       THEN 'not_member'
                   WHEN CASE c.low_user_id WHEN i.sender_id THEN c.low_blocks ELSE c.high_blocks END
                       THEN 'blocked'
                   WHEN c.kind = 'direct' AND k.user_id IS NULL
                    AND (only_contacts OR s.who_may_write = 'contacts')
                       THEN 'not_contacts'
                   WHEN c.kind = 'direct' AND s.who_may_write = 'nobody'
                     OR CASE c.low_user_id WHEN i.sender_id THEN c.high_blocks ELSE c.low_blocks END
                       THEN 'not_taken'
                   WHEN m.role = 'Admin' THEN 'created'
                   WHEN c.who_may_send = 'admins' THEN 'only_admins'
                   WHEN c.slow_mode_seconds > 0
                    AND (
                            m.last_sent_at + make_interval(secs => c.slow_mode_seconds) > written_at
                         OR EXISTS (
                                SELECT 1
                                  FROM unnest(conversation_ids, sender_ids) WITH ORDINALITY
                                       AS e (conversation_id, sender_id, ord)
                                 WHERE e.conversation_id = i.conversation_id
                                   AND e.sender_id = i.sender_id
                                   AND e.ord < i.ord
                            )
                        )
                       THEN 'too_soon'
                   ELSE 'created'
               END AS status
          FROM unnest(conversation_ids, sender_ids, message_ids, contents, payload_digests,
                      extras::jsonb [])
               WITH ORDINALITY
               AS i (conversation_id, sender_id, message_id, content, payload_digest,
                     extras, ord)
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
                              payload_digest, content, attachments, reply_to, mentions,
                              forwarded)
        SELECT x.conversation_id, x.last_seq + x.n, x.last_rev + x.n, x.message_id, x.sender_id,
               x.not_before + x.n * interval '1 microsecond', x.payload_digest, x.content,
               x.extras -> 'attachments', (x.extras ->> 'reply_to')::bigint,
               CASE WHEN x.extras ? 'mentions' THEN
                   ARRAY(SELECT jsonb_array_elements_text(x.extras -> 'mentions')::uuid)
               END,
               x.extras -> 'forwarded'
          FROM numbered AS x
    ), mentioned AS (
        INSERT INTO mentions (conversation_id, seq, user_id)
        SELECT x.conversation_id, x.last_seq + x.n, u.user_id::uuid
          FROM numbered AS x
         CROSS JOIN jsonb_array_elements_text(x.extras -> 'mentions') AS u (user_id)
         WHERE x.extras IS NOT NULL
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
           SET sent = m.sent + s.n, last_sent_at = written_at, is_request = false,
               -- Whoever takes a request shows from then on how far its messages have reached them.
               delivered_due = m.delivered_due OR m.is_request,
               read_due = m.read_due OR m.is_request
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
    SELECT j.ord, j.status, j.known_seq, j.known_rev,
           CASE j.status WHEN 'too_soon' THEN j.next_at ELSE j.known_sent_at END,
           j.roster_rev, NULL
      FROM judged AS j
     WHERE j.status <> 'created';
END $$;
