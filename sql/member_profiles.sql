-- Member profiles: whose is new, and the conversations that are to hear of it, a few at a time.

-- name: people_due()
-- Whose new profile is not told everywhere, because whoever was to tell it is gone.
SELECT user_id
  FROM users
 WHERE profile_due_at < now() - interval '10 seconds'
 ORDER BY profile_due_at
 LIMIT 1000;

-- name: profile_rev(user_id)
-- Which version of a profile there is to tell.
SELECT profile_rev
  FROM users
 WHERE user_id = $1;

-- name: lock_some_of(user_id, after, limit)
-- Take the locks of somebody's next conversations, in the order of ids.
SELECT c.conversation_id
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
 WHERE m.user_id = $1
   AND m.conversation_id > $2
   AND m.left_at IS NULL
   AND c.deleted_at IS NULL
 ORDER BY m.conversation_id
 LIMIT $3::int
   FOR NO KEY UPDATE OF c;

-- name: advance_profile(user_id, conversation_ids)
-- Give a new profile its rev in these conversations, which are locked; back comes what to tell there,
-- and to whom less of it.
WITH shown AS (
    UPDATE members AS m
       SET profile_rev = c.last_rev + 1
      FROM conversations AS c
     WHERE m.conversation_id = ANY ($2::uuid [])
       AND m.user_id = $1
       AND m.left_at IS NULL
       AND c.conversation_id = m.conversation_id
    RETURNING m.conversation_id
), advanced AS (
    UPDATE conversations AS c
       SET last_rev = c.last_rev + 1
     WHERE c.conversation_id IN (SELECT conversation_id FROM shown)
    RETURNING c.conversation_id, c.last_rev, c.roster_rev, c.low_user_id, c.high_user_id
)

SELECT a.conversation_id, a.last_rev AS rev, a.roster_rev, p.user_id, p.username,
       CASE WHEN k.user_id IS NOT NULL THEN p.email END AS email,
       p.gender, p.country, p.about, p.status_text, p.status_expires_at, p.avatar,
       ARRAY(
           SELECT b.blocked_id FROM blocks AS b WHERE b.user_id = $1 AND b.lifted_at IS NULL
       ) AS blocked_ids
  FROM advanced AS a
  JOIN profiles AS p ON p.user_id = $1
  LEFT JOIN contacts AS k ON k.user_id = a.low_user_id AND k.contact_id = a.high_user_id;

-- name: settle_profile(user_id, rev)
-- Everybody has been told, unless it changed again.
UPDATE users
   SET profile_due_at = NULL
 WHERE user_id = $1
   AND profile_rev = $2;
