-- Mail: the outbox, from which every process sends.

-- name: insert_mail(mail_id, purpose, recipient, subject, sealed_body, seconds)
-- A mail that is to go now, and to be given up after so many seconds; without a body, to nobody.
INSERT INTO mails (mail_id, purpose, recipient, subject, sealed_body, due_at, expires_at)
VALUES ($1, $2, $3, $4, $5::bytea, CASE WHEN $5 IS NOT NULL THEN now() END,
        now() + $6::int * interval '1 second');

-- name: claim_mail(seconds)
-- The mail that waits longest, kept from others for so many seconds; claimed_until is proof of it.
UPDATE mails
   SET due_at = now() + $1::int * interval '1 second'
 WHERE mail_id = (
           SELECT m.mail_id
             FROM mails AS m
            WHERE m.due_at <= now()
              AND m.expires_at > now()
            ORDER BY m.due_at
            LIMIT 1
              FOR UPDATE SKIP LOCKED
       )
RETURNING mail_id, purpose, recipient, subject, body, sealed_body, attempts,
          due_at AS claimed_until;

-- name: mark_mail_sent(mail_id, claimed_until)
-- The server has it.
UPDATE mails
   SET sent_at = now(), attempts = attempts + 1, due_at = NULL, body = NULL, sealed_body = NULL,
       last_answer = NULL
 WHERE mail_id = $1
   AND due_at = $2;

-- name: mark_mail_failed(mail_id, claimed_until, answer)
-- The server will never take it.
UPDATE mails
   SET failed_at = now(), attempts = attempts + 1, due_at = NULL, body = NULL, sealed_body = NULL,
       last_answer = $3
 WHERE mail_id = $1
   AND due_at = $2;

-- name: delay_mail(mail_id, claimed_until, answer, seconds)
-- Try again in so many seconds.
UPDATE mails
   SET attempts = attempts + 1, due_at = now() + $4::float8 * interval '1 second', last_answer = $3
 WHERE mail_id = $1
   AND due_at = $2;

-- name: release_mail(mail_id, claimed_until)
-- It was not tried: the server is away.
UPDATE mails
   SET due_at = now()
 WHERE mail_id = $1
   AND due_at = $2;

-- name: give_up_mails()
-- Those that waited as long as they may.
UPDATE mails
   SET failed_at = now(), due_at = NULL, body = NULL, sealed_body = NULL
 WHERE due_at IS NOT NULL
   AND expires_at <= now();

-- name: delete_old_mails(seconds)
-- Forget those of so many seconds ago that nothing is to be done with any more.
DELETE FROM mails
 WHERE created_at < now() - $1::int * interval '1 second'
   AND due_at IS NULL;
