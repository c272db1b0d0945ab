-- Realtime: what sockets need of the database.

-- name: insert_ticket(digest, session_id, lifetime)
-- Keep a ticket for some seconds.
INSERT INTO tickets (digest, session_id, expires_at)
VALUES ($1, $2, now() + $3::int * interval '1 second');

-- name: delete_expired_tickets()
-- Forget those that nobody used in time.
DELETE FROM tickets
 WHERE expires_at < now();

-- name: redeem_ticket(digest)
-- The session a ticket opens a socket for; a second attempt finds nothing.
DELETE FROM tickets
 WHERE digest = $1
   AND expires_at > now()
RETURNING session_id;

-- name: current_epoch()
-- The history that positions refer to, and where it began.
SELECT epoch_id, system_identifier, timeline, database_oid
  FROM epochs
 ORDER BY begun_at DESC
 LIMIT 1;

-- name: place()
-- Where we are: a dump is restored to another cluster or database, a promoted copy and a recovery
-- to an earlier moment write another timeline. A server that only follows another is no place.
SELECT cluster.system_identifier,
       ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint AS timeline,
       db.oid::bigint AS database_oid
  FROM pg_control_system() AS cluster
 CROSS JOIN pg_database AS db
 WHERE db.datname = current_database()
   AND NOT pg_is_in_recovery();

-- name: hold_epochs()
-- One at a time begins an epoch: of all that see the same reason, the first does.
SELECT true
  FROM epochs
 ORDER BY begun_at
 LIMIT 1
   FOR UPDATE;

-- name: insert_epoch(system_identifier, timeline, database_oid)
-- Begin one, later than all others even if the clock says otherwise.
INSERT INTO epochs (begun_at, system_identifier, timeline, database_oid)
SELECT greatest(clock_timestamp(), max(begun_at) + interval '1 microsecond'), $1, $2, $3
  FROM epochs
RETURNING epoch_id;

-- name: place_epoch(epoch_id, system_identifier, timeline, database_oid)
-- Say where one began that was made before anybody could ask.
UPDATE epochs
   SET system_identifier = $2, timeline = $3, database_oid = $4
 WHERE epoch_id = $1;

-- name: places_of(user_ids, large)
-- Where all that concerns these users stands; conversations over so many members also by themselves.
SELECT u.user_id, u.rev AS user_rev, p.conversation_ids, p.seqs, p.revs, p.large_ids
  FROM users AS u
 CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(c.conversation_id), '{}') AS conversation_ids,
             coalesce(array_agg(c.last_seq), '{}') AS seqs,
             coalesce(array_agg(c.last_rev), '{}') AS revs,
             coalesce(array_agg(c.conversation_id) FILTER (WHERE c.member_count > $2::int), '{}')
                 AS large_ids
        FROM members AS m
        JOIN conversations AS c ON c.conversation_id = m.conversation_id
       WHERE m.user_id = u.user_id
         AND m.left_at IS NULL
         AND c.deleted_at IS NULL
  ) AS p
 WHERE u.user_id = ANY ($1::uuid []);

-- name: see_node(node_id)
-- Say that this process lives; whether it was unknown, and so has all to tell.
INSERT INTO nodes AS n (node_id, seen_at)
VALUES ($1, now())
    ON CONFLICT (node_id) DO UPDATE
   SET seen_at = excluded.seen_at
RETURNING n.xmax = 0 AS is_new;

-- name: tell_presences(node_id, user_ids, sockets)
-- How many sockets these users have here now; how many they have elsewhere, and who was not here.
-- Whoever has none any more stays for a while; whoever came and went in between was never here.
WITH told AS (
    SELECT t.user_id, t.sockets
      FROM unnest($2::uuid [], $3::bigint []) AS t (user_id, sockets)
),

left_here AS (
    UPDATE presences
       SET left_at = now()
     WHERE user_id = ANY(ARRAY(SELECT told.user_id FROM told WHERE told.sockets = 0))
       AND node_id = $1
),

here AS (
    INSERT INTO presences AS p (user_id, node_id, sockets)
    SELECT told.user_id, $1, told.sockets
      FROM told
     WHERE told.sockets > 0
        ON CONFLICT (user_id, node_id) DO UPDATE
       SET sockets = excluded.sockets, left_at = NULL
    RETURNING p.user_id, p.xmax = 0 AS is_new
)

SELECT told.user_id,
       (SELECT coalesce(sum(p.sockets), 0)::int
          FROM presences AS p
         WHERE p.user_id = told.user_id
           AND p.node_id <> $1
           AND p.left_at IS NULL) AS elsewhere,
       coalesce(here.is_new, false) AS is_new
  FROM told
  LEFT JOIN here ON here.user_id = told.user_id;

-- name: part_absent(grace, silence)
-- Forget who left so many seconds ago, and who was at processes that have not said for so many that
-- they live; back comes everybody forgotten. One process does it at a time.
WITH silent AS (
    SELECT node_id, seen_at
      FROM nodes
     WHERE seen_at < now() - $2::int * interval '1 second'
       FOR UPDATE SKIP LOCKED
),

overdue AS (
    SELECT p.ctid, p.user_id, p.left_at
      FROM presences AS p
     WHERE p.left_at < now() - $1::int * interval '1 second'
       FOR UPDATE SKIP LOCKED
),

absent AS (
    SELECT overdue.user_id, overdue.left_at
      FROM overdue
     UNION ALL
    SELECT there.user_id, coalesce(there.left_at, silent.seen_at)
      FROM silent
     CROSS JOIN LATERAL (
          SELECT p.user_id, p.left_at
            FROM presences AS p
           WHERE p.node_id = silent.node_id
           ORDER BY p.user_id
     ) AS there
),

parted AS (
    DELETE FROM presences
     WHERE ctid = ANY(ARRAY(SELECT overdue.ctid FROM overdue))
),

forgotten AS (
    DELETE FROM nodes
     WHERE node_id = ANY(ARRAY(SELECT silent.node_id FROM silent))
)

INSERT INTO last_seen AS l (user_id, seen_at)
SELECT absent.user_id, max(absent.left_at)
  FROM absent
 WHERE (SELECT u.deleted_at IS NULL FROM users AS u WHERE u.user_id = absent.user_id)
 GROUP BY absent.user_id
 ORDER BY absent.user_id
    ON CONFLICT (user_id) DO UPDATE
   SET seen_at = greatest(l.seen_at, excluded.seen_at)
RETURNING l.user_id;

-- name: keep_last_seen(node_id)
-- Write down that everybody at this process is seen now.
INSERT INTO last_seen (user_id, seen_at)
SELECT p.user_id, now()
  FROM presences AS p
 WHERE p.node_id = $1
   AND p.left_at IS NULL
   AND (SELECT u.deleted_at IS NULL FROM users AS u WHERE u.user_id = p.user_id)
 ORDER BY p.user_id
    ON CONFLICT (user_id) DO UPDATE
   SET seen_at = excluded.seen_at;

-- name: leave_node(node_id)
-- This process goes: all who are here leave it now, and may come back to another one unnoticed.
UPDATE presences
   SET left_at = now()
 WHERE node_id = $1
   AND left_at IS NULL;
