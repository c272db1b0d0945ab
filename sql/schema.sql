-- The schema that the migrations make, by `pinge migrate --dump`: read it, never edit it.
-- Functions come before the tables they read.
SET check_function_bodies = false;


CREATE FUNCTION allows(who text, owner_id uuid, other_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT CASE
           WHEN owner_id = other_id OR coalesce(who, 'everyone') = 'everyone' THEN true
           WHEN who = 'contacts' THEN EXISTS (
               SELECT 1 FROM contacts AS k WHERE k.user_id = owner_id AND k.contact_id = other_id
           )
           ELSE false
       END
$$;

CREATE FUNCTION append_messages_v1(conversation_ids uuid[], sender_ids uuid[], message_ids uuid[], contents text[], payload_digests bytea[], only_contacts boolean, listeners uuid[]) RETURNS TABLE(ord bigint, status text, seq bigint, rev bigint, sent_at timestamp with time zone, roster_rev bigint, total_unread bigint)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
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

CREATE FUNCTION append_messages_v2(conversation_ids uuid[], sender_ids uuid[], message_ids uuid[], contents text[], payload_digests bytea[], attachments text[], only_contacts boolean, listeners uuid[]) RETURNS TABLE(ord bigint, status text, seq bigint, rev bigint, sent_at timestamp with time zone, roster_rev bigint, total_unread bigint)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
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

CREATE FUNCTION append_messages_v3(conversation_ids uuid[], sender_ids uuid[], message_ids uuid[], contents text[], payload_digests bytea[], extras text[], only_contacts boolean, listeners uuid[]) RETURNS TABLE(ord bigint, status text, seq bigint, rev bigint, sent_at timestamp with time zone, roster_rev bigint, total_unread bigint)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
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

CREATE FUNCTION attachments_let_go() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM let_go_of_files(
        ARRAY(SELECT message_id FROM deleted WHERE attachments IS NOT NULL)
    );
    RETURN NULL;
END;
$$;

CREATE FUNCTION avatars_let_go() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE avatars
       SET due_at = greatest(due_at, clock_timestamp())
     WHERE avatar = old.avatar;
    RETURN NULL;
END;
$$;

CREATE TABLE webhook_subscriptions (
    subscription_id uuid NOT NULL,
    user_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    conversation_id uuid,
    rev bigint NOT NULL,
    url text NOT NULL,
    events text[] NOT NULL,
    secret bytea NOT NULL,
    session_id uuid,
    is_revoked boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    failures bigint DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    disabled_at timestamp with time zone,
    deleted_at timestamp with time zone
);

CREATE FUNCTION behind(s webhook_subscriptions) RETURNS TABLE(conversation_id uuid, kind text, name text, seq bigint, rev bigint, last_seq bigint, last_rev bigint)
    LANGUAGE sql STABLE
    AS $$
SELECT c.conversation_id, c.kind, c.name, greatest(p.seq, m.joined_seq),
       greatest(p.rev, m.joined_rev - 1), c.last_seq, c.last_rev
  FROM webhook_positions AS p
  JOIN conversations AS c ON c.conversation_id = p.conversation_id
  JOIN members AS m ON m.conversation_id = p.conversation_id AND m.user_id = s.user_id
 WHERE p.subscription_id = s.subscription_id
   AND c.last_rev > p.rev
   AND c.deleted_at IS NULL
   AND m.left_at IS NULL
   AND (s.conversation_id IS NULL OR m.role = 'Admin')
   AND is_authorised(s)
$$;

CREATE FUNCTION blocks_user(user_id uuid, other_id uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $_$
SELECT EXISTS (
           SELECT 1
             FROM blocks AS b
            WHERE b.user_id = $1
              AND b.blocked_id = $2
              AND b.lifted_at IS NULL
       )
$_$;

CREATE FUNCTION has_owner(bot uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT EXISTS (
    SELECT 1
      FROM bots AS b
      JOIN users AS o ON o.user_id = b.owner_id
     WHERE b.bot_id = bot
       AND b.deleted_at IS NULL
       AND o.is_active
)
$$;

CREATE TABLE members (
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'Member'::text NOT NULL,
    joined_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    left_at timestamp with time zone,
    rev bigint DEFAULT 1 NOT NULL,
    read_seq bigint DEFAULT 0 NOT NULL,
    sent bigint DEFAULT 0 NOT NULL,
    sent_at_read bigint DEFAULT 0 NOT NULL,
    read_ahead int8multirange DEFAULT '{}'::int8multirange NOT NULL,
    read_ahead_count bigint DEFAULT 0 NOT NULL,
    joined_seq bigint DEFAULT 0 NOT NULL,
    joined_rev bigint DEFAULT 1 NOT NULL,
    delivered_seq bigint DEFAULT 0 NOT NULL,
    delivered_rev bigint DEFAULT 0 NOT NULL,
    read_rev bigint DEFAULT 0 NOT NULL,
    delivered_due boolean DEFAULT false NOT NULL,
    read_due boolean DEFAULT false NOT NULL,
    profile_rev bigint DEFAULT 0 NOT NULL,
    last_sent_at timestamp with time zone,
    is_request boolean DEFAULT false NOT NULL,
    sees_earlier boolean DEFAULT true NOT NULL,
    was_removed boolean DEFAULT false NOT NULL,
    CONSTRAINT members_role_check CHECK ((role = ANY (ARRAY['Admin'::text, 'Member'::text])))
)
WITH (fillfactor='70');

CREATE FUNCTION hidden_up_to(m members) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
SELECT CASE WHEN m.sees_earlier THEN 0 ELSE m.joined_seq END
$$;

CREATE TABLE conversation_settings (
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    rev bigint NOT NULL,
    notifications text,
    muted_until timestamp with time zone,
    archived_seq bigint,
    archived_sent bigint,
    is_marked_unread boolean DEFAULT false NOT NULL,
    CONSTRAINT conversation_settings_notifications_check CHECK ((notifications = ANY (ARRAY['all'::text, 'mentions'::text, 'none'::text])))
);

CREATE TABLE conversations (
    conversation_id uuid NOT NULL,
    kind text NOT NULL,
    low_user_id uuid,
    high_user_id uuid,
    name text,
    description text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    deleted_at timestamp with time zone,
    purged_at timestamp with time zone,
    last_seq bigint DEFAULT 0 NOT NULL,
    last_rev bigint DEFAULT 1 NOT NULL,
    roster_rev bigint DEFAULT 1 NOT NULL,
    last_sent_at timestamp with time zone,
    last_sender_id uuid,
    described_rev bigint DEFAULT 1 NOT NULL,
    member_count bigint DEFAULT 2 NOT NULL,
    avatar text,
    low_blocks boolean DEFAULT false NOT NULL,
    high_blocks boolean DEFAULT false NOT NULL,
    who_may_send text DEFAULT 'members'::text NOT NULL,
    slow_mode_seconds bigint DEFAULT 0 NOT NULL,
    owner_id uuid,
    was_handed_over boolean DEFAULT false NOT NULL,
    who_may_add text DEFAULT 'admins'::text NOT NULL,
    who_may_edit text DEFAULT 'admins'::text NOT NULL,
    who_may_pin text DEFAULT 'members'::text NOT NULL,
    history_visibility text DEFAULT 'all'::text NOT NULL,
    noted_seq bigint,
    expired_seq bigint DEFAULT 0 NOT NULL,
    CONSTRAINT conversations_history_visibility_check CHECK ((history_visibility = ANY (ARRAY['all'::text, 'joined'::text]))),
    CONSTRAINT conversations_kind_check CHECK ((kind = ANY (ARRAY['direct'::text, 'group'::text, 'saved'::text]))),
    CONSTRAINT conversations_name_check CHECK (((kind <> 'group'::text) OR (name IS NOT NULL))),
    CONSTRAINT conversations_pair_check CHECK (
CASE kind
    WHEN 'direct'::text THEN COALESCE((low_user_id < high_user_id), false)
    ELSE ((low_user_id IS NULL) AND (high_user_id IS NULL))
END),
    CONSTRAINT conversations_slow_mode_seconds_check CHECK (((slow_mode_seconds >= 0) AND (slow_mode_seconds <= 21600))),
    CONSTRAINT conversations_who_may_add_check CHECK ((who_may_add = ANY (ARRAY['members'::text, 'admins'::text]))),
    CONSTRAINT conversations_who_may_edit_check CHECK ((who_may_edit = ANY (ARRAY['members'::text, 'admins'::text]))),
    CONSTRAINT conversations_who_may_pin_check CHECK ((who_may_pin = ANY (ARRAY['members'::text, 'admins'::text]))),
    CONSTRAINT conversations_who_may_send_check CHECK ((who_may_send = ANY (ARRAY['members'::text, 'admins'::text])))
)
WITH (fillfactor='70');

CREATE FUNCTION is_archived(c conversations, m members, its conversation_settings) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT its.archived_seq IS NOT NULL
   AND (
           c.last_seq - its.archived_seq <= m.sent - its.archived_sent
        OR coalesce(its.muted_until > now(), false)
        OR coalesce(its.notifications = 'none', false)
       )
$$;

CREATE FUNCTION is_authorised(s webhook_subscriptions) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT NOT s.is_revoked
       AND (s.session_id IS NULL OR EXISTS (
           SELECT 1
             FROM sessions AS t
            WHERE t.session_id = s.session_id
              AND t.ended_at IS NULL
              AND t.expires_at > now()
       ))
$$;

CREATE TABLE attachments (
    attachment_id uuid NOT NULL,
    uploader_id uuid,
    name text NOT NULL,
    declared_type text,
    length bigint NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    parts text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    stored_as text,
    size bigint,
    content_type text,
    sha256 bytea,
    width bigint,
    height bigint,
    placeholder text,
    message_id uuid,
    conversation_id uuid,
    claimed_at timestamp with time zone,
    due_at timestamp with time zone DEFAULT (clock_timestamp() + '24:00:00'::interval),
    gone_at timestamp with time zone,
    CONSTRAINT attachments_received_check CHECK (((received >= 0) AND (received <= length))),
    CONSTRAINT attachments_whole_check CHECK (((stored_as IS NULL) OR ((received = length) AND (size IS NOT NULL) AND (content_type IS NOT NULL) AND (sha256 IS NOT NULL))))
);

CREATE FUNCTION is_free(a attachments) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT a.message_id IS NULL
    OR (a.claimed_at < now() - interval '10 seconds'
        AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.message_id = a.message_id))
$$;

CREATE TABLE settings (
    user_id uuid NOT NULL,
    rev bigint NOT NULL,
    who_may_write text DEFAULT 'everyone'::text NOT NULL,
    who_may_add text DEFAULT 'everyone'::text NOT NULL,
    who_sees_last_seen text DEFAULT 'everyone'::text NOT NULL,
    sends_receipts boolean DEFAULT true NOT NULL,
    shows_typing boolean DEFAULT true NOT NULL,
    findable boolean DEFAULT true NOT NULL,
    direct_notifications text DEFAULT 'all'::text NOT NULL,
    group_notifications text DEFAULT 'all'::text NOT NULL,
    shows_previews boolean DEFAULT true NOT NULL,
    do_not_disturb jsonb,
    snoozed_until timestamp with time zone,
    CONSTRAINT settings_direct_notifications_check CHECK ((direct_notifications = ANY (ARRAY['all'::text, 'mentions'::text, 'none'::text]))),
    CONSTRAINT settings_group_notifications_check CHECK ((group_notifications = ANY (ARRAY['all'::text, 'mentions'::text, 'none'::text]))),
    CONSTRAINT settings_who_may_add_check CHECK ((who_may_add = ANY (ARRAY['everyone'::text, 'contacts'::text, 'nobody'::text]))),
    CONSTRAINT settings_who_may_write_check CHECK ((who_may_write = ANY (ARRAY['everyone'::text, 'contacts'::text, 'nobody'::text]))),
    CONSTRAINT settings_who_sees_last_seen_check CHECK ((who_sees_last_seen = ANY (ARRAY['everyone'::text, 'contacts'::text, 'nobody'::text])))
);

CREATE FUNCTION is_muted(c conversations, its conversation_settings, own settings) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT coalesce(its.muted_until > now(), false)
    OR 'none' = coalesce(
           its.notifications,
           CASE c.kind WHEN 'direct' THEN own.direct_notifications ELSE own.group_notifications END,
           'all'
       )
$$;

CREATE FUNCTION is_of_webhook(account uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT u.is_bot AND NOT EXISTS (SELECT 1 FROM bots AS b WHERE b.bot_id = account)
  FROM users AS u
 WHERE u.user_id = account
$$;

CREATE FUNCTION is_withheld(c conversations) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
SELECT c.kind = 'direct'
   AND (
           c.low_blocks OR c.high_blocks OR EXISTS (
               SELECT 1
                 FROM members AS m
                WHERE m.conversation_id = c.conversation_id
                  AND m.is_request
           )
       )
$$;

CREATE FUNCTION kept_apart(user_id uuid) RETURNS TABLE(other_id uuid)
    LANGUAGE sql STABLE
    AS $_$
SELECT b.blocked_id
  FROM blocks AS b
 WHERE b.user_id = $1
   AND b.lifted_at IS NULL
 UNION ALL
SELECT b.user_id
  FROM blocks AS b
 WHERE b.blocked_id = $1
   AND b.lifted_at IS NULL
$_$;

CREATE FUNCTION let_go_of_files(message_ids uuid[]) RETURNS void
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

CREATE FUNCTION owner_of(c conversations) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    AS $$
SELECT coalesce(c.owner_id, c.created_by)
$$;

CREATE FUNCTION position_of(m members, is_shown boolean) RETURNS TABLE(delivered_seq bigint, read_seq bigint, message_ids uuid[])
    LANGUAGE sql STABLE
    AS $$
SELECT CASE WHEN is_shown THEN greatest(m.delivered_seq, m.read_seq) ELSE m.joined_seq END,
       CASE WHEN is_shown THEN m.read_seq ELSE m.joined_seq END,
       CASE
           WHEN is_shown
               THEN read_ahead_ids(m.conversation_id, m.user_id, m.read_seq, m.read_ahead)
           ELSE '{}'
       END
$$;

CREATE FUNCTION presence_peers(user_id uuid) RETURNS TABLE(peer_id uuid)
    LANGUAGE sql STABLE
    AS $_$
SELECT r.peer_id
  FROM (
      SELECT k.contact_id AS peer_id
        FROM contacts AS k
       WHERE k.user_id = $1
       UNION ALL
      SELECT other.user_id
        FROM members AS own
        JOIN conversations AS c ON c.conversation_id = own.conversation_id
        JOIN members AS other ON other.conversation_id = own.conversation_id
       WHERE own.user_id = $1
         AND own.left_at IS NULL
         AND c.kind = 'group'
         AND c.deleted_at IS NULL
         AND c.member_count <= 100
         AND other.user_id <> $1
         AND other.left_at IS NULL
  ) AS r
  LEFT JOIN LATERAL (
      SELECT s.who_sees_last_seen AS who FROM settings AS s WHERE s.user_id = $1 LIMIT 1
  ) AS own ON true
  LEFT JOIN LATERAL (
      SELECT s.who_sees_last_seen AS who FROM settings AS s WHERE s.user_id = r.peer_id LIMIT 1
  ) AS theirs ON true
 CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(k.other_id), '{}') AS ids FROM kept_apart($1) AS k
  ) AS apart
 WHERE (coalesce(own.who, 'everyone') = 'everyone' OR allows(own.who, $1, r.peer_id))
   AND (coalesce(theirs.who, 'everyone') = 'everyone' OR allows(theirs.who, r.peer_id, $1))
   AND r.peer_id <> ALL (apart.ids)
$_$;

CREATE FUNCTION read_ahead_ids(conversation_id uuid, user_id uuid, read_seq bigint, read_ahead int8multirange) RETURNS uuid[]
    LANGUAGE sql STABLE
    AS $_$
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
$_$;

CREATE FUNCTION share_receipts(one settings, other settings) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
SELECT one.sends_receipts IS NOT FALSE AND other.sends_receipts IS NOT FALSE
$$;

CREATE FUNCTION unread_count(c conversations, m members) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
SELECT c.last_seq - m.read_seq - (m.sent - m.sent_at_read) - m.read_ahead_count
$$;

CREATE FUNCTION unread_mentions(user_id uuid) RETURNS TABLE(conversation_id uuid, mention_count bigint)
    LANGUAGE plpgsql STABLE ROWS 10
    AS $_$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT n.conversation_id, count(*)
      FROM mentions AS n
      JOIN members AS m ON m.user_id = n.user_id AND m.conversation_id = n.conversation_id
     WHERE n.user_id = $1
       AND n.seq > m.read_seq
       AND NOT m.read_ahead @> n.seq
     GROUP BY n.conversation_id;
END;
$_$;

CREATE FUNCTION without_receipts(conversation_id uuid) RETURNS TABLE(user_id uuid)
    LANGUAGE sql STABLE
    AS $_$
SELECT m.user_id
  FROM members AS m
  JOIN settings AS s ON s.user_id = m.user_id
 WHERE m.conversation_id = $1
   AND m.left_at IS NULL
   AND NOT s.sends_receipts
$_$;

CREATE FUNCTION without_sight(conversation_id uuid, seq bigint) RETURNS TABLE(user_id uuid)
    LANGUAGE sql STABLE
    AS $_$
SELECT m.user_id
  FROM members AS m
 WHERE m.conversation_id = $1
   AND m.joined_seq >= $2
   AND NOT m.sees_earlier
   AND m.left_at IS NULL
$_$;

CREATE TABLE attachment_shares (
    attachment_id uuid NOT NULL,
    message_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    user_id uuid NOT NULL,
    shared_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE attempts (
    limit_name text NOT NULL,
    subject_digest bytea NOT NULL,
    made_at timestamp with time zone[] NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE audit_events (
    event_id uuid NOT NULL,
    happened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    actor text NOT NULL,
    ip_address text,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT audit_events_actor_check CHECK ((actor = ANY (ARRAY['user'::text, 'admin'::text, 'server'::text])))
);

CREATE TABLE avatars (
    avatar text NOT NULL,
    due_at timestamp with time zone,
    CONSTRAINT avatars_avatar_check CHECK ((avatar ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE blocks (
    user_id uuid NOT NULL,
    blocked_id uuid NOT NULL,
    rev bigint NOT NULL,
    blocked_at timestamp with time zone DEFAULT now() NOT NULL,
    lifted_at timestamp with time zone,
    CONSTRAINT blocks_other_check CHECK ((user_id <> blocked_id))
);

CREATE TABLE bots (
    bot_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    rev bigint NOT NULL,
    is_public boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone
);

CREATE TABLE contact_requests (
    request_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    status text DEFAULT 'Pending'::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    answered_at timestamp with time zone,
    sender_rev bigint DEFAULT 0 NOT NULL,
    receiver_rev bigint DEFAULT 0 NOT NULL,
    CONSTRAINT contact_requests_not_oneself_check CHECK ((sender_id <> receiver_id)),
    CONSTRAINT contact_requests_status_check CHECK ((status = ANY (ARRAY['Pending'::text, 'Accepted'::text, 'Rejected'::text])))
);

CREATE TABLE contacts (
    user_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    connected_since timestamp with time zone DEFAULT now() NOT NULL,
    rev bigint DEFAULT 0 NOT NULL,
    asked boolean DEFAULT false NOT NULL
);

CREATE TABLE drafts (
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    rev bigint NOT NULL,
    content text NOT NULL,
    reply_to uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE epochs (
    epoch_id uuid DEFAULT gen_random_uuid() NOT NULL,
    begun_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    system_identifier bigint,
    timeline bigint,
    database_oid bigint
);

CREATE TABLE former_contacts (
    user_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    rev bigint NOT NULL,
    parted_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE VIEW group_profiles AS
 SELECT conversation_id AS group_id,
    name,
    description,
    avatar,
    created_by,
    created_at,
    owner_of(c.*) AS owner_id,
    who_may_send,
    who_may_add,
    who_may_edit,
    who_may_pin,
    slow_mode_seconds,
    history_visibility
   FROM conversations c
  WHERE (kind = 'group'::text);

CREATE TABLE hidden_messages (
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    message_id uuid NOT NULL,
    rev bigint NOT NULL
);

CREATE TABLE imports (
    digest text NOT NULL,
    begun_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone
);

CREATE TABLE invites (
    invite_id uuid NOT NULL,
    digest bytea NOT NULL,
    conversation_id uuid NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    max_uses bigint,
    uses bigint DEFAULT 0 NOT NULL,
    CONSTRAINT invites_uses_check CHECK ((uses <= max_uses))
);

CREATE TABLE last_seen (
    user_id uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE users (
    user_id uuid NOT NULL,
    email text NOT NULL,
    username text NOT NULL,
    password_hash text NOT NULL,
    gender text NOT NULL,
    country text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    rev bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    email_is_verified boolean DEFAULT true NOT NULL,
    avatar text,
    about text,
    status_text text,
    status_expires_at timestamp with time zone,
    profile_rev bigint DEFAULT 0 NOT NULL,
    profile_due_at timestamp with time zone,
    deleted_at timestamp with time zone,
    erased_at timestamp with time zone,
    is_bot boolean DEFAULT false NOT NULL,
    CONSTRAINT users_gender_check CHECK ((gender = ANY (ARRAY['Male'::text, 'Female'::text, 'Others'::text])))
);

CREATE VIEW live_invites AS
 SELECT i.invite_id,
    i.digest,
    i.conversation_id,
    i.created_by,
    u.username AS invited_by,
    i.created_at,
    i.expires_at,
    i.max_uses,
    i.uses,
    COALESCE((i.uses >= i.max_uses), false) AS is_used_up
   FROM (((invites i
     JOIN conversations c ON ((c.conversation_id = i.conversation_id)))
     JOIN members maker ON (((maker.conversation_id = i.conversation_id) AND (maker.user_id = i.created_by))))
     JOIN users u ON ((u.user_id = i.created_by)))
  WHERE ((i.expires_at > now()) AND (c.deleted_at IS NULL) AND (maker.left_at IS NULL) AND u.is_active AND ((maker.role = 'Admin'::text) OR (c.who_may_add = 'members'::text)));

CREATE TABLE mail_tokens (
    digest bytea NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    email text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT mail_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['verify_email'::text, 'reset_password'::text, 'confirm_email'::text, 'revert_email'::text])))
);

CREATE TABLE mails (
    mail_id uuid NOT NULL,
    purpose text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    attempts bigint DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    failed_at timestamp with time zone,
    last_answer text,
    sealed_body bytea,
    CONSTRAINT mails_body_check CHECK (((due_at IS NULL) = (num_nonnulls(body, sealed_body) = 0)))
);

CREATE TABLE mentions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    user_id uuid NOT NULL
);

CREATE TABLE message_requests (
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    rev bigint NOT NULL,
    status text NOT NULL,
    last_seq bigint NOT NULL,
    CONSTRAINT message_requests_status_check CHECK ((status = ANY (ARRAY['accepted'::text, 'declined'::text])))
);

CREATE TABLE message_versions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    written_at timestamp with time zone NOT NULL,
    content text NOT NULL
);

CREATE TABLE messages (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    message_id uuid NOT NULL,
    sender_id uuid NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    payload_digest bytea NOT NULL,
    content text NOT NULL,
    attachments jsonb,
    sent_rev bigint,
    edited_at timestamp with time zone,
    deleted_at timestamp with time zone,
    deleted_by uuid,
    reply_to bigint,
    mentions uuid[],
    forwarded jsonb,
    reactions jsonb
);

CREATE TABLE system_messages (
    conversation_id uuid NOT NULL,
    rev bigint NOT NULL,
    kind text NOT NULL,
    after_seq bigint NOT NULL,
    actor_id uuid,
    user_ids uuid[] NOT NULL,
    details jsonb NOT NULL,
    happened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE VIEW named_system_messages AS
 SELECT conversation_id,
    rev,
    kind,
    after_seq,
    actor_id,
    ( SELECT a.username
           FROM users a
          WHERE (a.user_id = actor_id)) AS actor_name,
    ( SELECT COALESCE(jsonb_agg(jsonb_build_object('user_id', u.user_id, 'username', u.username) ORDER BY u.username, u.user_id), '[]'::jsonb) AS "coalesce"
           FROM users u
          WHERE (u.user_id = ANY (user_ids))) AS users,
    details,
    happened_at
   FROM system_messages s;

CREATE UNLOGGED TABLE nodes (
    node_id uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE oidc_identities (
    user_id uuid NOT NULL,
    rev bigint NOT NULL,
    issuer text,
    subject text,
    email text,
    linked_at timestamp with time zone,
    CONSTRAINT oidc_identities_linked_check CHECK ((num_nulls(issuer, subject, linked_at) = ANY (ARRAY[0, 3])))
);

CREATE TABLE passkey_challenges (
    challenge bytea NOT NULL,
    user_id uuid,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE passkeys (
    passkey_id uuid NOT NULL,
    user_id uuid NOT NULL,
    rev bigint NOT NULL,
    credential_id bytea,
    public_key bytea,
    sign_count bigint NOT NULL,
    is_synced boolean NOT NULL,
    label text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_used_at timestamp with time zone,
    removed_at timestamp with time zone,
    CONSTRAINT passkeys_removed_check CHECK (((removed_at IS NULL) = (num_nulls(credential_id, public_key) = 0)))
);

CREATE TABLE pins (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    pinned_by uuid NOT NULL,
    pinned_at timestamp with time zone
);

CREATE UNLOGGED TABLE presences (
    user_id uuid NOT NULL,
    node_id uuid NOT NULL,
    sockets bigint NOT NULL,
    left_at timestamp with time zone,
    active_at timestamp with time zone,
    CONSTRAINT presences_sockets_check CHECK ((sockets > 0))
);

CREATE VIEW profiles AS
 SELECT user_id,
    username,
    email,
    gender,
    country,
    about,
        CASE
            WHEN COALESCE((status_expires_at > now()), true) THEN status_text
            ELSE NULL::text
        END AS status_text,
        CASE
            WHEN (status_expires_at > now()) THEN status_expires_at
            ELSE NULL::timestamp with time zone
        END AS status_expires_at,
    avatar,
    created_at,
    is_active,
    profile_rev,
    is_bot
   FROM users;

CREATE TABLE push_log (
    push_id uuid NOT NULL,
    user_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    after_seq bigint NOT NULL,
    seq bigint NOT NULL,
    judged_seq bigint,
    is_told boolean NOT NULL,
    reason text NOT NULL,
    status bigint,
    decided_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE push_subscriptions (
    subscription_id uuid NOT NULL,
    user_id uuid NOT NULL,
    session_id uuid NOT NULL,
    digest bytea NOT NULL,
    host text NOT NULL,
    sealed bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    failing_since timestamp with time zone
);

CREATE TABLE pushes (
    subscription_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    after_seq bigint NOT NULL,
    seq bigint NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    due_at timestamp with time zone,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE reactions (
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    emoji text NOT NULL,
    user_id uuid NOT NULL,
    rev bigint NOT NULL,
    reacted_at timestamp with time zone
);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL,
    digest bytea NOT NULL
);

CREATE TABLE reports (
    report_id uuid NOT NULL,
    reporter_id uuid NOT NULL,
    kind text NOT NULL,
    target_id uuid NOT NULL,
    reason text NOT NULL,
    comment text,
    snapshot jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    closed_at timestamp with time zone,
    outcome text,
    CONSTRAINT reports_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'user'::text, 'group'::text])))
);

CREATE TABLE scheduled_messages (
    scheduled_id uuid NOT NULL,
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    rev bigint NOT NULL,
    content text NOT NULL,
    attachment_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    reply_to uuid,
    send_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    failure text,
    claimed_until timestamp with time zone,
    CONSTRAINT scheduled_messages_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text, 'cancelled'::text])))
);

CREATE TABLE schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    applied_by text DEFAULT CURRENT_USER NOT NULL
);

CREATE TABLE search_blocks (
    conversation_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    first_sent_at timestamp with time zone NOT NULL,
    last_sent_at timestamp with time zone NOT NULL,
    signature bytea NOT NULL
);
ALTER TABLE ONLY search_blocks ALTER COLUMN signature SET STORAGE PLAIN;

CREATE TABLE search_positions (
    conversation_id uuid NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    open_seq bigint DEFAULT 1 NOT NULL,
    rev bigint DEFAULT 0 NOT NULL
);

CREATE TABLE second_factors (
    user_id uuid NOT NULL,
    rev bigint DEFAULT 0 NOT NULL,
    secret bytea,
    since timestamp with time zone,
    last_step bigint DEFAULT 0 NOT NULL,
    offered bytea,
    offered_at timestamp with time zone,
    CONSTRAINT second_factors_offered_check CHECK (((offered IS NULL) = (offered_at IS NULL))),
    CONSTRAINT second_factors_secret_check CHECK (((secret IS NULL) = (since IS NULL)))
);

CREATE TABLE sessions (
    session_id uuid NOT NULL,
    user_id uuid NOT NULL,
    ip_address text,
    user_agent text,
    location text,
    device_info text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    last_seen_at timestamp with time zone,
    rev bigint DEFAULT 0 NOT NULL,
    scopes text[],
    proved_at timestamp with time zone,
    factor_proved_at timestamp with time zone
);

CREATE TABLE stars (
    user_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    starred_at timestamp with time zone
);

CREATE TABLE tickets (
    digest bytea NOT NULL,
    session_id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE tokens (
    session_id uuid NOT NULL,
    digest bytea NOT NULL,
    name text NOT NULL,
    rev bigint DEFAULT 0 NOT NULL
);

CREATE TABLE webhook_deliveries (
    delivery_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    event_count bigint NOT NULL,
    tried_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    took_ms bigint NOT NULL,
    status bigint,
    error text
);

CREATE TABLE webhook_positions (
    subscription_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    rev bigint NOT NULL
);

CREATE TABLE webhooks (
    webhook_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    digest bytea NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY attachment_shares
    ADD CONSTRAINT attachment_shares_pkey PRIMARY KEY (attachment_id, message_id);

ALTER TABLE ONLY attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (attachment_id);

ALTER TABLE ONLY attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (limit_name, subject_digest);

ALTER TABLE ONLY audit_events
    ADD CONSTRAINT audit_events_pkey PRIMARY KEY (event_id);

ALTER TABLE ONLY avatars
    ADD CONSTRAINT avatars_pkey PRIMARY KEY (avatar);

ALTER TABLE ONLY blocks
    ADD CONSTRAINT blocks_pkey PRIMARY KEY (user_id, blocked_id);

ALTER TABLE ONLY bots
    ADD CONSTRAINT bots_pkey PRIMARY KEY (bot_id);

ALTER TABLE ONLY contact_requests
    ADD CONSTRAINT contact_requests_pkey PRIMARY KEY (request_id);

ALTER TABLE ONLY contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (user_id, contact_id);

ALTER TABLE ONLY conversation_settings
    ADD CONSTRAINT conversation_settings_pkey PRIMARY KEY (conversation_id, user_id);

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_pair_key UNIQUE (low_user_id, high_user_id);

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_pkey PRIMARY KEY (user_id, conversation_id);

ALTER TABLE ONLY epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (epoch_id);

ALTER TABLE ONLY former_contacts
    ADD CONSTRAINT former_contacts_pkey PRIMARY KEY (user_id, contact_id);

ALTER TABLE ONLY hidden_messages
    ADD CONSTRAINT hidden_messages_pkey PRIMARY KEY (user_id, conversation_id, seq);

ALTER TABLE ONLY imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY invites
    ADD CONSTRAINT invites_digest_key UNIQUE (digest);

ALTER TABLE ONLY invites
    ADD CONSTRAINT invites_pkey PRIMARY KEY (invite_id);

ALTER TABLE ONLY last_seen
    ADD CONSTRAINT last_seen_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY mail_tokens
    ADD CONSTRAINT mail_tokens_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY mails
    ADD CONSTRAINT mails_pkey PRIMARY KEY (mail_id);

ALTER TABLE ONLY members
    ADD CONSTRAINT members_pkey PRIMARY KEY (conversation_id, user_id);

ALTER TABLE ONLY mentions
    ADD CONSTRAINT mentions_pkey PRIMARY KEY (user_id, conversation_id, seq);

ALTER TABLE ONLY message_requests
    ADD CONSTRAINT message_requests_pkey PRIMARY KEY (user_id, conversation_id);

ALTER TABLE ONLY message_versions
    ADD CONSTRAINT message_versions_pkey PRIMARY KEY (conversation_id, seq, rev);

ALTER TABLE ONLY messages
    ADD CONSTRAINT messages_message_id_key UNIQUE (message_id);

ALTER TABLE ONLY messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (conversation_id, seq);

ALTER TABLE ONLY nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (node_id);

ALTER TABLE ONLY oidc_identities
    ADD CONSTRAINT oidc_identities_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY oidc_identities
    ADD CONSTRAINT oidc_identities_subject_key UNIQUE (issuer, subject);

ALTER TABLE ONLY passkey_challenges
    ADD CONSTRAINT passkey_challenges_pkey PRIMARY KEY (challenge);

ALTER TABLE ONLY passkeys
    ADD CONSTRAINT passkeys_credential_id_key UNIQUE (credential_id);

ALTER TABLE ONLY passkeys
    ADD CONSTRAINT passkeys_pkey PRIMARY KEY (passkey_id);

ALTER TABLE ONLY pins
    ADD CONSTRAINT pins_pkey PRIMARY KEY (conversation_id, seq);

ALTER TABLE ONLY presences
    ADD CONSTRAINT presences_pkey PRIMARY KEY (user_id, node_id);

ALTER TABLE ONLY push_log
    ADD CONSTRAINT push_log_pkey PRIMARY KEY (push_id);

ALTER TABLE ONLY push_subscriptions
    ADD CONSTRAINT push_subscriptions_digest_key UNIQUE (digest);

ALTER TABLE ONLY push_subscriptions
    ADD CONSTRAINT push_subscriptions_pkey PRIMARY KEY (subscription_id);

ALTER TABLE ONLY pushes
    ADD CONSTRAINT pushes_pkey PRIMARY KEY (subscription_id, conversation_id);

ALTER TABLE ONLY reactions
    ADD CONSTRAINT reactions_pkey PRIMARY KEY (conversation_id, seq, emoji, user_id);

ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, digest);

ALTER TABLE ONLY reports
    ADD CONSTRAINT reports_pkey PRIMARY KEY (report_id);

ALTER TABLE ONLY scheduled_messages
    ADD CONSTRAINT scheduled_messages_pkey PRIMARY KEY (scheduled_id);

ALTER TABLE ONLY schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);

ALTER TABLE ONLY search_blocks
    ADD CONSTRAINT search_blocks_pkey PRIMARY KEY (conversation_id, first_seq);

ALTER TABLE ONLY search_positions
    ADD CONSTRAINT search_positions_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY stars
    ADD CONSTRAINT stars_pkey PRIMARY KEY (user_id, conversation_id, seq);

ALTER TABLE ONLY system_messages
    ADD CONSTRAINT system_messages_pkey PRIMARY KEY (conversation_id, rev, kind);

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY tokens
    ADD CONSTRAINT tokens_digest_key UNIQUE (digest);

ALTER TABLE ONLY tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (session_id);

ALTER TABLE ONLY users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (delivery_id);

ALTER TABLE ONLY webhook_positions
    ADD CONSTRAINT webhook_positions_pkey PRIMARY KEY (subscription_id, conversation_id);

ALTER TABLE ONLY webhook_subscriptions
    ADD CONSTRAINT webhook_subscriptions_pkey PRIMARY KEY (subscription_id);

ALTER TABLE ONLY webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (webhook_id);

CREATE INDEX attachment_shares_message_id_idx ON attachment_shares USING btree (message_id);

CREATE INDEX attachment_shares_user_id_idx ON attachment_shares USING btree (user_id);

CREATE INDEX attachments_due_at_idx ON attachments USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX attachments_message_id_idx ON attachments USING btree (message_id) WHERE (message_id IS NOT NULL);

CREATE INDEX attachments_uploader_id_idx ON attachments USING btree (uploader_id);

CREATE INDEX attempts_expires_at_idx ON attempts USING btree (expires_at);

CREATE INDEX audit_events_happened_at_idx ON audit_events USING btree (happened_at);

CREATE INDEX audit_events_user_id_idx ON audit_events USING btree (user_id, happened_at);

CREATE INDEX avatars_due_at_idx ON avatars USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX blocks_blocked_id_idx ON blocks USING btree (blocked_id);

CREATE INDEX bots_owner_id_idx ON bots USING btree (owner_id);

CREATE UNIQUE INDEX contact_requests_pending_pair_key ON contact_requests USING btree (LEAST(sender_id, receiver_id), GREATEST(sender_id, receiver_id)) WHERE (status = 'Pending'::text);

CREATE INDEX contact_requests_receiver_id_idx ON contact_requests USING btree (receiver_id, status);

CREATE INDEX contact_requests_sender_id_idx ON contact_requests USING btree (sender_id, status);

CREATE INDEX contacts_contact_id_idx ON contacts USING btree (contact_id);

CREATE INDEX conversation_settings_user_id_idx ON conversation_settings USING btree (user_id, rev);

CREATE INDEX conversations_avatar_idx ON conversations USING btree (avatar) WHERE (avatar IS NOT NULL);

CREATE INDEX conversations_created_by_idx ON conversations USING btree (created_by);

CREATE INDEX conversations_high_user_id_idx ON conversations USING btree (high_user_id, low_user_id);

CREATE UNIQUE INDEX conversations_saved_key ON conversations USING btree (created_by) WHERE (kind = 'saved'::text);

CREATE INDEX conversations_unpurged_idx ON conversations USING btree (deleted_at) WHERE ((deleted_at IS NOT NULL) AND (purged_at IS NULL));

CREATE INDEX drafts_conversation_id_idx ON drafts USING btree (conversation_id);

CREATE INDEX former_contacts_contact_id_idx ON former_contacts USING btree (contact_id);

CREATE INDEX hidden_messages_user_id_rev_idx ON hidden_messages USING btree (user_id, rev);

CREATE INDEX invites_conversation_id_idx ON invites USING btree (conversation_id);

CREATE INDEX invites_created_by_idx ON invites USING btree (created_by);

CREATE INDEX invites_expires_at_idx ON invites USING btree (expires_at);

CREATE INDEX mail_tokens_expires_at_idx ON mail_tokens USING btree (expires_at);

CREATE INDEX mail_tokens_revert_email_idx ON mail_tokens USING btree (email) WHERE (purpose = 'revert_email'::text);

CREATE INDEX mail_tokens_user_id_idx ON mail_tokens USING btree (user_id);

CREATE INDEX mails_created_at_idx ON mails USING btree (created_at);

CREATE INDEX mails_due_at_idx ON mails USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX members_due_idx ON members USING btree (conversation_id) WHERE (delivered_due OR read_due);

CREATE INDEX members_late_idx ON members USING btree (conversation_id, joined_seq) WHERE (NOT sees_earlier);

CREATE INDEX members_user_id_idx ON members USING btree (user_id, conversation_id);

CREATE INDEX message_requests_conversation_id_idx ON message_requests USING btree (conversation_id);

CREATE INDEX messages_changed_idx ON messages USING btree (conversation_id, rev) WHERE ((edited_at IS NOT NULL) OR (deleted_at IS NOT NULL));

CREATE INDEX passkey_challenges_expires_at_idx ON passkey_challenges USING btree (expires_at);

CREATE INDEX passkey_challenges_user_id_idx ON passkey_challenges USING btree (user_id);

CREATE INDEX passkeys_user_id_idx ON passkeys USING btree (user_id);

CREATE INDEX pins_conversation_id_rev_idx ON pins USING btree (conversation_id, rev);

CREATE INDEX presences_left_at_idx ON presences USING btree (left_at) WHERE (left_at IS NOT NULL);

CREATE INDEX presences_node_id_idx ON presences USING btree (node_id);

CREATE INDEX push_log_decided_at_idx ON push_log USING btree (decided_at);

CREATE INDEX push_log_user_id_idx ON push_log USING btree (user_id, conversation_id, seq);

CREATE INDEX push_subscriptions_session_id_idx ON push_subscriptions USING btree (session_id);

CREATE INDEX push_subscriptions_user_id_idx ON push_subscriptions USING btree (user_id);

CREATE INDEX pushes_changed_at_idx ON pushes USING btree (changed_at) WHERE (due_at IS NULL);

CREATE INDEX pushes_due_at_idx ON pushes USING btree (due_at) WHERE (due_at IS NOT NULL);

CREATE INDEX reactions_conversation_id_rev_idx ON reactions USING btree (conversation_id, rev);

CREATE INDEX reactions_user_id_idx ON reactions USING btree (user_id, conversation_id, seq);

CREATE INDEX reports_closed_at_idx ON reports USING btree (closed_at) WHERE (closed_at IS NOT NULL);

CREATE UNIQUE INDEX reports_open_key ON reports USING btree (reporter_id, target_id) WHERE (closed_at IS NULL);

CREATE INDEX reports_reporter_id_idx ON reports USING btree (reporter_id, report_id);

CREATE INDEX reports_waiting_idx ON reports USING btree (created_at) WHERE (closed_at IS NULL);

CREATE INDEX scheduled_messages_conversation_id_idx ON scheduled_messages USING btree (conversation_id);

CREATE INDEX scheduled_messages_over_idx ON scheduled_messages USING btree (send_at) WHERE (status <> 'pending'::text);

CREATE INDEX scheduled_messages_send_at_idx ON scheduled_messages USING btree (send_at) WHERE (status = 'pending'::text);

CREATE INDEX scheduled_messages_user_id_idx ON scheduled_messages USING btree (user_id, rev);

CREATE INDEX sessions_expires_at_idx ON sessions USING btree (expires_at);

CREATE INDEX sessions_user_id_idx ON sessions USING btree (user_id);

CREATE INDEX stars_conversation_id_idx ON stars USING btree (conversation_id, seq);

CREATE INDEX stars_user_id_rev_idx ON stars USING btree (user_id, rev);

CREATE INDEX system_messages_after_seq_idx ON system_messages USING btree (conversation_id, after_seq, rev);

CREATE INDEX tickets_expires_at_idx ON tickets USING btree (expires_at);

CREATE INDEX tickets_session_id_idx ON tickets USING btree (session_id);

CREATE INDEX users_avatar_idx ON users USING btree (avatar) WHERE (avatar IS NOT NULL);

CREATE INDEX users_created_at_idx ON users USING btree (created_at DESC, user_id);

CREATE INDEX users_deleted_at_idx ON users USING btree (deleted_at) WHERE ((deleted_at IS NOT NULL) AND (erased_at IS NULL));

CREATE INDEX users_profile_due_at_idx ON users USING btree (profile_due_at) WHERE (profile_due_at IS NOT NULL);

CREATE INDEX users_username_idx ON users USING btree (lower(username) COLLATE "C", user_id);

CREATE INDEX webhook_deliveries_subscription_id_idx ON webhook_deliveries USING btree (subscription_id, tried_at DESC);

CREATE INDEX webhook_deliveries_tried_at_idx ON webhook_deliveries USING btree (tried_at);

CREATE INDEX webhook_positions_conversation_id_idx ON webhook_positions USING btree (conversation_id);

CREATE INDEX webhook_subscriptions_conversation_id_idx ON webhook_subscriptions USING btree (conversation_id);

CREATE INDEX webhook_subscriptions_due_at_idx ON webhook_subscriptions USING btree (due_at) WHERE ((disabled_at IS NULL) AND (deleted_at IS NULL));

CREATE INDEX webhook_subscriptions_owner_id_idx ON webhook_subscriptions USING btree (owner_id);

CREATE INDEX webhook_subscriptions_user_id_idx ON webhook_subscriptions USING btree (user_id);

CREATE INDEX webhooks_conversation_id_idx ON webhooks USING btree (conversation_id);

CREATE INDEX webhooks_created_by_idx ON webhooks USING btree (created_by);

CREATE TRIGGER conversations_avatar_changed AFTER UPDATE OF avatar ON conversations FOR EACH ROW WHEN ((old.avatar IS DISTINCT FROM new.avatar)) EXECUTE FUNCTION avatars_let_go();

CREATE TRIGGER conversations_avatar_deleted AFTER DELETE ON conversations FOR EACH ROW WHEN ((old.avatar IS NOT NULL)) EXECUTE FUNCTION avatars_let_go();

CREATE TRIGGER messages_attachments_deleted AFTER DELETE ON messages REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT EXECUTE FUNCTION attachments_let_go();

CREATE TRIGGER users_avatar_changed AFTER UPDATE OF avatar ON users FOR EACH ROW WHEN ((old.avatar IS DISTINCT FROM new.avatar)) EXECUTE FUNCTION avatars_let_go();

CREATE TRIGGER users_avatar_deleted AFTER DELETE ON users FOR EACH ROW WHEN ((old.avatar IS NOT NULL)) EXECUTE FUNCTION avatars_let_go();

ALTER TABLE ONLY attachment_shares
    ADD CONSTRAINT attachment_shares_attachment_id_fkey FOREIGN KEY (attachment_id) REFERENCES attachments(attachment_id) ON DELETE CASCADE;

ALTER TABLE ONLY attachment_shares
    ADD CONSTRAINT attachment_shares_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY attachments
    ADD CONSTRAINT attachments_uploader_id_fkey FOREIGN KEY (uploader_id) REFERENCES users(user_id) ON DELETE SET NULL;

ALTER TABLE ONLY audit_events
    ADD CONSTRAINT audit_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE SET NULL;

ALTER TABLE ONLY blocks
    ADD CONSTRAINT blocks_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY blocks
    ADD CONSTRAINT blocks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY bots
    ADD CONSTRAINT bots_bot_id_fkey FOREIGN KEY (bot_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY bots
    ADD CONSTRAINT bots_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY contact_requests
    ADD CONSTRAINT contact_requests_receiver_id_fkey FOREIGN KEY (receiver_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY contact_requests
    ADD CONSTRAINT contact_requests_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY contacts
    ADD CONSTRAINT contacts_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY contacts
    ADD CONSTRAINT contacts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY conversation_settings
    ADD CONSTRAINT conversation_settings_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY conversation_settings
    ADD CONSTRAINT conversation_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(user_id) ON DELETE SET NULL;

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_high_user_id_fkey FOREIGN KEY (high_user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_low_user_id_fkey FOREIGN KEY (low_user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY drafts
    ADD CONSTRAINT drafts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY former_contacts
    ADD CONSTRAINT former_contacts_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY former_contacts
    ADD CONSTRAINT former_contacts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY hidden_messages
    ADD CONSTRAINT hidden_messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY invites
    ADD CONSTRAINT invites_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY invites
    ADD CONSTRAINT invites_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY last_seen
    ADD CONSTRAINT last_seen_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY mail_tokens
    ADD CONSTRAINT mail_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY members
    ADD CONSTRAINT members_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY members
    ADD CONSTRAINT members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY message_requests
    ADD CONSTRAINT message_requests_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY message_requests
    ADD CONSTRAINT message_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY oidc_identities
    ADD CONSTRAINT oidc_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY passkey_challenges
    ADD CONSTRAINT passkey_challenges_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY passkeys
    ADD CONSTRAINT passkeys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY presences
    ADD CONSTRAINT presences_node_id_fkey FOREIGN KEY (node_id) REFERENCES nodes(node_id) ON DELETE CASCADE;

ALTER TABLE ONLY push_log
    ADD CONSTRAINT push_log_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY push_subscriptions
    ADD CONSTRAINT push_subscriptions_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(session_id) ON DELETE CASCADE;

ALTER TABLE ONLY push_subscriptions
    ADD CONSTRAINT push_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY pushes
    ADD CONSTRAINT pushes_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES push_subscriptions(subscription_id) ON DELETE CASCADE;

ALTER TABLE ONLY reactions
    ADD CONSTRAINT reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY reports
    ADD CONSTRAINT reports_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY scheduled_messages
    ADD CONSTRAINT scheduled_messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY scheduled_messages
    ADD CONSTRAINT scheduled_messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY second_factors
    ADD CONSTRAINT second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY settings
    ADD CONSTRAINT settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY stars
    ADD CONSTRAINT stars_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY system_messages
    ADD CONSTRAINT system_messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY tickets
    ADD CONSTRAINT tickets_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(session_id) ON DELETE CASCADE;

ALTER TABLE ONLY tokens
    ADD CONSTRAINT tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(session_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES webhook_subscriptions(subscription_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhook_positions
    ADD CONSTRAINT webhook_positions_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhook_positions
    ADD CONSTRAINT webhook_positions_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES webhook_subscriptions(subscription_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhook_subscriptions
    ADD CONSTRAINT webhook_subscriptions_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhook_subscriptions
    ADD CONSTRAINT webhook_subscriptions_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhook_subscriptions
    ADD CONSTRAINT webhook_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhooks
    ADD CONSTRAINT webhooks_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(conversation_id) ON DELETE CASCADE;

ALTER TABLE ONLY webhooks
    ADD CONSTRAINT webhooks_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(user_id) ON DELETE SET NULL;

ALTER TABLE ONLY webhooks
    ADD CONSTRAINT webhooks_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES users(user_id) ON DELETE CASCADE;
