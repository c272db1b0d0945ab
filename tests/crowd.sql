-- 200 people, 2,000 conversations (200 of them groups of 20), 500,000 messages; figures that agree.

INSERT INTO users (user_id, email, username, password_hash, gender, country)
SELECT md5('user' || n)::uuid, 'user' || n || '@pinge.example', 'user' || n, '', 'Others', 'Norway'
  FROM generate_series(1, 200) AS n;

-- Who wants another password, and who has another address.
INSERT INTO mail_tokens (digest, user_id, purpose, email, expires_at)
SELECT sha256(convert_to(p.purpose || n, 'UTF8')), md5('user' || n)::uuid, p.purpose,
       'user' || n || '@pinge.example', now() + interval '1 day'
  FROM generate_series(1, 200) AS n
 CROSS JOIN (VALUES ('reset_password'), ('revert_email')) AS p (purpose);

INSERT INTO sessions (session_id, user_id, expires_at)
SELECT gen_random_uuid(), md5('user' || n % 200 + 1)::uuid, now() + interval '7 days'
  FROM generate_series(1, 2000) AS n;

-- Everybody and the nine after them.
INSERT INTO conversations (conversation_id, kind, low_user_id, high_user_id, last_seq, last_rev)
SELECT md5('direct' || n)::uuid, 'direct', least(u.one, u.other), greatest(u.one, u.other), 250, 251
  FROM generate_series(0, 1799) AS n
 CROSS JOIN LATERAL (
     SELECT md5('user' || n % 200 + 1)::uuid AS one,
            md5('user' || (n + n / 200 + 1) % 200 + 1)::uuid AS other
 ) AS u;

INSERT INTO contacts (user_id, contact_id)
SELECT low_user_id, high_user_id FROM conversations
UNION ALL
SELECT high_user_id, low_user_id FROM conversations;

-- And they parted from many others.
INSERT INTO former_contacts (user_id, contact_id, rev)
SELECT u.user_id, f.user_id, 1
  FROM users AS u
  JOIN users AS f ON f.user_id <> u.user_id
 WHERE NOT EXISTS (
           SELECT 1 FROM contacts AS k WHERE k.user_id = u.user_id AND k.contact_id = f.user_id
       );

-- Of the contacts every other one asked for it; and everybody waits for five more.
INSERT INTO contact_requests (request_id, sender_id, receiver_id, status)
SELECT gen_random_uuid(), low_user_id, high_user_id, 'Accepted' FROM conversations
UNION ALL
SELECT gen_random_uuid(), md5('user' || n % 200 + 1)::uuid,
       md5('user' || (n + n / 200 + 50) % 200 + 1)::uuid, 'Pending'
  FROM generate_series(0, 999) AS n;

INSERT INTO conversations (conversation_id, kind, name, last_seq, last_rev)
SELECT md5('group' || n)::uuid, 'group', 'Group ' || n, 250, 251
  FROM generate_series(0, 199) AS n;

INSERT INTO members (conversation_id, user_id)
SELECT conversation_id, unnest(ARRAY[low_user_id, high_user_id])
  FROM conversations
 WHERE kind = 'direct';

INSERT INTO members (conversation_id, user_id)
SELECT md5('group' || n)::uuid, md5('user' || (n + 7 * place) % 200 + 1)::uuid
  FROM generate_series(0, 199) AS n
 CROSS JOIN generate_series(1, 20) AS place;

-- The members of each speak by turns.
INSERT INTO messages (conversation_id, seq, rev, message_id, sender_id, sent_at,
                      payload_digest, content)
SELECT m.conversation_id, s.seq, s.seq + 1, gen_random_uuid(), m.user_id,
       timestamptz '2026-01-01' + s.seq * interval '1 hour' + m.n * interval '1 second',
       sha256('said'), repeat('said ', 1 + s.seq % 20)
  FROM generate_series(1, 250) AS s (seq)
  JOIN (
      SELECT conversation_id, user_id,
             row_number() OVER (PARTITION BY conversation_id ORDER BY user_id) AS n,
             count(*) OVER (PARTITION BY conversation_id) AS of_n
        FROM members
  ) AS m ON s.seq % m.of_n = m.n - 1
 ORDER BY s.seq, m.conversation_id;

UPDATE conversations AS c
   SET last_sent_at = m.sent_at, last_sender_id = m.sender_id
  FROM messages AS m
 WHERE m.conversation_id = c.conversation_id
   AND m.seq = 250;

-- Every fiftieth was edited since, and somebody hid what they said a hundred messages ago.
INSERT INTO message_versions (conversation_id, seq, rev, written_at, content)
SELECT conversation_id, seq, rev, sent_at, content
  FROM messages
 WHERE seq % 50 = 0;

UPDATE messages
   SET sent_rev = rev, rev = 251 + seq / 50, edited_at = sent_at
 WHERE seq % 50 = 0;

UPDATE conversations
   SET last_rev = 256;

INSERT INTO hidden_messages (user_id, conversation_id, seq, message_id, rev)
SELECT sender_id, conversation_id, seq, message_id,
       row_number() OVER (PARTITION BY sender_id ORDER BY conversation_id)
  FROM messages
 WHERE seq = 150;

-- All is in blocks, of whose bits about every other one is set.
INSERT INTO search_blocks (conversation_id, first_seq, last_seq,
                           first_sent_at, last_sent_at, signature)
SELECT f.conversation_id, f.seq, l.seq, f.sent_at, l.sent_at,
       decode(repeat(md5(f.conversation_id::text || f.seq), 75), 'hex')
  FROM messages AS f
  JOIN messages AS l ON l.conversation_id = f.conversation_id AND l.seq = least(f.seq + 31, 250)
 WHERE f.seq % 32 = 1;

INSERT INTO search_positions (conversation_id, seq, open_seq, rev)
SELECT conversation_id, 250, 225, 256 FROM conversations;

-- Most is read; the latest messages are not.
UPDATE members AS me
   SET read_seq = 240, sent = s.sent, sent_at_read = s.sent_at_read
  FROM (
      SELECT conversation_id, sender_id, count(*) AS sent,
             count(*) FILTER (WHERE seq <= 240) AS sent_at_read
        FROM messages
       GROUP BY conversation_id, sender_id
  ) AS s
 WHERE s.conversation_id = me.conversation_id
   AND s.sender_id = me.user_id;

-- Everybody set something, one in ten that nobody sees what they read, and all mute a conversation or two.
INSERT INTO settings (user_id, rev, sends_receipts)
SELECT md5('user' || n)::uuid, 1, n % 10 <> 0
  FROM generate_series(1, 200) AS n;

INSERT INTO conversation_settings (conversation_id, user_id, rev, muted_until)
SELECT conversation_id, user_id, row_number() OVER (PARTITION BY user_id ORDER BY conversation_id),
       '2100-01-01 00:00:00Z'
  FROM members
 WHERE conversation_id < '11000000-0000-0000-0000-000000000000'
    OR user_id < '11000000-0000-0000-0000-000000000000';

-- In every group something happened after every fifth message, and there are links into it; one in ten
-- members may not read what was said before they came.
INSERT INTO system_messages (conversation_id, rev, kind, after_seq, actor_id, user_ids, details)
SELECT c.conversation_id, 5 * n + 1, 'renamed', 5 * n, m.user_id, '{}', '{"name": "Group"}'
  FROM conversations AS c
 CROSS JOIN generate_series(0, 50) AS n
 CROSS JOIN LATERAL (
     SELECT me.user_id
       FROM members AS me
      WHERE me.conversation_id = c.conversation_id
      LIMIT 1
 ) AS m
 WHERE c.kind = 'group';

UPDATE conversations
   SET noted_seq = 250, owner_id = (
           SELECT m.user_id
             FROM members AS m
            WHERE m.conversation_id = conversations.conversation_id
            LIMIT 1
       )
 WHERE kind = 'group';

INSERT INTO invites (invite_id, digest, conversation_id, created_by, expires_at, max_uses)
SELECT gen_random_uuid(), sha256(convert_to(c.conversation_id::text || n, 'UTF8')),
       c.conversation_id, c.owner_id, now() + n * interval '1 hour', 5
  FROM conversations AS c
 CROSS JOIN generate_series(1, 20) AS n
 WHERE c.kind = 'group';

UPDATE members
   SET sees_earlier = false, joined_seq = 100
 WHERE conversation_id IN (SELECT conversation_id FROM conversations WHERE kind = 'group')
   AND user_id < '1a000000-0000-0000-0000-000000000000';

-- Every fourth session is told of messages, was told of twenty conversations, and waits for one more.
INSERT INTO push_subscriptions (subscription_id, user_id, session_id, digest, host, sealed)
SELECT session_id, user_id, session_id, sha256(uuid_send(session_id)), 'push.example', 'sealed'
  FROM sessions
 WHERE session_id < '40000000-0000-0000-0000-000000000000';

INSERT INTO pushes (subscription_id, conversation_id, after_seq, seq, due_at)
SELECT subscription_id, md5('direct' || n)::uuid, 249, 250,
       CASE WHEN n = 1 THEN now() END
  FROM push_subscriptions
 CROSS JOIN generate_series(1, 21) AS n;

INSERT INTO push_log (push_id, user_id, subscription_id, conversation_id, after_seq, seq, is_told,
                      reason, decided_at)
SELECT gen_random_uuid(), s.user_id, p.subscription_id, p.conversation_id, p.after_seq, p.seq, true,
       'wanted', now() - p.seq * interval '1 minute'
  FROM pushes AS p
  JOIN push_subscriptions AS s ON s.subscription_id = p.subscription_id;

-- Everybody blocks forty others, most of them no more, has answered what twenty strangers wrote, and has
-- reported twenty people, of whom one still waits to be looked at.
INSERT INTO blocks (user_id, blocked_id, rev, lifted_at)
SELECT u.user_id, md5('user' || n)::uuid, n, CASE WHEN n % 4 > 0 THEN now() END
  FROM users AS u
 CROSS JOIN generate_series(1, 40) AS n
 WHERE u.user_id <> md5('user' || n)::uuid;

INSERT INTO message_requests (user_id, conversation_id, rev, status, last_seq)
SELECT m.user_id, m.conversation_id, m.n, 'declined', 1
  FROM (
      SELECT user_id, conversation_id,
             row_number() OVER (PARTITION BY user_id ORDER BY conversation_id) AS n
        FROM members
  ) AS m
 WHERE m.n <= 20;

INSERT INTO reports (report_id, reporter_id, kind, target_id, reason, snapshot, closed_at)
SELECT gen_random_uuid(), u.user_id, 'user', md5('user' || n)::uuid, 'spam', '{}',
       CASE WHEN n > 1 THEN now() - n * interval '1 day' END
  FROM users AS u
 CROSS JOIN generate_series(1, 20) AS n;

-- Everybody has a bot and twenty tokens, and has five URLs told of twenty conversations each.
INSERT INTO users (user_id, email, username, password_hash, gender, country, is_bot)
SELECT md5('botuser' || n)::uuid, 'bot' || n || '@bots.invalid', 'bot', '', 'Others', '', true
  FROM generate_series(1, 200) AS n;

INSERT INTO bots (bot_id, owner_id, rev)
SELECT md5('botuser' || n)::uuid, md5('user' || n)::uuid, 1 FROM generate_series(1, 200) AS n;

INSERT INTO sessions (session_id, user_id, scopes, expires_at)
SELECT md5('token' || n || user_id)::uuid, user_id, '{messages:read}', now() + interval '1 day'
  FROM users
 CROSS JOIN generate_series(1, 20) AS n;

INSERT INTO tokens (session_id, digest, name)
SELECT session_id, sha256(uuid_send(session_id)), 'script' FROM sessions WHERE scopes IS NOT NULL;

INSERT INTO webhooks (webhook_id, conversation_id, digest)
SELECT md5('botuser' || n)::uuid, md5('group' || n)::uuid, '' FROM generate_series(1, 199) AS n;

INSERT INTO webhook_subscriptions (subscription_id, user_id, owner_id, rev, url, events, secret)
SELECT md5('told' || n || owner_id)::uuid, bot_id, owner_id, n, 'https://x', '{message_created}', ''
  FROM bots
 CROSS JOIN generate_series(1, 5) AS n;

INSERT INTO webhook_positions (subscription_id, conversation_id, seq, rev)
SELECT subscription_id, md5('direct' || n)::uuid, 249, 250
  FROM webhook_subscriptions
 CROSS JOIN generate_series(1, 20) AS n;

INSERT INTO webhook_deliveries (delivery_id, subscription_id, conversation_id, event_count, took_ms,
                                tried_at)
SELECT gen_random_uuid(), subscription_id, conversation_id, 1, 10, now() - rev * interval '1 minute'
  FROM webhook_positions;

-- Everybody has forty drafts, most of them empty by now, and forty messages for later, most of them sent.
INSERT INTO drafts (user_id, conversation_id, rev, content)
SELECT m.user_id, m.conversation_id, m.n, CASE WHEN m.n <= 5 THEN 'I' ELSE '' END
  FROM (
      SELECT user_id, conversation_id,
             row_number() OVER (PARTITION BY user_id ORDER BY conversation_id) AS n
        FROM members
  ) AS m
 WHERE m.n <= 40;

INSERT INTO scheduled_messages (scheduled_id, user_id, conversation_id, rev, content, send_at, status)
SELECT gen_random_uuid(), user_id, conversation_id, rev, 'x',
       now() + (rev - 36) * interval '1 day',
       CASE WHEN rev < 36 THEN 'sent' ELSE 'pending' END
  FROM drafts;

-- Everybody logs in with a second factor and some of five passkeys, or by an account elsewhere; and much
-- happened to their accounts.
INSERT INTO second_factors (user_id, rev, secret, since)
SELECT user_id, 1, 'sealed', now() FROM users;

INSERT INTO passkeys (passkey_id, user_id, rev, credential_id, public_key, sign_count, is_synced, label)
SELECT gen_random_uuid(), u.user_id, n, sha256(convert_to(u.user_id::text || n, 'UTF8')), 'key', 0,
       false, 'key'
  FROM users AS u
 CROSS JOIN generate_series(1, 5) AS n;

INSERT INTO oidc_identities (user_id, rev, issuer, subject, linked_at)
SELECT user_id, 1, 'https://id.example', user_id::text, now() FROM users;

INSERT INTO audit_events (event_id, happened_at, kind, user_id, actor)
SELECT gen_random_uuid(), now() - n * interval '1 day', 'logged_in', u.user_id, 'user'
  FROM users AS u
 CROSS JOIN generate_series(1, 300) AS n;

ANALYZE;
