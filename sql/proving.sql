-- Proving once more who one is, on a session that is logged in.

-- name: has_proved(session_id, by_factor, seconds)
-- Whether somebody proved on this session, which goes on, who they are, so many seconds ago at most; or
-- only by a second factor or a passkey.
SELECT EXISTS (
           SELECT 1
             FROM sessions
            WHERE session_id = $1
              AND ended_at IS NULL
              AND expires_at > now()
              AND CASE WHEN $2::boolean THEN factor_proved_at ELSE proved_at END
                  > now() - $3::int * interval '1 second'
       );

-- name: mark_proved(session_id, by_factor)
-- They proved it just now, be it by a second factor or a passkey.
UPDATE sessions
   SET proved_at = now(),
       factor_proved_at = CASE WHEN $2::boolean THEN now() ELSE factor_proved_at END
 WHERE session_id = $1;

-- name: take_back(user_id, rev, since)
-- Whatever came after that moment to open an account, to act for its bots or to be told what happens in
-- it does so no more, and no code is asked for that was not before.
WITH recovery AS (
    DELETE FROM recovery_codes AS c
     USING second_factors AS f
     WHERE c.user_id = $1
       AND f.user_id = $1
       AND f.since > $3
),

keys AS (
    UPDATE passkeys
       SET removed_at = now(), rev = $2, credential_id = NULL, public_key = NULL
     WHERE user_id = $1
       AND created_at > $3
       AND removed_at IS NULL
),

elsewhere AS (
    UPDATE oidc_identities
       SET rev = $2, issuer = NULL, subject = NULL, email = NULL, linked_at = NULL
     WHERE user_id = $1
       AND linked_at > $3
),

told AS (
    UPDATE webhook_subscriptions
       SET rev = $2, deleted_at = now(), url = '', secret = ''
     WHERE owner_id = $1
       AND created_at > $3
       AND deleted_at IS NULL
),

bots_tokens AS (
    UPDATE sessions AS s
       SET ended_at = now()
      FROM bots AS b
     WHERE b.owner_id = $1
       AND s.user_id = b.bot_id
       AND s.created_at > $3
       AND s.ended_at IS NULL
    RETURNING s.session_id
),

noted AS (
    UPDATE tokens AS t
       SET rev = $2
      FROM bots_tokens AS b
     WHERE t.session_id = b.session_id
)

UPDATE second_factors
   SET rev = $2, secret = NULL, since = NULL, offered = NULL, offered_at = NULL
 WHERE user_id = $1
   AND since > $3;

-- name: password_hash(user_id)
-- What a password that is asked for again is compared with.
SELECT password_hash
  FROM users
 WHERE user_id = $1;
