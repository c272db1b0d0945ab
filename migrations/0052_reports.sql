-- What users report to whoever runs Pinge, who reads and closes it with `pinge report`.
-- Lock: none that matters (a new table only). Undo: drop it.

-- snapshot is what was reported as it was at that moment, as JSON, for it may be changed or deleted
-- before anybody looks; so target_id, of a message, a user or a group, refers to nothing. One report of
-- a thing by somebody is open at a time. What is closed is forgotten 90 days later.
CREATE TABLE reports (
    report_id uuid CONSTRAINT reports_pkey PRIMARY KEY,
    reporter_id uuid NOT NULL CONSTRAINT reports_reporter_id_fkey
    REFERENCES users ON DELETE CASCADE,
    kind text NOT NULL CONSTRAINT reports_kind_check CHECK (kind IN ('message', 'user', 'group')),
    target_id uuid NOT NULL,
    reason text NOT NULL,
    comment text,
    snapshot jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    closed_at timestamptz,
    outcome text
);

CREATE UNIQUE INDEX reports_open_key ON reports (reporter_id, target_id) WHERE closed_at IS NULL;
CREATE INDEX reports_reporter_id_idx ON reports (reporter_id, report_id);
CREATE INDEX reports_waiting_idx ON reports (created_at) WHERE closed_at IS NULL;
CREATE INDEX reports_closed_at_idx ON reports (closed_at) WHERE closed_at IS NOT NULL;
