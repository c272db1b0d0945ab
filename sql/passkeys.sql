-- Passkeys, and the challenges that they are to sign.

-- name: insert_challenge(challenge, user_id, seconds)
-- Good once, for so many seconds; with a user, to add a passkey of theirs.
INSERT INTO passkey_challenges (challenge, user_id, expires_at)
VALUES ($1, $2, now() + $3::int * interval '1 second');

-- name: take_challenge(challenge, user_id)
-- Use it up; touches nothing when it is not good, or for something else.
DELETE FROM passkey_challenges
 WHERE challenge = $1
   AND user_id IS NOT DISTINCT FROM $2::uuid
   AND expires_at > now();

-- name: delete_expired_challenges()
-- Forget those that are good no more.
DELETE FROM passkey_challenges
 WHERE expires_at < now();

-- name: passkeys_of(user_id)
-- Somebody's passkeys, the latest first.
SELECT passkey_id, label, is_synced, created_at, last_used_at
  FROM passkeys
 WHERE user_id = $1
   AND removed_at IS NULL
 ORDER BY created_at DESC, passkey_id;

-- name: credentials_of(user_id)
-- What their authenticators call them.
SELECT credential_id
  FROM passkeys
 WHERE user_id = $1
   AND removed_at IS NULL;

-- name: insert_passkey(passkey_id, user_id, rev, credential_id, public_key, sign_count, is_synced, label, most)
-- One more; no row back when there are as many as there may be.
INSERT INTO passkeys (
    passkey_id, user_id, rev, credential_id, public_key, sign_count, is_synced, label
)
SELECT $1, $2, $3, $4, $5, $6, $7, $8
 WHERE (SELECT count(*) FROM passkeys WHERE user_id = $2 AND removed_at IS NULL) < $9::int
RETURNING passkey_id, label, is_synced, created_at, last_used_at;

-- name: rename_passkey(passkey_id, user_id, rev, label)
-- Call it otherwise; no row back when it is none of theirs.
UPDATE passkeys
   SET label = $4, rev = $3
 WHERE passkey_id = $1
   AND user_id = $2
   AND removed_at IS NULL
RETURNING passkey_id, label, is_synced, created_at, last_used_at;

-- name: remove_passkey(passkey_id, user_id, rev)
-- It opens nothing any more; no row back when it is none of theirs.
UPDATE passkeys
   SET removed_at = now(), rev = $3, credential_id = NULL, public_key = NULL
 WHERE passkey_id = $1
   AND user_id = $2
   AND removed_at IS NULL
RETURNING label;

-- name: passkey_by_credential(credential_id)
-- Whose it is, and what its signatures are checked with.
SELECT passkey_id, user_id, public_key
  FROM passkeys
 WHERE credential_id = $1;

-- name: use_passkey(passkey_id, sign_count, is_synced)
-- It was used; touches nothing when its authenticator, if it counts at all, counted as far before.
UPDATE passkeys
   SET sign_count = $2, is_synced = $3, last_used_at = now()
 WHERE passkey_id = $1
   AND removed_at IS NULL
   AND (sign_count < $2 OR greatest(sign_count, $2) = 0);
