-- Bots: accounts that nobody logs in to, and whose they are.

-- name: insert_bot_account(bot_id, username, about, password_hash)
-- The account: no mail reaches it, and no password is right.
INSERT INTO users (user_id, email, username, about, password_hash, gender, country,
                   email_is_verified, is_bot)
VALUES ($1, $1::uuid || '@bots.invalid', $2, $3, $4, 'Others', '', FALSE, TRUE);

-- name: insert_bot_settings(bot_id, rev, audience, is_public)
-- Who may write to it and add it; it is found by others only if it is public.
INSERT INTO settings (user_id, rev, who_may_write, who_may_add, findable)
VALUES ($1, $2, $3, $3, $4);

-- name: insert_bot(bot_id, owner_id, rev, is_public, most)
-- Whose it is; touches nothing when they have so many.
INSERT INTO bots (bot_id, owner_id, rev, is_public)
SELECT $1, $2, $3, $4
 WHERE (
           SELECT count(*) FROM bots WHERE owner_id = $2 AND deleted_at IS NULL
       ) < $5::int;

-- name: bots_of(owner_id)
-- Somebody's bots, the oldest first.
SELECT b.bot_id, p.username, p.about, p.avatar, b.is_public, b.created_at
  FROM bots AS b
  JOIN profiles AS p ON p.user_id = b.bot_id
 WHERE b.owner_id = $1
   AND b.deleted_at IS NULL
 ORDER BY b.created_at, b.bot_id;

-- name: bot_of(owner_id, bot_id)
-- A bot of theirs; no row when it is none.
SELECT b.bot_id, p.username, p.about, p.avatar, b.is_public, b.created_at, p.email
  FROM bots AS b
  JOIN profiles AS p ON p.user_id = b.bot_id
 WHERE b.owner_id = $1
   AND b.bot_id = $2
   AND b.deleted_at IS NULL;

-- name: update_bot(bot_id, rev, is_public)
-- Something of it is new, under this rev of its owner's.
UPDATE bots
   SET rev = $2, is_public = $3
 WHERE bot_id = $1
   AND deleted_at IS NULL;

-- name: mark_bot_deleted(bot_id, rev)
-- It is nobody's any more; touches nothing the second time.
UPDATE bots
   SET rev = $2, deleted_at = now()
 WHERE bot_id = $1
   AND deleted_at IS NULL;
