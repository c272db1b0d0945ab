-- Presence: who is online, when everybody was last seen, and who hears that somebody types.
-- Who may know of whom is presence_peers (migrations/0028): blocks and settings belong there.
-- What stands in LATERAL with ORDER BY or an aggregate, or as a value, is looked up row by row: no plan
-- kept from when tables were small then reads them all.

-- name: seen(viewer_id, user_ids)
-- Those of these users whose presence the viewer may know, oneself too.
WITH known AS (
    SELECT k.peer_id AS user_id
      FROM presence_peers($1) AS k
     WHERE k.peer_id = ANY($2::uuid [])
     UNION
    SELECT $1
     WHERE $1 = ANY($2::uuid [])
)

SELECT known.user_id, o.is_online,
       (SELECT l.seen_at FROM last_seen AS l WHERE l.user_id = known.user_id) AS last_seen_at
  FROM known
 CROSS JOIN LATERAL (
      SELECT count(*) > 0 AS is_online
        FROM presences AS p
       WHERE p.user_id = known.user_id
  ) AS o;

-- name: whereabouts(user_ids, node_id)
-- Whether these users are online, and elsewhere than at this process.
SELECT m.user_id, o.is_online, o.is_elsewhere
  FROM unnest($1::uuid []) AS m (user_id)
 CROSS JOIN LATERAL (
      SELECT count(*) > 0 AS is_online,
             coalesce(bool_or(p.node_id <> $2), false) AS is_elsewhere
        FROM presences AS p
       WHERE p.user_id = m.user_id
  ) AS o;

-- name: watchers(user_ids, node_id)
-- When these users were last seen, and who is to hear of them: those with sockets at this process, and
-- those with sockets at others.
SELECT m.user_id, h.here, h.elsewhere,
       (SELECT l.seen_at FROM last_seen AS l WHERE l.user_id = m.user_id) AS last_seen_at
  FROM unnest($1::uuid []) AS m (user_id)
 CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(DISTINCT k.peer_id) FILTER (WHERE p.is_here), '{}') AS here,
             coalesce(array_agg(DISTINCT k.peer_id) FILTER (WHERE p.is_elsewhere), '{}')
                 AS elsewhere
        FROM presence_peers(m.user_id) AS k
       CROSS JOIN LATERAL (
            SELECT bool_or(q.node_id = $2) AS is_here, bool_or(q.node_id <> $2) AS is_elsewhere
              FROM presences AS q
             WHERE q.user_id = k.peer_id
               AND q.left_at IS NULL
       ) AS p
  ) AS h;

-- name: hearers(conversation_ids, user_ids, only_contacts, large)
-- Who hears that these people type in these conversations, of which each is a member: nobody where so
-- many are in it, nobody of whoever hides it, and nobody who hides it themselves, or whom a block keeps
-- apart. Two people hear of each other if the one may write to the other, and neither has yet to take
-- what the other wrote.
SELECT me.conversation_id, me.user_id, u.username,
       NOT w.is_refused AS may_write, w.blocks,
       CASE
           WHEN c.member_count > $4::int OR w.is_refused OR is_withheld(c) THEN '{}'
           WHEN (SELECT s.shows_typing FROM settings AS s WHERE s.user_id = me.user_id) IS FALSE
               THEN '{}'
           ELSE ARRAY(
               SELECT other.user_id
                 FROM members AS other
                WHERE other.conversation_id = me.conversation_id
                  AND other.user_id <> me.user_id
                  AND other.left_at IS NULL
                  AND (
                      SELECT s.shows_typing FROM settings AS s WHERE s.user_id = other.user_id
                  ) IS NOT FALSE
                  AND NOT other.user_id IN (SELECT k.other_id FROM kept_apart(me.user_id) AS k)
           )
       END AS hearer_ids
  FROM unnest($1::uuid [], $2::uuid []) AS t (conversation_id, user_id)
  JOIN members AS me
    ON me.conversation_id = t.conversation_id
   AND me.user_id = t.user_id
  JOIN conversations AS c ON c.conversation_id = me.conversation_id
  JOIN users AS u ON u.user_id = me.user_id
 CROSS JOIN LATERAL (
      SELECT CASE c.low_user_id WHEN me.user_id THEN c.high_user_id ELSE c.low_user_id END
          AS user_id
  ) AS o
  LEFT JOIN LATERAL (
      SELECT s.who_may_write AS who
        FROM settings AS s
       WHERE s.user_id = o.user_id
       ORDER BY s.user_id
       LIMIT 1
  ) AS theirs ON true
 CROSS JOIN LATERAL (
      SELECT c.kind = 'direct' AND NOT (
                 allows(theirs.who, o.user_id, me.user_id)
                 AND (NOT $3::boolean OR allows('contacts', o.user_id, me.user_id))
                 AND NOT (c.low_blocks OR c.high_blocks)
             ) AS is_refused,
             CASE c.low_user_id WHEN me.user_id THEN c.low_blocks ELSE c.high_blocks END AS blocks
  ) AS w
 WHERE me.left_at IS NULL
   AND c.deleted_at IS NULL;
