-- Staging: the room in which the original's rows are laid out, numbered and counted before any is written.
-- It is temporary tables, gone when the run ends, however it ends: each run lays all out anew, and what
-- the same rows become is the same each time.

-- name: room_for_users()
-- Everybody.
CREATE TEMP TABLE old_users (
    user_id uuid PRIMARY KEY, email text, username text, password_hash text, gender text,
    country text, is_active boolean, created_at timestamptz
);

-- name: room_for_requests()
-- Who asked whom.
CREATE TEMP TABLE old_requests (
    request_id uuid, sender_id uuid, receiver_id uuid, status text,
    created_at timestamptz, updated_at timestamptz
);

-- name: room_for_contacts()
-- Who knows whom.
CREATE TEMP TABLE old_contacts (
    id uuid, user_id uuid, contact_id uuid, created_at timestamptz
);

-- name: room_for_groups()
-- Groups.
CREATE TEMP TABLE old_groups (
    group_id uuid PRIMARY KEY, name text, description text, created_by uuid, created_at timestamptz
);

-- name: room_for_members()
-- Who is in them.
CREATE TEMP TABLE old_members (
    id uuid, group_id uuid, user_id uuid, role text, joined_at timestamptz, last_read_at timestamptz
);

-- name: room_for_direct_messages()
-- What was said between two.
CREATE TEMP TABLE old_direct_messages (
    message_id uuid PRIMARY KEY, sender_id uuid, receiver_id uuid, content text,
    sent_at timestamptz, is_unread boolean
);

-- name: room_for_group_messages()
-- What was said among many.
CREATE TEMP TABLE old_group_messages (
    message_id uuid PRIMARY KEY, group_id uuid, sender_id uuid, content text, sent_at timestamptz
);

-- name: room_for_findings()
-- What does not fit: refused, changed or noticed; name and id are those of the original's row.
CREATE TEMP TABLE findings (outcome text, name text, id uuid, what text);

-- name: room_for_conversations()
-- The conversations to be written, in slices; of a saved one low and high are the same.
CREATE TEMP TABLE new_conversations (
    conversation_id uuid PRIMARY KEY, kind text, low_user_id uuid, high_user_id uuid,
    name text, description text, created_by uuid, owner_id uuid, created_at timestamptz,
    last_seq bigint DEFAULT 0, slice bigint
);

-- name: room_for_seats()
-- Who is in them, and how far they have read.
CREATE TEMP TABLE new_members (
    conversation_id uuid, user_id uuid, role text, joined_at timestamptz, left_at timestamptz,
    read_seq bigint, sent bigint DEFAULT 0, sent_at_read bigint DEFAULT 0,
    read_ahead int8multirange DEFAULT '{}', read_ahead_count bigint DEFAULT 0,
    PRIMARY KEY (conversation_id, user_id)
);

-- name: room_for_messages()
-- What was said in them, numbered.
CREATE TEMP TABLE new_messages (
    conversation_id uuid, seq bigint, message_id uuid, sender_id uuid, content text,
    sent_at timestamptz, is_unread boolean, PRIMARY KEY (conversation_id, seq)
);

-- name: make_derived_id()
-- An id that follows from two others, so that each run gives the same: a UUID of version 8.
CREATE FUNCTION pg_temp.derived_id(one uuid, other uuid) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
SELECT overlay(overlay(
           left(encode(sha256(convert_to(concat(one, other), 'UTF8')), 'hex'), 32)
           PLACING '8' FROM 13
       ) PLACING '8' FROM 17)::uuid
$$;

-- name: digest()
-- What tells this original, at this moment and read in this time zone, from any other.
SELECT encode(
           sha256(convert_to(string_agg(concat(t.n, ' ', t.sum), ';' ORDER BY t.place), 'UTF8')),
           'hex'
       )
  FROM (
      SELECT 1 AS place, count(*) AS n, sum(hashtextextended(r::text, 0)) FROM old_users AS r
       UNION ALL
      SELECT 2, count(*), sum(hashtextextended(r::text, 0)) FROM old_requests AS r
       UNION ALL
      SELECT 3, count(*), sum(hashtextextended(r::text, 0)) FROM old_contacts AS r
       UNION ALL
      SELECT 4, count(*), sum(hashtextextended(r::text, 0)) FROM old_groups AS r
       UNION ALL
      SELECT 5, count(*), sum(hashtextextended(r::text, 0)) FROM old_members AS r
       UNION ALL
      SELECT 6, count(*), sum(hashtextextended(r::text, 0)) FROM old_direct_messages AS r
       UNION ALL
      SELECT 7, count(*), sum(hashtextextended(r::text, 0)) FROM old_group_messages AS r
  ) AS t;

-- name: room_for_addresses()
-- Room for what an e-mail address is here.
ALTER TABLE old_users ADD COLUMN address text;

-- name: emails()
-- Addresses as they were written.
SELECT user_id, email
  FROM old_users;

-- name: set_addresses(user_ids, addresses)
-- And as they are looked up when somebody logs in.
UPDATE old_users AS u
   SET address = a.address
  FROM unnest($1::uuid [], $2::text []) AS a (user_id, address)
 WHERE u.user_id = a.user_id;

-- name: lay_out_pairs()
-- A conversation for each two who know each other or wrote; who wrote to themselves has it alone.
INSERT INTO new_conversations (conversation_id, kind, low_user_id, high_user_id, created_by,
                               created_at)
SELECT pg_temp.derived_id(p.low, p.high), CASE WHEN p.low = p.high THEN 'saved' ELSE 'direct' END,
       p.low, p.high, CASE WHEN p.low = p.high THEN p.low END, min(p.since)
  FROM (
      SELECT least(user_id, contact_id) AS low, greatest(user_id, contact_id) AS high,
             created_at AS since
        FROM old_contacts
       UNION ALL
      SELECT least(sender_id, receiver_id), greatest(sender_id, receiver_id), sent_at
        FROM old_direct_messages
  ) AS p
 GROUP BY p.low, p.high;

-- name: lay_out_groups()
-- Groups; whoever made one owns it, or else an admin, or who has been in it longest.
INSERT INTO new_conversations (conversation_id, kind, name, description, created_by, created_at,
                               owner_id)
SELECT g.group_id, 'group', g.name, g.description, g.created_by, g.created_at, heir.user_id
  FROM old_groups AS g
  LEFT JOIN LATERAL (
      SELECT m.user_id
        FROM old_members AS m
       WHERE m.group_id = g.group_id
       ORDER BY m.user_id <> g.created_by, m.role, m.joined_at, m.user_id
       LIMIT 1
  ) AS heir ON true;

-- name: leave_out_written()
-- Conversations that an earlier run wrote are there, whole.
DELETE FROM new_conversations AS n
 USING conversations AS c
 WHERE c.conversation_id = n.conversation_id;

-- name: number_messages()
-- What was said, in the order of the original; at the same moment, in that of the ids.
INSERT INTO new_messages (conversation_id, seq, message_id, sender_id, content, sent_at, is_unread)
SELECT m.conversation_id,
       row_number() OVER (PARTITION BY m.conversation_id ORDER BY m.sent_at, m.message_id),
       m.message_id, m.sender_id, m.content, m.sent_at, m.is_unread
  FROM (
      SELECT c.conversation_id, d.message_id, d.sender_id, d.content, d.sent_at, d.is_unread
        FROM old_direct_messages AS d
        JOIN new_conversations AS c
          ON c.low_user_id = least(d.sender_id, d.receiver_id)
         AND c.high_user_id = greatest(d.sender_id, d.receiver_id)
       UNION ALL
      SELECT c.conversation_id, g.message_id, g.sender_id, g.content, g.sent_at, false
        FROM old_group_messages AS g
        JOIN new_conversations AS c ON c.conversation_id = g.group_id
  ) AS m;

-- name: order_messages_by_time()
-- So that a moment is found in a conversation.
CREATE INDEX ON new_messages (conversation_id, sent_at, seq);

-- name: count_messages()
-- How much was said in each conversation.
UPDATE new_conversations AS c
   SET last_seq = m.last_seq
  FROM (
      SELECT conversation_id, count(*) AS last_seq
        FROM new_messages
       GROUP BY conversation_id
  ) AS m
 WHERE m.conversation_id = c.conversation_id;

-- name: slice_conversations(size)
-- Put conversations together, up to so many messages at once; one that is larger stays whole.
UPDATE new_conversations AS c
   SET slice = s.slice
  FROM (
      SELECT conversation_id,
             div(sum(last_seq + 1) OVER (ORDER BY conversation_id), $1::bigint)::bigint AS slice
        FROM new_conversations
  ) AS s
 WHERE s.conversation_id = c.conversation_id;

-- name: slices()
-- The slices, and how many messages each has.
SELECT slice, sum(last_seq)::bigint AS messages
  FROM new_conversations
 GROUP BY slice
 ORDER BY slice;

-- name: seat_pairs()
-- Both of a pair have read up to the first message that the original had as unread.
INSERT INTO new_members (conversation_id, user_id, role, joined_at, read_seq)
SELECT c.conversation_id, p.user_id, 'Member', c.created_at,
       coalesce(f.first_unread - 1, c.last_seq)
  FROM new_conversations AS c
 CROSS JOIN LATERAL (
      SELECT c.low_user_id AS user_id
       UNION
      SELECT c.high_user_id
  ) AS p
  LEFT JOIN (
      SELECT conversation_id, sender_id, min(seq) AS first_unread
        FROM new_messages
       WHERE is_unread
       GROUP BY conversation_id, sender_id
  ) AS f ON f.conversation_id = c.conversation_id AND f.sender_id <> p.user_id
 WHERE c.kind <> 'group';

-- name: seat_members()
-- Members of groups have read what was sent by the moment they last read; without one nothing was unread.
INSERT INTO new_members (conversation_id, user_id, role, joined_at, read_seq)
SELECT m.group_id, m.user_id, m.role, m.joined_at,
       CASE WHEN m.last_read_at IS NULL THEN c.last_seq ELSE coalesce(r.seq, 0) END
  FROM old_members AS m
  JOIN new_conversations AS c ON c.conversation_id = m.group_id
  LEFT JOIN LATERAL (
      SELECT n.seq
        FROM new_messages AS n
       WHERE n.conversation_id = m.group_id
         AND n.sent_at <= m.last_read_at
       ORDER BY n.sent_at DESC, n.seq DESC
       LIMIT 1
  ) AS r ON true;

-- name: seat_former_members()
-- Whoever wrote in a group and is in it no more: gone since the last they wrote, as far as one can tell.
INSERT INTO new_members (conversation_id, user_id, role, joined_at, left_at, read_seq)
SELECT n.conversation_id, n.sender_id, 'Member', min(n.sent_at), max(n.sent_at), max(n.seq)
  FROM new_messages AS n
 GROUP BY n.conversation_id, n.sender_id
    ON CONFLICT (conversation_id, user_id) DO NOTHING;

-- name: count_own()
-- How much each said, and how much of it up to where they have read.
UPDATE new_members AS m
   SET sent = s.sent, sent_at_read = s.sent_at_read
  FROM (
      SELECT o.conversation_id, o.user_id, count(*) AS sent,
             count(*) FILTER (WHERE n.seq <= o.read_seq) AS sent_at_read
        FROM new_members AS o
        JOIN new_messages AS n
          ON n.conversation_id = o.conversation_id
         AND n.sender_id = o.user_id
       GROUP BY o.conversation_id, o.user_id
  ) AS s
 WHERE s.conversation_id = m.conversation_id
   AND s.user_id = m.user_id;

-- name: keep_read_ahead()
-- What was read beyond the first unread message, in stretches as mark_read (messages.sql) makes them.
UPDATE new_members AS m
   SET read_ahead = s.stretches, read_ahead_count = s.n
  FROM (
      SELECT x.conversation_id, x.user_id, count(*) AS n,
             range_agg(int8range(greatest(x.before, x.read_seq), x.seq, '(]')) AS stretches
        FROM (
            SELECT o.conversation_id, o.user_id, o.read_seq, n.seq, n.is_unread,
                   lag(n.seq) OVER (PARTITION BY o.conversation_id, o.user_id ORDER BY n.seq)
                       AS before
              FROM new_members AS o
              JOIN new_conversations AS c ON c.conversation_id = o.conversation_id
              JOIN new_messages AS n
                ON n.conversation_id = o.conversation_id
               AND n.sender_id <> o.user_id
             WHERE c.kind = 'direct'
               AND o.read_seq < c.last_seq
        ) AS x
       WHERE x.seq > x.read_seq
         AND NOT x.is_unread
       GROUP BY x.conversation_id, x.user_id
  ) AS s
 WHERE s.conversation_id = m.conversation_id
   AND s.user_id = m.user_id;

-- name: analyze_room()
-- Let plans know how much there is.
ANALYZE old_users, old_requests, old_contacts, old_members, old_direct_messages, old_group_messages;

-- name: analyze_laid_out()
-- And here.
ANALYZE new_conversations, new_messages;
