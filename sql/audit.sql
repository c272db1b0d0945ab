-- Audit: what happened to accounts that their security hangs on.

-- name: insert_audit_event(event_id, kind, user_id, actor, ip_address, details)
-- It happened now.
INSERT INTO audit_events (event_id, kind, user_id, actor, ip_address, details)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: page_of_audit_events(user_id, kind, since, limit)
-- The latest, of one user or of all (null), of one kind or of all, since a moment or ever; newest first.
SELECT a.happened_at, a.kind, a.actor, a.user_id, u.email, a.ip_address, a.details
  FROM audit_events AS a
  LEFT JOIN users AS u ON u.user_id = a.user_id
 WHERE ($1::uuid IS NULL OR a.user_id = $1)
   AND ($2::text IS NULL OR a.kind = $2)
   AND ($3::timestamptz IS NULL OR a.happened_at >= $3)
 ORDER BY a.happened_at DESC
 LIMIT $4::int;

-- name: delete_old_audit_events(days, limit)
-- Some of those that are older than this.
DELETE FROM audit_events
 WHERE event_id IN (
           SELECT a.event_id
             FROM audit_events AS a
            WHERE a.happened_at < now() - make_interval(days => $1::int)
            ORDER BY a.happened_at
            LIMIT $2::int
       );
