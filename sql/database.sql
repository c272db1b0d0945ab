-- The ledger of applied migrations, and the lock under which they are applied.

-- name: try_lock(key)
-- Whether the lock is ours now. Asked again and again, never waited for: a blocked
-- pg_advisory_lock() holds a snapshot, CREATE INDEX CONCURRENTLY waits for every snapshot, and so
-- the two would deadlock.
SELECT pg_try_advisory_lock($1::bigint);

-- name: unlock(key)
-- Let the next one migrate.
SELECT pg_advisory_unlock($1::bigint);

-- name: create_ledger()
-- The table that says what was applied; sha256 is of the file, in hexadecimal.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer CONSTRAINT schema_migrations_pkey PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_by text NOT NULL DEFAULT current_user
);

-- name: has_ledger()
-- Whether anything was ever applied here.
SELECT to_regclass('schema_migrations') IS NOT NULL;

-- name: ledger()
-- What was applied, in order.
SELECT version, name, sha256, applied_at, applied_by
  FROM schema_migrations
 ORDER BY version;

-- name: binaries_folder()
-- Where this server's own programs are, pg_dump and psql among them; superusers may ask.
SELECT setting
  FROM pg_config
 WHERE name = 'BINDIR';

-- name: ping()
-- Whether the database answers.
SELECT true;

-- name: is_half_imported()
-- Whether an import was begun here and not finished.
SELECT EXISTS (SELECT 1 FROM imports WHERE finished_at IS NULL);

-- name: durability_off()
-- What is off of that which lets a commit survive a crash.
SELECT name
  FROM pg_settings
 WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')
   AND setting = 'off'
 ORDER BY name;
