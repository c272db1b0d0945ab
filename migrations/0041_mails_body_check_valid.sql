-- The check that 0040 made holds for the mails before it too.
-- Lock: SHARE UPDATE EXCLUSIVE on mails, while it is read. Undo: nothing to undo.
ALTER TABLE mails VALIDATE CONSTRAINT mails_body_check;
