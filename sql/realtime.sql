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
-- The history that positions refer to.
SELECT epoch_id
  FROM epochs
 ORDER BY begun_at DESC
 LIMIT 1;
