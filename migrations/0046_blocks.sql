-- What becomes of message requests, and what blocks and requests that wait keep people from seeing.
-- Lock: none that matters (a new table, functions). Undo: drop them, and make presence_peers as in 0028.

-- The latest answer of somebody to a stranger who wrote first (members.is_request). One that is declined
-- stays a request, and out of sight while nothing is said after last_seq. rev is the user's.
CREATE TABLE message_requests (
    user_id uuid NOT NULL CONSTRAINT message_requests_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    conversation_id uuid NOT NULL CONSTRAINT message_requests_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    rev bigint NOT NULL,
    status text NOT NULL CONSTRAINT message_requests_status_check
    CHECK (status IN ('accepted', 'declined')),
    last_seq bigint NOT NULL,
    CONSTRAINT message_requests_pkey PRIMARY KEY (user_id, conversation_id)
);

CREATE INDEX message_requests_conversation_id_idx ON message_requests (conversation_id);

-- Whether the one wants to hear nothing of the other. What the other is refused for it is refused as
-- for something else, so that they cannot tell.
CREATE FUNCTION blocks_user(user_id uuid, other_id uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT EXISTS (
           SELECT 1
             FROM blocks AS b
            WHERE b.user_id = $1
              AND b.blocked_id = $2
              AND b.lifted_at IS NULL
       )
$$;

-- Those whom a block keeps apart from somebody, whoever of the two made it.
CREATE FUNCTION kept_apart(user_id uuid) RETURNS TABLE (other_id uuid)
LANGUAGE sql STABLE
AS $$
SELECT b.blocked_id
  FROM blocks AS b
 WHERE b.user_id = $1
   AND b.lifted_at IS NULL
 UNION ALL
SELECT b.user_id
  FROM blocks AS b
 WHERE b.blocked_id = $1
   AND b.lifted_at IS NULL
$$;

-- Whether the two of a direct conversation see nothing of each other there but what they say: one of
-- them blocks the other, or has yet to take what a stranger wrote.
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

-- As in 0028, less those whom a block keeps apart.
CREATE OR REPLACE FUNCTION presence_peers(user_id uuid) RETURNS TABLE (peer_id uuid)
LANGUAGE sql STABLE
AS $$
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
$$;
