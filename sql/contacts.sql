-- Contacts: requests, contacts, and the direct conversation of a pair.
-- Who changes any of it locks the pair's conversation first, then the two users, then goes on.

-- name: insert_request(request_id, sender_id, receiver_id, sender_rev, receiver_rev)
-- Ask; no row back means that they are contacts already.
WITH asked AS (
    INSERT INTO contact_requests (request_id, sender_id, receiver_id, sender_rev, receiver_rev)
    SELECT $1, $2, $3, $4, $5
     WHERE NOT EXISTS (
               SELECT 1 FROM contacts AS k WHERE k.user_id = $2 AND k.contact_id = $3
           )
    RETURNING request_id, sender_id, receiver_id, status, created_at
)

SELECT a.request_id,
       s.username AS sender_username, s.email AS sender_email,
       r.username AS receiver_username, r.email AS receiver_email,
       a.status, a.created_at
  FROM asked AS a
  JOIN users AS s ON s.user_id = a.sender_id
  JOIN users AS r ON r.user_id = a.receiver_id;

-- name: has_asked(sender_id, receiver_id)
-- Whether a request of the one to the other waits.
SELECT EXISTS (
           SELECT 1
             FROM contact_requests
            WHERE sender_id = $1
              AND receiver_id = $2
              AND status = 'Pending'
       );

-- name: blocks_between(user_id, other_id)
-- Which of two people blocks the other.
SELECT blocks_user($1, $2) AS blocks, blocks_user($2, $1) AS is_blocked;

-- name: waiting_requests(receiver_id)
-- Requests that wait for somebody's answer, newest first; none of those they block.
SELECT q.request_id,
       s.username AS sender_username, s.email AS sender_email,
       r.username AS receiver_username, r.email AS receiver_email,
       q.status, q.created_at
  FROM contact_requests AS q
  JOIN users AS s ON s.user_id = q.sender_id
  JOIN users AS r ON r.user_id = q.receiver_id
 WHERE q.receiver_id = $1
   AND q.status = 'Pending'
   AND NOT blocks_user(q.receiver_id, q.sender_id)
 ORDER BY q.created_at DESC;

-- name: waiting_sender(request_id, receiver_id)
-- Who sent a request that waits for this receiver.
SELECT sender_id
  FROM contact_requests
 WHERE request_id = $1
   AND receiver_id = $2
   AND status = 'Pending'
   AND NOT blocks_user(receiver_id, sender_id);

-- name: receiver_of(request_id)
-- Whose answer a request waits for.
SELECT receiver_id
  FROM contact_requests
 WHERE request_id = $1
   AND status = 'Pending';

-- name: answer_request(request_id, receiver_id, status, receiver_rev)
-- Answer once: the second answer touches nothing.
UPDATE contact_requests
   SET status = $3, answered_at = now(), receiver_rev = $4
 WHERE request_id = $1
   AND receiver_id = $2
   AND status = 'Pending';

-- name: reject_requests(sender_id, receiver_id, receiver_rev)
-- Reject what waits of the one for the other; without a rev the receiver's devices are not told.
UPDATE contact_requests
   SET status = 'Rejected', answered_at = now(), receiver_rev = coalesce($3, receiver_rev)
 WHERE sender_id = $1
   AND receiver_id = $2
   AND status = 'Pending'
RETURNING request_id;

-- name: insert_contacts(user_id, user_rev, asker_id, asker_rev)
-- Make two people contacts of each other; each row back is what one side sees of the other.
WITH reunited AS (
    DELETE FROM former_contacts
     WHERE (user_id = $1 AND contact_id = $3)
        OR (user_id = $3 AND contact_id = $1)
), made AS (
    INSERT INTO contacts (user_id, contact_id, rev, asked)
    VALUES ($1, $3, $2, false), ($3, $1, $4, true)
    RETURNING user_id, contact_id, connected_since
)

SELECT m.user_id, m.contact_id, u.username, u.email, u.gender, u.country, u.avatar,
       m.connected_since
  FROM made AS m
  JOIN users AS u ON u.user_id = m.contact_id;

-- name: contacts(user_id)
-- Somebody's contacts, by name.
SELECT k.contact_id, u.username, u.email, u.gender, u.country, u.avatar, k.connected_since
  FROM contacts AS k
  JOIN users AS u ON u.user_id = k.contact_id
 WHERE k.user_id = $1
 ORDER BY u.username, k.contact_id;

-- name: delete_contacts(user_id, contact_id, user_rev, contact_rev)
-- Part, on both sides.
WITH parted AS (
    DELETE FROM contacts
     WHERE (user_id = $1 AND contact_id = $2)
        OR (user_id = $2 AND contact_id = $1)
    RETURNING user_id, contact_id
)

INSERT INTO former_contacts (user_id, contact_id, rev)
SELECT p.user_id, p.contact_id, CASE p.user_id WHEN $1 THEN $3::bigint ELSE $4::bigint END
  FROM parted AS p
    ON CONFLICT (user_id, contact_id) DO UPDATE SET rev = excluded.rev, parted_at = now();

-- name: direct_conversation(user_id, receiver_id)
-- The conversation of two people, null while they have none; no row when there is no receiver.
SELECT c.conversation_id
  FROM users AS u
  LEFT JOIN conversations AS c
    ON c.low_user_id = least($1::uuid, $2::uuid)
   AND c.high_user_id = greatest($1::uuid, $2::uuid)
 WHERE u.user_id = $2;

-- name: lock_direct_conversation(user_id, contact_id)
-- Take the lock of a pair's conversation, if they have one.
SELECT conversation_id
  FROM conversations
 WHERE low_user_id = least($1::uuid, $2::uuid)
   AND high_user_id = greatest($1::uuid, $2::uuid)
   FOR NO KEY UPDATE;

-- name: open_direct_conversation(conversation_id, user_id, contact_id)
-- The pair's one conversation, made if there is none; locked either way.
INSERT INTO conversations (conversation_id, kind, low_user_id, high_user_id)
VALUES ($1, 'direct', least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid))
    ON CONFLICT (low_user_id, high_user_id) DO UPDATE SET kind = 'direct'
RETURNING conversation_id;

-- name: seat_pair(conversation_id, user_id, contact_id, is_request)
-- Both are in it; to the second it may be the request of a stranger.
INSERT INTO members (conversation_id, user_id, is_request)
VALUES ($1, $2, false), ($1, $3, $4::boolean)
    ON CONFLICT (conversation_id, user_id) DO NOTHING;

-- name: note_blocks(conversation_id)
-- Let a direct conversation, whose two people are locked too, say which of them blocks the other.
UPDATE conversations AS c
   SET low_blocks = blocks_user(c.low_user_id, c.high_user_id),
       high_blocks = blocks_user(c.high_user_id, c.low_user_id)
 WHERE c.conversation_id = $1
   AND (c.low_blocks, c.high_blocks) IS DISTINCT FROM (
           blocks_user(c.low_user_id, c.high_user_id), blocks_user(c.high_user_id, c.low_user_id)
       );

-- name: take_request(conversation_id)
-- What a stranger wrote is taken.
UPDATE members
   SET is_request = false
 WHERE conversation_id = $1
   AND is_request;

-- name: shows_receipts(conversation_id)
-- Whether the two of a direct conversation see how far messages reached the other.
SELECT share_receipts(low, high) AND NOT is_withheld(c)
  FROM conversations AS c
  LEFT JOIN settings AS low ON low.user_id = c.low_user_id
  LEFT JOIN settings AS high ON high.user_id = c.high_user_id
 WHERE c.conversation_id = $1;
