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
