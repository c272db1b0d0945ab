-- Who may know of whom whether they are online and when they were last seen.
-- Lock: none (a new function only). Undo: drop it.

-- The one place that says so: contacts, and whoever is in a group with them that is not large; less
-- those from whom either hides it, so that it holds both ways. A peer may come up more than once.
-- PostgreSQL puts the query in the place of the call; LATERAL with LIMIT, so that it looks settings up
-- one by one and never reads them all.
CREATE FUNCTION presence_peers(user_id uuid) RETURNS TABLE (peer_id uuid)
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
 WHERE (coalesce(own.who, 'everyone') = 'everyone' OR allows(own.who, $1, r.peer_id))
   AND (coalesce(theirs.who, 'everyone') = 'everyone' OR allows(theirs.who, r.peer_id, $1))
$$;
