-- Second factors: the secrets that codes are made of, sealed, and the digests of recovery codes.

-- name: second_factor(user_id)
-- Whether somebody has one, since when, and the recovery codes they have left; no row for most.
SELECT f.secret IS NOT NULL AS is_on, f.since,
       (SELECT count(*) FROM recovery_codes AS k WHERE k.user_id = f.user_id)
           AS recovery_codes_left
  FROM second_factors AS f
 WHERE f.user_id = $1;

-- name: secret(user_id)
-- What their codes are made of, sealed; null or no row where they have none.
SELECT secret
  FROM second_factors
 WHERE user_id = $1;

-- name: offer_secret(user_id, offered)
-- Keep a secret that is yet to be confirmed, in the place of one before it.
INSERT INTO second_factors AS f (user_id, offered, offered_at)
VALUES ($1, $2, now())
    ON CONFLICT (user_id) DO UPDATE
   SET offered = excluded.offered, offered_at = excluded.offered_at;

-- name: offered_secret(user_id, seconds)
-- The secret that was offered, if that was so many seconds ago at most.
SELECT offered
  FROM second_factors
 WHERE user_id = $1
   AND offered_at > now() - $2::int * interval '1 second';

-- name: turn_on(user_id, secret, step)
-- The secret is in force, and the code that confirmed it used; what was offered is no more.
UPDATE second_factors
   SET secret = $2, since = now(), last_step = $3, offered = NULL, offered_at = NULL
 WHERE user_id = $1;

-- name: turn_off(user_id)
-- Logins take no code any more; touches nothing when they took none.
UPDATE second_factors
   SET secret = NULL, since = NULL, offered = NULL, offered_at = NULL
 WHERE user_id = $1
   AND secret IS NOT NULL;

-- name: use_step(user_id, secret, step)
-- Use a code up, by its step; touches nothing when it or a later one was used, or is of another secret.
UPDATE second_factors
   SET last_step = $3
 WHERE user_id = $1
   AND secret = $2
   AND last_step < $3;

-- name: mark_second_factor_changed(user_id, rev)
-- It is on or off now, or the recovery codes are others, or fewer.
UPDATE second_factors
   SET rev = $2
 WHERE user_id = $1;

-- name: insert_recovery_codes(user_id, digests)
-- New ones, beside none.
INSERT INTO recovery_codes (user_id, digest)
SELECT $1, unnest($2::bytea []);

-- name: delete_recovery_codes(user_id)
-- None is good any more.
DELETE FROM recovery_codes
 WHERE user_id = $1;

-- name: use_recovery_code(user_id, digest)
-- Use one up; touches nothing when it is none of theirs, or was used.
DELETE FROM recovery_codes
 WHERE user_id = $1
   AND digest = $2;
