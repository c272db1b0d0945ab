-- How far the messages of each conversation are gone because they were kept long enough.
-- Lock: ACCESS EXCLUSIVE, short (the default is a constant). Undo: drop the column.
ALTER TABLE conversations ADD COLUMN expired_seq bigint NOT NULL DEFAULT 0;
