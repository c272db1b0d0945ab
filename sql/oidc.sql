-- OpenID Connect: who somebody is at the provider.

-- name: user_of(issuer, subject)
-- Who is linked to this.
SELECT user_id
  FROM oidc_identities
 WHERE issuer = $1
   AND subject = $2;

-- name: identity(user_id)
-- Who somebody is there; no row, or nulls, where they are linked to nobody.
SELECT issuer, subject, email, linked_at
  FROM oidc_identities
 WHERE user_id = $1;

-- name: link(user_id, rev, issuer, subject, email)
-- From now on they are this; touches nothing when they are linked already.
INSERT INTO oidc_identities AS i (user_id, rev, issuer, subject, email, linked_at)
VALUES ($1, $2, $3, $4, $5, now())
    ON CONFLICT (user_id) DO UPDATE
   SET rev = excluded.rev, issuer = excluded.issuer, subject = excluded.subject,
       email = excluded.email, linked_at = excluded.linked_at
 WHERE i.subject IS NULL
RETURNING issuer, email, linked_at;

-- name: unlink(user_id, rev)
-- They are nobody there any more; touches nothing when they were nobody.
UPDATE oidc_identities
   SET rev = $2, issuer = NULL, subject = NULL, email = NULL, linked_at = NULL
 WHERE user_id = $1
   AND subject IS NOT NULL;
