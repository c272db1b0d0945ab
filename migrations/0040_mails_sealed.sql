-- Mail that waits to be sent, sealed: the links in it are not to be read from a dump of the database.
-- Lock: ACCESS EXCLUSIVE on mails, for an instant. Undo: drop the column, and make the check as in 0013.

-- The body under the key of pinge/sealing.py, gone when the mail is sent or given up, as the body is
-- that an earlier Pinge wrote.
ALTER TABLE mails
ADD COLUMN sealed_body bytea,
-- squawk-ignore ban-drop-constraint
DROP CONSTRAINT mails_body_check,
ADD CONSTRAINT mails_body_check
CHECK ((due_at IS NULL) = (num_nonnulls(body, sealed_body) = 0)) NOT VALID;
