-- Reports: what users want whoever runs the server to look at.

-- name: message_as_is(target_id, user_id)
-- A message that somebody may read, with what it said before; null where they may not.
SELECT jsonb_build_object(
           'message_id', m.message_id, 'conversation_id', m.conversation_id, 'kind', c.kind,
           'group_name', c.name, 'sender_id', m.sender_id, 'sender_name', u.username,
           'sent_at', m.sent_at, 'edited_at', m.edited_at, 'content', m.content,
           'attachments', coalesce(m.attachments, '[]'),
           'earlier', ARRAY(
               SELECT v.content
                 FROM message_versions AS v
                WHERE v.conversation_id = m.conversation_id
                  AND v.seq = m.seq
                ORDER BY v.rev
           )
       )
  FROM messages AS m
  JOIN users AS u ON u.user_id = m.sender_id
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $2
 WHERE m.message_id = $1
   AND m.deleted_at IS NULL
   AND m.seq > hidden_up_to(me)
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL
   AND NOT EXISTS (
           SELECT 1
             FROM hidden_messages AS h
            WHERE h.user_id = $2
              AND h.conversation_id = m.conversation_id
              AND h.seq = m.seq
       );

-- name: user_as_is(target_id, user_id)
-- What somebody says of themselves to another.
SELECT jsonb_build_object(
           'user_id', p.user_id, 'username', p.username, 'gender', p.gender,
           'country', p.country, 'about', p.about, 'status_text', p.status_text,
           'avatar', p.avatar, 'created_at', p.created_at
       )
  FROM profiles AS p
 WHERE p.user_id = $1
   AND p.user_id <> $2;

-- name: group_as_is(target_id, user_id)
-- A group that somebody is in.
SELECT jsonb_build_object(
           'group_id', c.conversation_id, 'name', c.name, 'description', c.description,
           'avatar', c.avatar, 'created_by', c.created_by, 'created_at', c.created_at,
           'member_count', c.member_count
       )
  FROM conversations AS c
  JOIN members AS me ON me.conversation_id = c.conversation_id AND me.user_id = $2
 WHERE c.conversation_id = $1
   AND c.kind = 'group'
   AND c.deleted_at IS NULL
   AND me.left_at IS NULL;

-- name: insert_report(report_id, reporter_id, kind, target_id, reason, comment, snapshot)
-- Something to look at; while it waits, its reporter may say it anew, and the first copy stays.
INSERT INTO reports AS r (report_id, reporter_id, kind, target_id, reason, comment, snapshot)
VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (reporter_id, target_id) WHERE closed_at IS NULL DO UPDATE
   SET reason = excluded.reason, comment = excluded.comment
RETURNING r.report_id;

-- name: waiting_reports(limit)
-- What waits to be looked at, the oldest first.
SELECT r.report_id, r.created_at, r.kind, r.reason, r.comment, u.email AS reporter
  FROM reports AS r
  JOIN users AS u ON u.user_id = r.reporter_id
 WHERE r.closed_at IS NULL
 ORDER BY r.created_at
 LIMIT $1::int;

-- name: closed_reports(limit)
-- What was closed, the latest first.
SELECT r.report_id, r.created_at, r.kind, r.reason, r.closed_at, r.outcome, u.email AS reporter
  FROM reports AS r
  JOIN users AS u ON u.user_id = r.reporter_id
 WHERE r.closed_at IS NOT NULL
 ORDER BY r.closed_at DESC
 LIMIT $1::int;

-- name: report(report_id)
-- All there is to a report.
SELECT r.report_id, r.created_at, r.kind, r.target_id, r.reason, r.comment,
       r.reporter_id, u.email AS reporter, r.closed_at, r.outcome, r.snapshot
  FROM reports AS r
  JOIN users AS u ON u.user_id = r.reporter_id
 WHERE r.report_id = $1;

-- name: close_report(report_id, outcome)
-- Nobody need look at it any more.
UPDATE reports
   SET closed_at = now(), outcome = $2
 WHERE report_id = $1
   AND closed_at IS NULL;

-- name: forget_reports(days, limit)
-- Some of what was closed longer ago than this.
DELETE FROM reports
 WHERE report_id IN (
           SELECT r.report_id
             FROM reports AS r
            WHERE r.closed_at < now() - make_interval(days => $1::int)
            ORDER BY r.closed_at
            LIMIT $2::int
       );
