-- Tokens: sessions that no login made, with a name, scopes and a secret of which the digest is kept.

-- name: insert_token(token_id, user_id, rev, digest, name, scopes, expires_at, most, owner_rev)
-- A new token, of a bot under this rev of its owner's too; no row back when somebody has so many that
-- are good.
WITH started AS (
    INSERT INTO sessions (session_id, user_id, rev, scopes, expires_at)
    SELECT $1, $2, $3, $6::text [], $7
     WHERE (
               SELECT count(*)
                 FROM sessions AS s
                WHERE s.user_id = $2
                  AND s.scopes IS NOT NULL
                  AND s.ended_at IS NULL
                  AND s.expires_at > now()
           ) < $8::int
    RETURNING session_id, created_at
)

INSERT INTO tokens (session_id, digest, name, rev)
SELECT t.session_id, $4::bytea, $5, $9::bigint
  FROM started AS t
RETURNING (SELECT created_at FROM started);

-- name: owns_bot(owner_id, bot_id)
-- Whether this is a bot of theirs.
SELECT EXISTS (
           SELECT 1 FROM bots WHERE bot_id = $2 AND owner_id = $1 AND deleted_at IS NULL
       );

-- name: tokens_of(owner_id)
-- The tokens of somebody and of their bots that are good, the latest first.
SELECT s.session_id AS token_id, nullif(s.user_id, $1) AS bot_id, t.name, s.scopes,
       s.created_at, s.expires_at, s.last_seen_at AS last_used_at
  FROM sessions AS s
  JOIN tokens AS t ON t.session_id = s.session_id
 WHERE s.user_id = ANY (
           ARRAY(SELECT b.bot_id FROM bots AS b WHERE b.owner_id = $1 AND b.deleted_at IS NULL)
           || $1::uuid
       )
   AND s.ended_at IS NULL
   AND s.expires_at > now()
 ORDER BY s.created_at DESC, s.session_id;

-- name: user_of_token(owner_id, token_id)
-- Whom a token acts for: somebody, or a bot of theirs; no row when it is no token of either.
SELECT s.user_id
  FROM sessions AS s
  LEFT JOIN bots AS b ON b.bot_id = s.user_id AND b.owner_id = $1
 WHERE s.session_id = $2
   AND s.scopes IS NOT NULL
   AND (s.user_id = $1 OR b.bot_id IS NOT NULL);

-- name: end_token(token_id, user_id, rev, owner_rev)
-- Make a token good for nothing, one of a bot under this rev of its owner's too; touches nothing when it
-- was.
WITH told AS (
    UPDATE tokens
       SET rev = $4::bigint
     WHERE session_id = $1
)

UPDATE sessions
   SET ended_at = now(), rev = $3
 WHERE session_id = $1
   AND user_id = $2
   AND scopes IS NOT NULL
   AND ended_at IS NULL
   AND expires_at > now();
