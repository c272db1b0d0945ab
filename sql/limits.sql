-- Limits: attempts that count on every node, the latest of each subject.

-- name: count_attempt(limit_name, subject_digest, most, seconds)
-- Count one, unless `most` were made within the last seconds; no row when it was not counted.
INSERT INTO attempts AS a (limit_name, subject_digest, made_at, expires_at)
VALUES ($1, $2, ARRAY[now()], now() + $4::int * interval '1 second')
    ON CONFLICT (limit_name, subject_digest) DO UPDATE
   SET made_at = (a.made_at || excluded.made_at)[cardinality(a.made_at) + 2 - $3::int:],
       expires_at = excluded.expires_at
 WHERE cardinality(a.made_at) < $3
    OR a.made_at[cardinality(a.made_at) + 1 - $3] <= now() - $4 * interval '1 second'
RETURNING TRUE;

-- name: seconds_to_wait(limit_name, subject_digest, most, seconds)
-- How long until one counts no more of as many as may be; no row when there is room.
SELECT extract(EPOCH FROM a.made_at[cardinality(a.made_at) + 1 - $3::int] - now())::float8 + $4::int
  FROM attempts AS a
 WHERE a.limit_name = $1
   AND a.subject_digest = $2
   AND cardinality(a.made_at) >= $3
   AND a.made_at[cardinality(a.made_at) + 1 - $3] > now() - $4 * interval '1 second';

-- name: forgive_attempts(limit_name, subject_digest)
-- Forget those of a subject.
DELETE FROM attempts
 WHERE limit_name = $1
   AND subject_digest = $2;

-- name: delete_expired_attempts()
-- Forget those that no limit counts any more.
DELETE FROM attempts
 WHERE expires_at < now();
