-- What resume needs to find every change by its rev, and positions of what was delivered.
-- Lock: ACCESS EXCLUSIVE, short (defaults are constants). Undo: drop what it adds.

-- described_rev is the rev of the latest change of name or description. member_count is how many are
-- in it: what many people are in is told to their nodes by the conversation, not by each of them.
ALTER TABLE conversations
ADD COLUMN described_rev bigint NOT NULL DEFAULT 1,
ADD COLUMN member_count bigint NOT NULL DEFAULT 2;

UPDATE conversations AS c
   SET member_count = (
       SELECT count(*)
         FROM members AS m
        WHERE m.conversation_id = c.conversation_id
          AND m.left_at IS NULL
   )
 WHERE c.kind = 'group';

-- joined_seq and joined_rev are where the conversation stood when this member came, or came back;
-- rev of a tombstone is where it stood when they went. All up to delivered_seq, and all that is read,
-- has reached a device of theirs. delivered_rev and read_rev are the revs under which the others were
-- last told of these positions; what is due has moved since.
ALTER TABLE members
ADD COLUMN joined_seq bigint NOT NULL DEFAULT 0,
ADD COLUMN joined_rev bigint NOT NULL DEFAULT 1,
ADD COLUMN delivered_seq bigint NOT NULL DEFAULT 0,
ADD COLUMN delivered_rev bigint NOT NULL DEFAULT 0,
ADD COLUMN read_rev bigint NOT NULL DEFAULT 0,
ADD COLUMN delivered_due boolean NOT NULL DEFAULT false,
ADD COLUMN read_due boolean NOT NULL DEFAULT false;

UPDATE members
   SET joined_rev = rev
 WHERE rev > 1;

-- Which messages of others a member has read beyond their position, the newest of them.
CREATE FUNCTION read_ahead_ids(
    conversation_id uuid, user_id uuid, read_seq bigint, read_ahead int8multirange
)
RETURNS uuid []
LANGUAGE sql STABLE
AS $$
SELECT ARRAY(
           SELECT m.message_id
             FROM messages AS m
            WHERE m.conversation_id = $1
              AND m.seq > $3
              AND m.seq < upper($4)
              AND $4 @> m.seq
              AND m.sender_id <> $2
            ORDER BY m.seq DESC
            LIMIT 1000
       )
$$;

-- The revs of the two users at the latest change of a request.
ALTER TABLE contact_requests
ADD COLUMN sender_rev bigint NOT NULL DEFAULT 0,
ADD COLUMN receiver_rev bigint NOT NULL DEFAULT 0;

-- rev is the owner's; asked tells whether they, and not the other, had asked.
ALTER TABLE contacts
ADD COLUMN rev bigint NOT NULL DEFAULT 0,
ADD COLUMN asked boolean NOT NULL DEFAULT false;

-- Who was somebody's contact and is no more: the tombstone tells their devices.
CREATE TABLE former_contacts (
    user_id uuid NOT NULL CONSTRAINT former_contacts_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    contact_id uuid NOT NULL CONSTRAINT former_contacts_contact_id_fkey
    REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    parted_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT former_contacts_pkey PRIMARY KEY (user_id, contact_id)
);

CREATE INDEX former_contacts_contact_id_idx ON former_contacts (contact_id);
