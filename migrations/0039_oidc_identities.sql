-- Who somebody is at the OpenID provider that they log in with.
-- Lock: none that matters (a new table only). Undo: drop the table.

-- The provider's name for them is subject, which never changes; email is what the provider called them
-- when they were linked. Without a subject the row tells devices that the link was undone.
CREATE TABLE oidc_identities (
    user_id uuid CONSTRAINT oidc_identities_pkey PRIMARY KEY
    CONSTRAINT oidc_identities_user_id_fkey REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    issuer text,
    subject text,
    email text,
    linked_at timestamptz,
    CONSTRAINT oidc_identities_subject_key UNIQUE (issuer, subject),
    CONSTRAINT oidc_identities_linked_check
    CHECK (num_nulls(issuer, subject, linked_at) IN (0, 3))
);
