-- Media: the pictures of people and groups, kept by the digest of their content.

-- name: expect_avatar(avatar, seconds)
-- Somebody is about to have this picture: nobody lets go of its files for so many seconds.
INSERT INTO avatars (avatar, due_at)
VALUES ($1, now() + $2::int * interval '1 second')
    ON CONFLICT (avatar) DO UPDATE SET due_at = excluded.due_at;

-- name: lock_due_avatar()
-- One of the pictures that perhaps nobody has; other processes get others.
SELECT avatar
  FROM avatars
 WHERE due_at <= now()
 ORDER BY due_at
 LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: is_anybodys(avatar)
-- Whether a person or a group has this picture.
SELECT EXISTS (SELECT 1 FROM users WHERE avatar = $1)
    OR EXISTS (SELECT 1 FROM conversations WHERE avatar = $1);

-- name: settle_avatar(avatar)
-- Somebody has it.
UPDATE avatars
   SET due_at = NULL
 WHERE avatar = $1;

-- name: delete_avatar(avatar)
-- Nobody has it, and its files are gone.
DELETE FROM avatars
 WHERE avatar = $1;
