-- Webhooks: addresses by which programs write to a group, each as a member that nobody owns.

-- name: insert_webhook_account(webhook_id, username, password_hash)
-- Who will have written what comes; no mail reaches it, and no password is right.
INSERT INTO users (user_id, email, username, password_hash, gender, country, email_is_verified,
                   is_bot)
VALUES ($1, $1::uuid || '@webhooks.invalid', $2, $3, 'Others', '', FALSE, TRUE);

-- name: insert_webhook(webhook_id, conversation_id, digest, created_by, most)
-- A new webhook; touches nothing when the group has so many.
INSERT INTO webhooks (webhook_id, conversation_id, digest, created_by)
SELECT $1, $2, $3, $4
 WHERE (SELECT count(*) FROM webhooks WHERE conversation_id = $2) < $5::int;

-- name: close_webhook_account(webhook_id)
-- From now on nobody writes to it, adds it elsewhere or finds it.
INSERT INTO settings (user_id, rev, who_may_write, who_may_add, findable)
VALUES ($1, 0, 'nobody', 'nobody', FALSE)
    ON CONFLICT (user_id) DO NOTHING;

-- name: webhook(webhook_id, digest)
-- Where what comes with this secret goes, and under which name; no row when it is not the secret.
SELECT w.conversation_id, u.username, u.email, u.profile_rev,
       coalesce(w.used_at < now() - interval '1 minute', true) AS is_news
  FROM webhooks AS w
  JOIN users AS u ON u.user_id = w.webhook_id
 WHERE w.webhook_id = $1
   AND w.digest = $2;

-- name: use_webhook(webhook_id)
-- It was used just now.
UPDATE webhooks
   SET used_at = now()
 WHERE webhook_id = $1;

-- name: webhooks_of(conversation_id)
-- The webhooks of a group, the oldest first.
SELECT w.webhook_id, w.conversation_id, u.username AS name, w.created_by, w.created_at, w.used_at
  FROM webhooks AS w
  JOIN users AS u ON u.user_id = w.webhook_id
 WHERE w.conversation_id = $1
 ORDER BY w.created_at, w.webhook_id;

-- name: delete_webhook(webhook_id, conversation_id)
-- Its secret is good for nothing any more; touches nothing when the group has no such webhook.
DELETE FROM webhooks
 WHERE webhook_id = $1
   AND conversation_id = $2;

-- name: retire_webhook_account(webhook_id)
-- Its name stays with what it wrote.
UPDATE users
   SET is_active = FALSE
 WHERE user_id = $1;
