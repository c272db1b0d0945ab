-- Accounts: users and the sessions they are logged in with.

-- name: is_email_taken(email, user_id)
-- Whether somebody registered this address, or another than this user (null: nobody) may go back to it;
-- it is the unique key that decides a race.
SELECT EXISTS (SELECT 1 FROM users WHERE email = $1)
    OR EXISTS (
           SELECT 1
             FROM mail_tokens
            WHERE email = $1
              AND purpose = 'revert_email'
              AND expires_at > now()
              AND user_id IS DISTINCT FROM $2::uuid
       );

-- name: insert_user(user_id, email, username, password_hash, gender, country)
-- A new account, whose address is yet to be proved.
INSERT INTO users (user_id, email, username, password_hash, gender, country, email_is_verified)
VALUES ($1, $2, $3, $4, $5, $6, FALSE);

-- name: user_by_email(email)
-- What a login is checked against; nobody logs in as a bot.
SELECT user_id, email, username, password_hash, is_active, email_is_verified
  FROM users
 WHERE email = $1
   AND NOT is_bot;

-- name: user_to_let_in(user_id)
-- What a login goes on from, once it is proved whose it is.
SELECT user_id, email, username, password_hash, is_active, email_is_verified
  FROM users
 WHERE user_id = $1;

-- name: profile(user_id)
-- What somebody says of themselves, all of it.
SELECT user_id, username, email, gender, country, about, status_text, status_expires_at, avatar,
       created_at, is_active, is_bot
  FROM profiles
 WHERE user_id = $1;

-- name: profile_of(user_id, viewer_id)
-- What one sees of another; the address only if they are contacts, or the same. Whoever is blocked sees
-- no more than the members of a group have to.
SELECT p.user_id, p.username,
       CASE WHEN p.user_id = $2 OR k.user_id IS NOT NULL THEN p.email END AS email,
       p.gender, p.country,
       CASE WHEN NOT w.is_blocked THEN p.about END AS about,
       CASE WHEN NOT w.is_blocked THEN p.status_text END AS status_text,
       CASE WHEN NOT w.is_blocked THEN p.status_expires_at END AS status_expires_at,
       p.avatar, p.created_at, p.is_active, p.is_bot
  FROM profiles AS p
  LEFT JOIN contacts AS k ON k.user_id = $2 AND k.contact_id = p.user_id
 CROSS JOIN LATERAL (SELECT blocks_user(p.user_id, $2) AS is_blocked) AS w
 WHERE p.user_id = $1;

-- name: lock_account(user_id)
-- Nobody else changes this account until the end, nor writes anything that refers to it: the address
-- is a key, and to change a key while holding less than this lock may be a deadlock with those.
SELECT user_id
  FROM users
 WHERE user_id = $1
   FOR UPDATE;

-- name: update_profile(user_id, username, gender, country, about, status_text, status_expires_at)
-- What somebody says of themselves now.
UPDATE users
   SET username = $2, gender = $3, country = $4, about = $5,
       status_text = $6, status_expires_at = $7
 WHERE user_id = $1;

-- name: set_avatar(user_id, avatar)
-- Give somebody a picture, or none.
UPDATE users
   SET avatar = $2
 WHERE user_id = $1;

-- name: mark_profile_changed(user_id, rev)
-- Something of a profile is new, and everybody in their conversations is yet to be told.
UPDATE users
   SET profile_rev = $2, profile_due_at = clock_timestamp()
 WHERE user_id = $1;

-- name: page_of_users(viewer_id, part, limit, offset)
-- Everybody who can log in, may be found and whose name holds the part, newest accounts first;
-- addresses only of oneself and contacts.
SELECT u.user_id, u.username,
       CASE WHEN u.user_id = $1 OR k.user_id IS NOT NULL THEN u.email END AS email,
       u.gender, u.avatar, u.created_at, u.is_active, u.is_bot
  FROM users AS u
  LEFT JOIN contacts AS k ON k.user_id = $1 AND k.contact_id = u.user_id
  LEFT JOIN settings AS s ON s.user_id = u.user_id
 WHERE u.is_active
   AND (
           k.user_id IS NOT NULL
           OR u.user_id = $1
           OR (s.findable IS NOT FALSE AND NOT blocks_user(u.user_id, $1))
       )
   AND ($2::text = '' OR position(lower($2) IN lower(u.username)) > 0)
 ORDER BY u.created_at DESC, u.user_id
 LIMIT $3::int OFFSET $4::bigint;

-- name: insert_session(session_id, user_id, password_hash, expires_at, ip_address, user_agent, location, device_info)
-- A login, and the user's rev under which their other devices hear of it; no row back when the
-- password is another by now, or the account is inactive.
WITH known AS (
    UPDATE users
       SET rev = rev + 1
     WHERE user_id = $2
       AND password_hash = $3
       AND is_active
    RETURNING rev
)

INSERT INTO sessions (session_id, user_id, rev, expires_at,
                      ip_address, user_agent, location, device_info)
SELECT $1, $2, k.rev, $4::timestamptz, $5, $6, $7, $8
  FROM known AS k
RETURNING rev, created_at;

-- name: is_new_device(user_id, user_agent, device_info)
-- Whether all earlier logins came from devices of other names, figures aside; null if there are none.
SELECT NOT bool_or(
           device_info IS NOT DISTINCT FROM $3
           AND translate(coalesce(user_agent, ''), '.0123456789', '')
           = translate(coalesce($2, ''), '.0123456789', '')
       )
  FROM sessions
 WHERE user_id = $1
   AND scopes IS NULL;

-- name: tokens_by_digest(digests)
-- Which sessions these tokens are; whether they are over is read where that of logins is.
SELECT digest, session_id
  FROM tokens
 WHERE digest = ANY ($1::bytea []);

-- name: live_sessions(session_ids)
-- Who is behind those sessions that go on; no row where one is over or the account is inactive, or
-- that of a bot's owner is.
SELECT s.session_id, s.scopes, u.user_id, u.username, u.email, u.profile_rev
  FROM sessions AS s
  JOIN users AS u ON u.user_id = s.user_id
 WHERE s.session_id = ANY ($1::uuid [])
   AND s.ended_at IS NULL
   AND s.expires_at > now()
   AND u.is_active
   AND (NOT u.is_bot OR has_owner(u.user_id));

-- name: end_session(session_id, user_id, rev)
-- Log out on one device; touches nothing the second time.
UPDATE sessions
   SET ended_at = now(), rev = $3
 WHERE session_id = $1
   AND user_id = $2
   AND scopes IS NULL
   AND ended_at IS NULL
   AND expires_at > now();

-- name: sessions_of(user_id, session_id, limit)
-- Where somebody is logged in, the latest login first; the named session is the one that asks.
SELECT session_id, ip_address, user_agent, location, device_info, created_at, expires_at,
       coalesce(last_seen_at, created_at) AS last_seen_at, session_id = $2 AS is_current
  FROM sessions
 WHERE user_id = $1
   AND scopes IS NULL
   AND ended_at IS NULL
   AND expires_at > now()
 ORDER BY created_at DESC
 LIMIT $3::int;

-- name: forget_sessions(days, limit)
-- Sessions that expired so many days ago tell nobody anything any more.
DELETE FROM sessions
 WHERE session_id IN (
           SELECT session_id
             FROM sessions
            WHERE expires_at < now() - $1::int * interval '1 day'
            ORDER BY expires_at
            LIMIT $2::int
       );

-- name: see_sessions(session_ids)
-- These were used just now; one that another process is writing was seen by it.
UPDATE sessions
   SET last_seen_at = now()
 WHERE session_id IN (
           SELECT session_id
             FROM sessions
            WHERE session_id = ANY ($1::uuid [])
              AND ended_at IS NULL
              AND coalesce(last_seen_at < now() - interval '50 seconds', true)
            ORDER BY session_id
              FOR NO KEY UPDATE SKIP LOCKED
       );

-- name: sessions_moved(session_ids, profile_revs)
-- Which of these are over (ended, expired, gone, or of an account that is inactive: no user), and
-- whose profile is newer than this.
SELECT asked.session_id, live.user_id, live.username, live.email, live.profile_rev
  FROM unnest($1::uuid [], $2::bigint []) AS asked (session_id, profile_rev)
  LEFT JOIN (
      SELECT s.session_id, u.user_id, u.username, u.email, u.profile_rev
        FROM sessions AS s
        JOIN users AS u ON u.user_id = s.user_id
       WHERE s.session_id = ANY ($1::uuid [])
         AND s.ended_at IS NULL
         AND s.expires_at > now()
         AND u.is_active
         AND (NOT u.is_bot OR has_owner(u.user_id))
  ) AS live ON live.session_id = asked.session_id
 WHERE live.user_id IS NULL
    OR live.profile_rev > asked.profile_rev;

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

-- name: end_sessions(user_id, rev, but_session_id, tokens_too)
-- Log somebody out wherever they are logged in, but for one session if it is named; tokens are
-- sessions too, and with them goes what URLs are told for this one.
WITH revoked AS (
    UPDATE webhook_subscriptions
       SET is_revoked = TRUE
     WHERE $4::boolean
       AND owner_id = $1
       AND disabled_at IS NULL
       AND deleted_at IS NULL
)

UPDATE sessions
   SET ended_at = now(), rev = $2
 WHERE user_id = $1
   AND ended_at IS NULL
   AND expires_at > now()
   AND session_id IS DISTINCT FROM $3::uuid
   AND (scopes IS NULL OR $4::boolean)
RETURNING session_id, scopes IS NOT NULL AS is_token;

-- name: sessions_of_bots(owner_id)
-- Those by which somebody's bots act, as long as their owner may.
SELECT s.session_id, s.user_id
  FROM bots AS b
  JOIN sessions AS s ON s.user_id = b.bot_id
 WHERE b.owner_id = $1
   AND s.ended_at IS NULL
   AND s.expires_at > now();

-- name: insert_mail_token(digest, user_id, purpose, email, seconds)
-- A link good for so many seconds; none where there is no such user.
INSERT INTO mail_tokens (digest, user_id, purpose, email, expires_at)
SELECT $1, u.user_id, $3, $4, now() + $5::int * interval '1 second'
  FROM users AS u
 WHERE u.user_id = $2;

-- name: user_of_mail_token(digest, purpose)
-- Whose link it is; no row when it is not good.
SELECT user_id
  FROM mail_tokens
 WHERE digest = $1
   AND purpose = $2
   AND expires_at > now();

-- name: take_mail_token(digest, purpose)
-- Use a link up; no row when it is not good.
DELETE FROM mail_tokens
 WHERE digest = $1
   AND purpose = $2
   AND expires_at > now()
RETURNING email, created_at;

-- name: void_mail_tokens(user_id)
-- All links of a user but those that give a stolen account back: a thief must not void them.
DELETE FROM mail_tokens
 WHERE user_id = $1
   AND purpose <> 'revert_email';

-- name: void_former_changes(user_id)
-- Of several new addresses, only the latest can be confirmed.
DELETE FROM mail_tokens
 WHERE user_id = $1
   AND purpose = 'confirm_email';

-- name: void_later_reverts(user_id, created_at)
-- The links that would undo what came after that moment.
DELETE FROM mail_tokens
 WHERE user_id = $1
   AND purpose = 'revert_email'
   AND created_at > $2;

-- name: reach_back(user_id)
-- The link that gives an account back undoes all that came, ever: the address that it goes to was not
-- proved, so what was there before may be a thief's as well.
UPDATE mail_tokens
   SET created_at = to_timestamp(0)
 WHERE user_id = $1
   AND purpose = 'revert_email';

-- name: delete_expired_mail_tokens()
-- Forget the links that are good no more.
DELETE FROM mail_tokens
 WHERE expires_at < now();

-- name: is_email_proved(user_id)
-- Whether their address is theirs for certain.
SELECT email_is_verified
  FROM users
 WHERE user_id = $1;

-- name: verify_email(user_id, email)
-- The address is theirs; touches nothing when they have another by now, or are inactive.
UPDATE users
   SET email_is_verified = TRUE
 WHERE user_id = $1
   AND email = $2
   AND is_active;

-- name: reset_password(user_id, email, password_hash)
-- The password of whoever reads the mail of this address; touches nothing when they have another by
-- now, or are inactive.
UPDATE users
   SET password_hash = $3, email_is_verified = TRUE
 WHERE user_id = $1
   AND email = $2
   AND is_active;

-- name: set_password(user_id, password_hash)
-- Another password, or none that is right.
UPDATE users
   SET password_hash = $2
 WHERE user_id = $1;

-- name: set_email(user_id, email)
-- Another address, which is proved; touches nothing when they are inactive.
UPDATE users
   SET email = $2, email_is_verified = TRUE
 WHERE user_id = $1
   AND is_active;

-- name: deactivate(user_id)
-- Nobody logs in to this account; whoever serves makes it active again.
UPDATE users
   SET is_active = FALSE
 WHERE user_id = $1;

-- name: anonymise(user_id, password_hash)
-- Nothing of an account is left but that it was there.
UPDATE users
   SET username = 'Deleted account', email = user_id || '@deleted.invalid', password_hash = $2,
       gender = 'Others', country = '', about = NULL, status_text = NULL,
       status_expires_at = NULL, avatar = NULL, email_is_verified = FALSE, is_active = FALSE,
       deleted_at = clock_timestamp()
 WHERE user_id = $1;

-- name: delete_mail_tokens(user_id)
-- All links of a user, those too that would give the account back.
DELETE FROM mail_tokens
 WHERE user_id = $1;
