-- Invites: links that let people into a group. Which are good says the view live_invites.

-- name: insert(invite_id, digest, conversation_id, created_by, seconds, max_uses)
-- A new link.
INSERT INTO invites (invite_id, digest, conversation_id, created_by, expires_at, max_uses)
VALUES ($1, $2, $3, $4, clock_timestamp() + $5::int * interval '1 second', $6)
RETURNING invite_id, created_by, created_at, expires_at, max_uses, uses;

-- name: count(conversation_id)
-- How many links a group has that are not expired.
SELECT count(*)
  FROM invites
 WHERE conversation_id = $1
   AND expires_at > now();

-- name: of_group(conversation_id, created_by)
-- The links that are good, newest first: all, or those that one member made.
SELECT invite_id, created_by, created_at, expires_at, max_uses, uses
  FROM live_invites
 WHERE conversation_id = $1
   AND NOT is_used_up
   AND ($2::uuid IS NULL OR created_by = $2)
 ORDER BY created_at DESC, invite_id DESC;

-- name: delete(invite_id, conversation_id, created_by)
-- Let nobody in by a link any more: anybody's, or one that this member made.
DELETE FROM invites
 WHERE invite_id = $1
   AND conversation_id = $2
   AND ($3::uuid IS NULL OR created_by = $3);

-- name: place(digest)
-- Which group a link leads to, good or not.
SELECT conversation_id
  FROM invites
 WHERE digest = $1;

-- name: preview(digest, user_id)
-- What a good link shows to somebody.
SELECT g.group_id, g.name, g.description, g.avatar, c.member_count, i.invited_by, i.expires_at,
       EXISTS (
           SELECT 1
             FROM members AS me
            WHERE me.conversation_id = i.conversation_id
              AND me.user_id = $2
              AND me.left_at IS NULL
       ) AS is_member
  FROM live_invites AS i
  JOIN conversations AS c ON c.conversation_id = i.conversation_id
  JOIN group_profiles AS g ON g.group_id = i.conversation_id
 WHERE i.digest = $1
   AND NOT i.is_used_up;

-- name: standing(digest, user_id)
-- What somebody is to the group that a link leads to, which is locked; no row when it is not good.
SELECT i.is_used_up,
       me.user_id IS NOT NULL AND me.left_at IS NULL AS is_member,
       me.user_id IS NOT NULL AND me.left_at IS NOT NULL AND me.was_removed AS was_removed
  FROM live_invites AS i
  LEFT JOIN members AS me
    ON me.conversation_id = i.conversation_id
   AND me.user_id = $2
 WHERE i.digest = $1;

-- name: use(digest)
-- One more has come by this link.
UPDATE invites
   SET uses = uses + 1
 WHERE digest = $1;

-- name: delete_expired()
-- Forget the links that are good no more.
DELETE FROM invites
 WHERE expires_at < now();
