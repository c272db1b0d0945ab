-- Blocks: whom somebody wants to hear nothing of. What follows is judged by the functions of migrations/0046.
-- Who changes any of it locks the pair's conversation first, then the two users, then goes on.

-- name: standing(user_id, other_id)
-- How it stands between two people at this moment, for the first: no row when there is no second.
SELECT (
           SELECT c.conversation_id
             FROM conversations AS c
            WHERE c.low_user_id = least($1::uuid, $2::uuid)
              AND c.high_user_id = greatest($1::uuid, $2::uuid)
       ) AS conversation_id,
       u.user_id AS blocked_id, u.username, u.avatar, b.blocked_at,
       b.user_id IS NOT NULL AS is_blocked
  FROM users AS u
  LEFT JOIN blocks AS b ON b.user_id = $1 AND b.blocked_id = u.user_id AND b.lifted_at IS NULL
 WHERE u.user_id = $2;

-- name: save_block(user_id, blocked_id, rev)
-- Somebody blocks another from now on.
INSERT INTO blocks AS b (user_id, blocked_id, rev)
VALUES ($1, $2, $3)
    ON CONFLICT (user_id, blocked_id) DO UPDATE
   SET rev = excluded.rev, blocked_at = excluded.blocked_at, lifted_at = NULL
RETURNING b.blocked_at;

-- name: lift_block(user_id, blocked_id, rev)
-- Somebody blocks another no more; the tombstone tells their devices.
UPDATE blocks
   SET lifted_at = now(), rev = $3
 WHERE user_id = $1
   AND blocked_id = $2
RETURNING blocked_at;

-- name: blocks_of(user_id)
-- Whom somebody blocks, the latest first.
SELECT b.blocked_id, u.username, u.avatar, b.blocked_at
  FROM blocks AS b
  JOIN users AS u ON u.user_id = b.blocked_id
 WHERE b.user_id = $1
   AND b.lifted_at IS NULL
 ORDER BY b.blocked_at DESC, b.blocked_id;
