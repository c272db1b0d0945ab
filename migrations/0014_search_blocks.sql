-- What search looks through instead of every text: a signature for every few messages.
-- Lock: none that matters (new tables only). Undo: drop both tables.

-- The signature of up to 32 messages that follow each other: two bits for each piece of a word in
-- them (pinge/search/signatures.py). A block in which a bit of what is sought is missing has none of
-- it; of the others the texts decide, so that an old signature costs time and never shows what is
-- gone. A row is small enough for its page: out of line, each look at it would be another read.
--
-- No foreign keys, on purpose: they would lock the rows of conversations in which people are writing.
-- Blocks of deleted conversations go by a walk over all (pinge/search/keeping.py).
CREATE TABLE search_blocks (
    conversation_id uuid NOT NULL,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    first_sent_at timestamptz NOT NULL,
    last_sent_at timestamptz NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT search_blocks_pkey PRIMARY KEY (conversation_id, first_seq)
);

ALTER TABLE search_blocks
ALTER COLUMN signature SET STORAGE PLAIN;

-- How far each conversation is in blocks: all messages up to seq, all changes of them up to rev; the
-- last block, from open_seq on, is not full yet. What is beyond is read as it stands. No row: nothing.
CREATE TABLE search_positions (
    conversation_id uuid CONSTRAINT search_positions_pkey PRIMARY KEY,
    seq bigint NOT NULL DEFAULT 0,
    open_seq bigint NOT NULL DEFAULT 1,
    rev bigint NOT NULL DEFAULT 0
);
