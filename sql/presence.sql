-- Presence: who has sockets at which process.

-- name: see_node(node_id)
-- Say that this process lives; whether it was unknown, and so has all to tell.
INSERT INTO nodes AS n (node_id, seen_at)
VALUES ($1, now())
    ON CONFLICT (node_id) DO UPDATE
   SET seen_at = excluded.seen_at
RETURNING n.xmax = 0 AS is_new;

-- name: tell_presences(node_id, user_ids, sockets)
-- How many sockets these users have here now; how many they have elsewhere.
WITH told AS (
    SELECT t.user_id, t.sockets
      FROM unnest($2::uuid [], $3::bigint []) AS t (user_id, sockets)
),

gone AS (
    DELETE FROM presences
     WHERE user_id = ANY(ARRAY(SELECT told.user_id FROM told WHERE told.sockets = 0))
       AND node_id = $1
),

here AS (
    INSERT INTO presences AS p (user_id, node_id, sockets)
    SELECT told.user_id, $1, told.sockets
      FROM told
     WHERE told.sockets > 0
        ON CONFLICT (user_id, node_id) DO UPDATE
       SET sockets = excluded.sockets
)

SELECT told.user_id,
       (SELECT coalesce(sum(p.sockets), 0)::int
          FROM presences AS p
         WHERE p.user_id = told.user_id
           AND p.node_id <> $1) AS elsewhere
  FROM told;

-- name: delete_silent_nodes(seconds)
-- Forget processes that have not said that they live, and who was there.
DELETE FROM nodes
 WHERE seen_at < now() - $1::int * interval '1 second';

-- name: delete_node(node_id)
-- This process goes, and nobody is here any more.
DELETE FROM nodes
 WHERE node_id = $1;
