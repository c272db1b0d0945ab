-- Accounts: users and the sessions they are logged in with.

-- name: is_email_taken(email)
-- Whether somebody registered this address; it is the unique key that decides a race.
SELECT EXISTS (SELECT 1 FROM users WHERE email = $1);

-- name: insert_user(user_id, email, username, password_hash, gender, country)
-- A new account.
INSERT INTO users (user_id, email, username, password_hash, gender, country)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: user_by_email(email)
-- What a login is checked against.
SELECT user_id, email, username, password_hash, is_active
  FROM users
 WHERE email = $1;

-- name: user(user_id)
-- One's own account.
SELECT user_id, username, email, gender, created_at, is_active
  FROM users
 WHERE user_id = $1;

-- name: page_of_users(viewer_id, part, limit, offset)
-- Everybody whose name holds the part, newest accounts first; addresses only of oneself and contacts.
SELECT u.user_id, u.username,
       CASE WHEN u.user_id = $1 OR k.user_id IS NOT NULL THEN u.email END AS email,
       u.gender, u.created_at, u.is_active
  FROM users AS u
  LEFT JOIN contacts AS k ON k.user_id = $1 AND k.contact_id = u.user_id
 WHERE $2::text = '' OR position(lower($2) IN lower(u.username)) > 0
 ORDER BY u.created_at DESC, u.user_id
 LIMIT $3::int OFFSET $4::bigint;

-- name: insert_session(session_id, user_id, expires_at, ip_address, user_agent, location, device_info)
-- A login.
INSERT INTO sessions (session_id, user_id, expires_at,
                      ip_address, user_agent, location, device_info)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: live_sessions(session_ids)
-- Who is behind those sessions that go on; no row where one is over or the account is inactive.
SELECT s.session_id, u.user_id, u.username, u.email
  FROM sessions AS s
  JOIN users AS u ON u.user_id = s.user_id
 WHERE s.session_id = ANY ($1::uuid [])
   AND s.ended_at IS NULL
   AND s.expires_at > now()
   AND u.is_active;

-- name: end_session(session_id)
-- Log out; touches nothing the second time.
UPDATE sessions
   SET ended_at = now()
 WHERE session_id = $1
   AND ended_at IS NULL;

-- name: sessions_over(session_ids)
-- Which of these are over: ended, expired, gone, or of an account that is inactive.
SELECT asked.session_id
  FROM unnest($1::uuid []) AS asked (session_id)
 WHERE NOT EXISTS (
           SELECT 1
             FROM sessions AS s
             JOIN users AS u ON u.user_id = s.user_id
            WHERE s.session_id = asked.session_id
              AND s.ended_at IS NULL
              AND s.expires_at > now()
              AND u.is_active
       );

-- name: lock_users(user_ids)
-- Nobody else changes what is these people's own until the end; always in the order of their ids.
SELECT user_id
  FROM users
 WHERE user_id = ANY ($1::uuid [])
 ORDER BY user_id
   FOR NO KEY UPDATE;

-- name: advance_users(user_ids)
-- The next rev of each.
UPDATE users
   SET rev = rev + 1
 WHERE user_id = ANY ($1::uuid [])
RETURNING user_id, rev;
