-- Find who hid a message, for whom nothing is to show it again, such as an answer that quotes it.
-- Lock: SHARE UPDATE EXCLUSIVE (reads and writes go on). Undo: DROP INDEX CONCURRENTLY.
-- pinge: no-transaction

CREATE INDEX CONCURRENTLY hidden_messages_seq_idx ON hidden_messages (conversation_id, seq);
