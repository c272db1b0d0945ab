-- Importing: what is written of the original, once it is laid out (staging.sql).
-- It is written whole: first everybody and whom they know, then conversations, each in one transaction
-- with its members and messages. So what is there is right, and a later run goes on with the rest.

-- name: serving()
-- How many connections a Pinge that serves has to this database.
SELECT count(*)
  FROM pg_stat_activity
 WHERE datname = current_database()
   AND application_name = 'pinge';

-- name: is_in_use()
-- Whether there is anybody, or anything, already.
SELECT EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM conversations);

-- name: begun()
-- The import that was made, or begun, here.
SELECT digest, begun_at, finished_at
  FROM imports;

-- name: begin(digest)
-- From now on nobody serves before it is finished.
INSERT INTO imports (digest)
VALUES ($1);

-- name: finish()
-- All is there.
UPDATE imports
   SET finished_at = clock_timestamp()
 WHERE finished_at IS NULL;

-- name: write_users()
-- Everybody. The original asked for no proof of addresses, so they count as yet to be proved.
INSERT INTO users (user_id, email, username, password_hash, gender, country, is_active,
                   created_at, email_is_verified, rev)
SELECT user_id, address, username, password_hash, gender, country, is_active, created_at, false, 1
  FROM old_users;

-- name: write_requests()
-- Who asked whom.
INSERT INTO contact_requests (request_id, sender_id, receiver_id, status, created_at, answered_at,
                              sender_rev, receiver_rev)
SELECT request_id, sender_id, receiver_id, status, created_at,
       CASE WHEN status <> 'Pending' THEN updated_at END, 1, 1
  FROM old_requests;

-- name: write_contacts()
-- Who knows whom, and which of them had asked.
INSERT INTO contacts (user_id, contact_id, connected_since, rev, asked)
SELECT k.user_id, k.contact_id, k.created_at, 1,
       EXISTS (
           SELECT 1
             FROM old_requests AS q
            WHERE q.sender_id = k.user_id
              AND q.receiver_id = k.contact_id
       )
  FROM old_contacts AS k;

-- name: write_conversations(slice)
-- The conversations of a slice. The first rev is their making, one more each message has, and under the
-- last the others are told how far each has read.
INSERT INTO conversations (conversation_id, kind, low_user_id, high_user_id, name, description,
                           created_by, owner_id, created_at, last_seq, last_rev, last_sent_at,
                           last_sender_id, member_count)
SELECT c.conversation_id, c.kind,
       CASE c.kind WHEN 'direct' THEN c.low_user_id END,
       CASE c.kind WHEN 'direct' THEN c.high_user_id END,
       c.name, c.description, c.created_by, nullif(c.owner_id, c.created_by), c.created_at,
       c.last_seq, c.last_seq + 2, m.sent_at, m.sender_id,
       (
           SELECT count(*)
             FROM new_members AS p
            WHERE p.conversation_id = c.conversation_id
              AND p.left_at IS NULL
       )
  FROM new_conversations AS c
  LEFT JOIN new_messages AS m
    ON m.conversation_id = c.conversation_id
   AND m.seq = c.last_seq
 WHERE c.slice = $1;

-- name: write_members(slice)
-- Who is in them, and was. What one has read, one has got.
INSERT INTO members (conversation_id, user_id, role, joined_at, left_at, read_seq, sent,
                     sent_at_read, read_ahead, read_ahead_count, delivered_seq,
                     delivered_rev, read_rev)
SELECT m.conversation_id, m.user_id, m.role, m.joined_at, m.left_at, m.read_seq, m.sent,
       m.sent_at_read, m.read_ahead, m.read_ahead_count, m.read_seq AS delivered_seq,
       CASE WHEN m.read_seq > 0 THEN c.last_seq + 2 ELSE 0 END AS delivered_rev,
       CASE WHEN m.read_seq + m.read_ahead_count > 0 THEN c.last_seq + 2 ELSE 0 END AS read_rev
  FROM new_conversations AS c
  JOIN new_members AS m ON m.conversation_id = c.conversation_id
 WHERE c.slice = $1;

-- name: write_messages(slice)
-- What was said in them; the digest is that of a message without files.
INSERT INTO messages (conversation_id, seq, rev, message_id, sender_id, sent_at, payload_digest,
                      content)
SELECT m.conversation_id, m.seq, m.seq + 1, m.message_id, m.sender_id, m.sent_at,
       sha256(convert_to(m.content, 'UTF8')), m.content
  FROM new_conversations AS c
  JOIN new_messages AS m ON m.conversation_id = c.conversation_id
 WHERE c.slice = $1
 ORDER BY m.conversation_id, m.seq;

-- name: analyze()
-- Let plans know how much there is.
ANALYZE users, contact_requests, contacts, conversations, members, messages;
