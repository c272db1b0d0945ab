"""Everything about PostgreSQL that knows nothing of messages: server, pool, queries, migrations."""
