-- Where an epoch began: the same tables elsewhere, restored or promoted, are another history.
-- Lock: ACCESS EXCLUSIVE on epochs, for a moment. Undo: drop the columns.

-- Unknown (null) until a Pinge that may ask PostgreSQL has seen it.
ALTER TABLE epochs
ADD COLUMN system_identifier bigint,
ADD COLUMN timeline bigint,
ADD COLUMN database_oid bigint;
