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

-- name: password_hash(user_id)
-- What a password that is asked for again is compared with.
SELECT password_hash
  FROM users
 WHERE user_id = $1;
