-- Who has sockets at which process, so that a cap on sockets holds over all of them.
-- Lock: none that matters (new tables only). Undo: drop both tables.

-- Unlogged, because after a crash every process tells anew what it has; a standby cannot read them.
-- A process that is heard of no more was killed: others delete it, and its presences with it.
CREATE UNLOGGED TABLE nodes (
    node_id uuid CONSTRAINT nodes_pkey PRIMARY KEY,
    seen_at timestamptz NOT NULL
);

CREATE UNLOGGED TABLE presences (
    user_id uuid NOT NULL,
    node_id uuid NOT NULL CONSTRAINT presences_node_id_fkey REFERENCES nodes ON DELETE CASCADE,
    sockets bigint NOT NULL CONSTRAINT presences_sockets_check CHECK (sockets > 0),
    CONSTRAINT presences_pkey PRIMARY KEY (user_id, node_id)
);

CREATE INDEX presences_node_id_idx ON presences (node_id);
