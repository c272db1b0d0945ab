-- The original's database, read whole and in one snapshot: by COPY, in the types that Pinge has. Its times
-- have no zone; they are taken to be of the session's, which is what its own server would say.
-- is_active of anything but a user was looked at nowhere, and so it is here; its sessions stay behind.

-- name: sizes()
-- How many rows each table has.
SELECT (SELECT count(*) FROM user_records) AS user_records,
       (SELECT count(*) FROM user_sessions) AS user_sessions,
       (SELECT count(*) FROM contact_requests) AS contact_requests,
       (SELECT count(*) FROM contacts) AS contacts,
       (SELECT count(*) FROM group_chats) AS group_chats,
       (SELECT count(*) FROM group_members) AS group_members,
       (SELECT count(*) FROM direct_messages) AS direct_messages,
       (SELECT count(*) FROM group_messages) AS group_messages;

-- name: time_zone()
-- Where the times of this session are of.
SELECT current_setting('TimeZone');

-- name: user_records()
-- Everybody.
SELECT user_id, email::text, username::text, password::text,
       CASE WHEN gender::text IN ('Male', 'Female') THEN gender::text ELSE 'Others' END AS gender,
       country::text, is_active, created_at::timestamptz
  FROM user_records;

-- name: contact_requests()
-- Who asked whom.
SELECT request_id, sender_id, receiver_id, status::text,
       created_at::timestamptz, updated_at::timestamptz
  FROM contact_requests;

-- name: contacts()
-- Who is on whose list.
SELECT id, user_id, contact_id, created_at::timestamptz
  FROM contacts;

-- name: group_chats()
-- Groups.
SELECT group_id, name::text, description::text, created_by, created_at::timestamptz
  FROM group_chats;

-- name: group_members()
-- Who is in which group, and until when they have read it.
SELECT id, group_id, user_id, role::text, joined_at::timestamptz, last_read_at::timestamptz
  FROM group_members;

-- name: direct_messages()
-- What people said to each other. Unread was where is_read is false: a null was in no list and no figure.
SELECT message_id, sender_id, receiver_id, content::text, sent_at::timestamptz,
       is_read IS FALSE AS is_unread
  FROM direct_messages;

-- name: group_messages()
-- What was said in groups.
SELECT message_id, group_id, sender_id, content::text, sent_at::timestamptz
  FROM group_messages;
