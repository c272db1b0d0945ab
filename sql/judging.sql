-- Judging an import: what of the original does not fit, found before anything is written.
-- Each rule leaves in the room (staging.sql) only what can come in, and says of each row what becomes of
-- it: refused, changed or noticed. Their order matters: what refers to a row is judged after it.

-- name: share_addresses()
-- Addresses whose domains differ in case alone are one: it stays with whoever wrote it in lower case, or
-- came first. The others keep theirs as they wrote it, where no login finds it.
WITH ranked AS (
    SELECT user_id,
           row_number() OVER (
               PARTITION BY address
               ORDER BY email <> address, created_at, user_id
           ) AS n
      FROM old_users
), shared AS (
    UPDATE old_users AS u
       SET address = u.email
      FROM ranked AS r
     WHERE u.user_id = r.user_id
       AND r.n > 1
    RETURNING u.user_id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'changed', 'user_records', user_id,
       'the address is that of an earlier account too: nobody can log in until it has another'
  FROM shared;

-- name: notice_passwords()
-- What is no bcrypt hash is nobody's password.
INSERT INTO findings (outcome, name, id, what)
SELECT 'noticed', 'user_records', user_id,
       'the password is no bcrypt hash: nobody can log in before choosing another'
  FROM old_users
 WHERE password_hash !~ '^\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}$';

-- name: refuse_requests()
-- Requests that nobody could send.
WITH refused AS (
    DELETE FROM old_requests AS q
     WHERE q.sender_id = q.receiver_id
        OR NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = q.sender_id)
        OR NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = q.receiver_id)
    RETURNING q.request_id, q.sender_id = q.receiver_id AS is_own
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'refused', 'contact_requests', request_id,
       CASE WHEN is_own THEN 'to oneself' ELSE 'of somebody who does not exist' END
  FROM refused;

-- name: refuse_contacts()
-- Contacts that nobody could have, or has already.
WITH numbered AS (
    SELECT ctid AS place,
           row_number() OVER (PARTITION BY user_id, contact_id ORDER BY created_at, id) AS n
      FROM old_contacts
), refused AS (
    DELETE FROM old_contacts AS k
     USING numbered AS r
     WHERE k.ctid = r.place
       AND (
               k.user_id = k.contact_id
            OR r.n > 1
            OR NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = k.user_id)
            OR NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = k.contact_id)
       )
    RETURNING k.id, k.user_id = k.contact_id AS is_own, r.n
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'refused', 'contacts', id,
       CASE
           WHEN is_own THEN 'with oneself'
           WHEN n > 1 THEN 'there is another row for the same two'
           ELSE 'of somebody who does not exist'
       END
  FROM refused;

-- name: complete_contacts()
-- Contacts are mutual: whoever was on one list only is now on both.
WITH completed AS (
    INSERT INTO old_contacts (id, user_id, contact_id, created_at)
    SELECT k.id, k.contact_id, k.user_id, k.created_at
      FROM old_contacts AS k
     WHERE NOT EXISTS (
               SELECT 1
                 FROM old_contacts AS o
                WHERE o.user_id = k.contact_id
                  AND o.contact_id = k.user_id
           )
    RETURNING id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'changed', 'contacts', id, 'only one had the other as a contact: both have now'
  FROM completed;

-- name: settle_requests()
-- Whoever is a contact waits for no answer.
WITH settled AS (
    UPDATE old_requests AS q
       SET status = 'Accepted'
      FROM old_contacts AS k
     WHERE q.status = 'Pending'
       AND k.user_id = q.sender_id
       AND k.contact_id = q.receiver_id
    RETURNING q.request_id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'changed', 'contact_requests', request_id, 'waited between contacts: it is accepted now'
  FROM settled;

-- name: refuse_second_requests()
-- Of requests that wait between the same two, the first stays.
WITH numbered AS (
    SELECT request_id,
           row_number() OVER (
               PARTITION BY least(sender_id, receiver_id), greatest(sender_id, receiver_id)
               ORDER BY created_at, request_id
           ) AS n
      FROM old_requests
     WHERE status = 'Pending'
), refused AS (
    DELETE FROM old_requests AS q
     USING numbered AS r
     WHERE q.request_id = r.request_id
       AND r.n > 1
    RETURNING q.request_id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'refused', 'contact_requests', request_id, 'an earlier one waits between the same two'
  FROM refused;

-- name: refuse_members()
-- Of several rows for the same member, the one that may do most and came first stays.
WITH numbered AS (
    SELECT ctid AS place,
           row_number() OVER (PARTITION BY group_id, user_id ORDER BY role, joined_at, id) AS n
      FROM old_members
), refused AS (
    DELETE FROM old_members AS m
     USING numbered AS r
     WHERE m.ctid = r.place
       AND (
               r.n > 1
            OR NOT EXISTS (SELECT 1 FROM old_groups AS g WHERE g.group_id = m.group_id)
            OR NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = m.user_id)
       )
    RETURNING m.id, r.n
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'refused', 'group_members', id,
       CASE
           WHEN n > 1 THEN 'there is another row for the same member'
           ELSE 'of somebody, or of a group, that does not exist'
       END
  FROM refused;

-- name: disown_groups()
-- A group of somebody who does not exist is nobody's.
WITH disowned AS (
    UPDATE old_groups AS g
       SET created_by = NULL
     WHERE NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = g.created_by)
    RETURNING g.group_id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'changed', 'group_chats', group_id, 'made by somebody who does not exist'
  FROM disowned;

-- name: notice_groups()
-- Groups that nobody can read, or change.
INSERT INTO findings (outcome, name, id, what)
SELECT 'noticed', 'group_chats', g.group_id,
       CASE
           WHEN count(m.user_id) = 0 THEN 'nobody is in it: it is kept, and nobody sees it'
           ELSE 'no member is an admin'
       END
  FROM old_groups AS g
  LEFT JOIN old_members AS m ON m.group_id = g.group_id
 GROUP BY g.group_id
HAVING count(*) FILTER (WHERE m.role = 'Admin') = 0;

-- name: refuse_direct_messages()
-- Messages from or to nobody.
WITH refused AS (
    DELETE FROM old_direct_messages AS m
     WHERE NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = m.sender_id)
        OR NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = m.receiver_id)
    RETURNING m.message_id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'refused', 'direct_messages', message_id, 'of somebody who does not exist'
  FROM refused;

-- name: refuse_group_messages()
-- Messages of nobody, or nowhere.
WITH refused AS (
    DELETE FROM old_group_messages AS m
     WHERE NOT EXISTS (SELECT 1 FROM old_groups AS g WHERE g.group_id = m.group_id)
        OR NOT EXISTS (SELECT 1 FROM old_users AS u WHERE u.user_id = m.sender_id)
    RETURNING m.message_id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'refused', 'group_messages', message_id, 'of somebody, or in a group, that does not exist'
  FROM refused;

-- name: rename_group_messages()
-- An id is one message: of two the one in the group gets another, the same in every run.
WITH renamed AS (
    UPDATE old_group_messages AS m
       SET message_id = pg_temp.derived_id(m.message_id, m.group_id)
      FROM old_direct_messages AS d
     WHERE d.message_id = m.message_id
    RETURNING m.message_id AS new_id, d.message_id
)

INSERT INTO findings (outcome, name, id, what)
SELECT 'changed', 'group_messages', message_id,
       'a direct message has this id: it is ' || new_id || ' now'
  FROM renamed;

-- name: notice_own_messages()
-- What somebody said to themselves is nothing to be read.
INSERT INTO findings (outcome, name, id, what)
SELECT 'noticed', 'direct_messages', message_id,
       'to oneself: it is among the saved messages, and not unread'
  FROM old_direct_messages
 WHERE sender_id = receiver_id;

-- name: notice_contents(longest)
-- Texts that nobody could send here come in as they are.
INSERT INTO findings (outcome, name, id, what)
SELECT 'noticed', m.name, m.message_id,
       CASE
           WHEN m.length = 0 THEN 'blank: it is kept as it is'
           ELSE 'too long to be sent here: it is kept whole'
       END
  FROM (
      SELECT 'direct_messages' AS name, message_id, length(btrim(content)) AS length
        FROM old_direct_messages
       UNION ALL
      SELECT 'group_messages', message_id, length(btrim(content))
        FROM old_group_messages
  ) AS m
 WHERE NOT m.length BETWEEN 1 AND $1;

-- name: findings()
-- All that does not fit.
SELECT outcome, name, id, what
  FROM findings
 ORDER BY outcome DESC, name, what, id;
