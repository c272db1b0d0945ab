-- Who asked whom to become contacts, and who are.
-- Lock: none that matters (new tables only). Undo: drop the two tables.

CREATE TABLE contact_requests (
    request_id uuid CONSTRAINT contact_requests_pkey PRIMARY KEY,
    sender_id uuid NOT NULL CONSTRAINT contact_requests_sender_id_fkey
    REFERENCES users ON DELETE CASCADE,
    receiver_id uuid NOT NULL CONSTRAINT contact_requests_receiver_id_fkey
    REFERENCES users ON DELETE CASCADE,
    status text NOT NULL DEFAULT 'Pending' CONSTRAINT contact_requests_status_check
    CHECK (status IN ('Pending', 'Accepted', 'Rejected')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    answered_at timestamptz,
    CONSTRAINT contact_requests_not_oneself_check CHECK (sender_id <> receiver_id)
);

-- One open request between two people, whoever asked: two that cross cannot both stay.
CREATE UNIQUE INDEX contact_requests_pending_pair_key ON contact_requests
(least(sender_id, receiver_id), greatest(sender_id, receiver_id)) WHERE status = 'Pending';

CREATE INDEX contact_requests_receiver_id_idx ON contact_requests (receiver_id, status);
CREATE INDEX contact_requests_sender_id_idx ON contact_requests (sender_id, status);

-- Two rows a pair, one for each side.
CREATE TABLE contacts (
    user_id uuid NOT NULL CONSTRAINT contacts_user_id_fkey REFERENCES users ON DELETE CASCADE,
    contact_id uuid NOT NULL CONSTRAINT contacts_contact_id_fkey
    REFERENCES users ON DELETE CASCADE,
    connected_since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT contacts_pkey PRIMARY KEY (user_id, contact_id)
);

CREATE INDEX contacts_contact_id_idx ON contacts (contact_id);
