-- Attachments: uploads in parts, who may have a file, and which files nobody can have any more.
-- A file becomes part of a message in two steps: `claim` names the message, then the journal writes it.
-- What was claimed for a message that never came is found again when it is due.

-- name: lock_uploader(user_id)
-- One new upload of somebody's at a time, so that two cannot fill the same room.
SELECT user_id
  FROM users
 WHERE user_id = $1
   FOR NO KEY UPDATE;

-- name: usage(uploader_id)
-- How many bytes somebody's files take, and how many uploads are not finished.
SELECT coalesce(sum(length), 0)::bigint AS used,
       count(*) FILTER (WHERE stored_as IS NULL) AS unfinished
  FROM attachments
 WHERE uploader_id = $1
   AND gone_at IS NULL;

-- name: insert_upload(attachment_id, uploader_id, name, declared_type, length)
-- A file that is about to arrive.
INSERT INTO attachments (attachment_id, uploader_id, name, declared_type, length)
VALUES ($1, $2, $3, $4, $5);

-- name: upload(attachment_id, uploader_id)
-- A file of one's own, finished or not.
SELECT attachment_id, name, content_type, coalesce(size, length) AS size, width, height,
       placeholder, received AS upload_offset, length AS upload_length,
       stored_as IS NOT NULL AS is_complete, created_at, due_at AS expires_at
  FROM attachments
 WHERE attachment_id = $1
   AND uploader_id = $2
   AND gone_at IS NULL;

-- name: arriving(attachment_id, uploader_id)
-- Where a file of one's own is while it arrives.
SELECT attachment_id, declared_type, received, length, parts, stored_as IS NOT NULL AS is_complete
  FROM attachments
 WHERE attachment_id = $1
   AND uploader_id = $2
   AND gone_at IS NULL;

-- name: uploads(uploader_id, limit)
-- Somebody's files that are in no message, the newest first.
SELECT a.attachment_id, a.name, a.content_type, coalesce(a.size, a.length) AS size, a.width,
       a.height, a.placeholder, a.received AS upload_offset, a.length AS upload_length,
       a.stored_as IS NOT NULL AS is_complete, a.created_at, a.due_at AS expires_at
  FROM attachments AS a
 WHERE a.uploader_id = $1
   AND a.gone_at IS NULL
   AND a.due_at IS NOT NULL
   AND is_free(a)
 ORDER BY a.created_at DESC, a.attachment_id DESC
 LIMIT $2;

-- name: advance(attachment_id, received, part, received_now)
-- One more part has arrived, unless another was quicker at the same place.
UPDATE attachments
   SET received = $4, parts = parts || $3::text
 WHERE attachment_id = $1
   AND received = $2
   AND stored_as IS NULL
   AND gone_at IS NULL;

-- name: is_awaited(attachment_id, received)
-- Whether nothing has arrived since at this place, and nobody let go of the file.
SELECT EXISTS (
           SELECT 1
             FROM attachments
            WHERE attachment_id = $1
              AND received = $2
              AND stored_as IS NULL
              AND gone_at IS NULL
       );

-- name: complete(attachment_id, received, stored_as, size, content_type, sha256, width, height, placeholder)
-- All has arrived, unless another was quicker; from now on there is a day to send it.
UPDATE attachments
   SET received = length, parts = '{}', stored_as = $3, size = $4, content_type = $5,
       sha256 = $6, width = $7, height = $8, placeholder = $9,
       due_at = clock_timestamp() + interval '24 hours'
 WHERE attachment_id = $1
   AND received = $2
   AND stored_as IS NULL
   AND gone_at IS NULL;

-- name: discard(attachment_id, uploader_id)
-- Let go of a file that is in no message.
UPDATE attachments AS a
   SET gone_at = clock_timestamp(), due_at = clock_timestamp()
 WHERE a.attachment_id = $1
   AND a.uploader_id = $2
   AND a.gone_at IS NULL
   AND is_free(a);

-- name: claim(uploader_id, message_id, conversation_id, attachment_ids)
-- Take files for a message: all of them, in the order asked for, or none. Of a message that is there,
-- only those that it was sent with.
WITH wanted AS (
    SELECT a.attachment_id
      FROM attachments AS a
     WHERE a.attachment_id = ANY ($4::uuid [])
       AND a.uploader_id = $1
       AND a.stored_as IS NOT NULL
       AND a.gone_at IS NULL
       AND (
           (a.message_id = $2 AND a.conversation_id = $3)
           OR (is_free(a) AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.message_id = $2))
       )
     ORDER BY a.attachment_id
       FOR UPDATE
), claimed AS (
    UPDATE attachments AS a
       SET message_id = $2, conversation_id = $3, claimed_at = clock_timestamp(),
           due_at = clock_timestamp() + interval '24 hours'
     WHERE a.attachment_id = ANY (ARRAY(SELECT w.attachment_id FROM wanted AS w))
       AND (SELECT count(*) FROM wanted) = cardinality($4::uuid [])
    RETURNING a.attachment_id, a.name, a.content_type, a.size, a.width, a.height, a.placeholder
)

SELECT attachment_id, name, content_type, size, width, height, placeholder
  FROM claimed
 ORDER BY array_position($4::uuid [], attachment_id);

-- name: standing(uploader_id, attachment_ids)
-- Which of these somebody has, and which of them are whole.
SELECT attachment_id, stored_as IS NOT NULL AS is_complete
  FROM attachments
 WHERE attachment_id = ANY ($2::uuid [])
   AND uploader_id = $1
   AND gone_at IS NULL;

-- name: is_sent(message_id)
-- Whether a message was sent under this id.
SELECT EXISTS (SELECT 1 FROM messages WHERE message_id = $1);

-- name: release(message_ids)
-- The files of messages that are deleted: nobody can have them any more, where no other shows them.
SELECT let_go_of_files($1::uuid []);

-- name: share(attachment_ids, message_ids, conversation_id, user_id)
-- Let each of these messages show the file beside it, all or none; how many files there are. A message
-- that was sent, and perhaps deleted since, gets none any more.
WITH wanted AS (
    SELECT a.attachment_id
      FROM attachments AS a
     WHERE a.attachment_id = ANY ($1::uuid [])
       AND a.gone_at IS NULL
     ORDER BY a.attachment_id
       FOR KEY SHARE
), shared AS (
    INSERT INTO attachment_shares (attachment_id, message_id, conversation_id, user_id)
    SELECT k.attachment_id, k.message_id, $3, $4
      FROM unnest($1::uuid [], $2::uuid []) AS k (attachment_id, message_id)
     WHERE (SELECT count(*) FROM wanted)
           = (SELECT count(DISTINCT d.attachment_id) FROM unnest($1::uuid []) AS d (attachment_id))
       AND NOT EXISTS (SELECT 1 FROM messages AS m WHERE m.message_id = k.message_id)
        ON CONFLICT (attachment_id, message_id) DO NOTHING
)

SELECT count(*)
  FROM wanted;

-- name: release_unsent(uploader_id)
-- Somebody goes, and with them what they never sent.
UPDATE attachments AS a
   SET gone_at = clock_timestamp(), due_at = clock_timestamp()
 WHERE a.uploader_id = $1
   AND a.gone_at IS NULL
   AND a.due_at IS NOT NULL
   AND is_free(a);

-- name: readable(attachment_id, user_id)
-- A whole file, for somebody who may have it: who uploaded it while it is in no message, then who is in
-- a conversation now where a message shows it, may read that and has not hidden it from themselves.
SELECT a.attachment_id, a.stored_as, a.name, a.content_type, a.size, a.sha256, a.length,
       a.width IS NOT NULL AS is_picture, a.uploader_id = $2 AS is_own
  FROM attachments AS a
 WHERE a.attachment_id = $1
   AND a.stored_as IS NOT NULL
   AND a.gone_at IS NULL
   AND (
       EXISTS (
           SELECT 1
             FROM (
                 SELECT a.message_id, a.conversation_id
                  UNION ALL
                 SELECT s.message_id, s.conversation_id
                   FROM attachment_shares AS s
                  WHERE s.attachment_id = a.attachment_id
             ) AS p
             JOIN messages AS m
               ON m.message_id = p.message_id AND m.conversation_id = p.conversation_id
             JOIN members AS me ON me.conversation_id = m.conversation_id AND me.user_id = $2
             JOIN conversations AS c ON c.conversation_id = m.conversation_id
            WHERE m.deleted_at IS NULL
              AND m.seq > hidden_up_to(me)
              AND me.left_at IS NULL
              AND c.deleted_at IS NULL
              AND NOT EXISTS (
                      SELECT 1
                        FROM hidden_messages AS h
                       WHERE h.user_id = $2
                         AND h.conversation_id = m.conversation_id
                         AND h.seq = m.seq
                  )
       )
       OR (
           a.uploader_id = $2
           AND NOT EXISTS (
                   SELECT 1
                     FROM messages AS m
                    WHERE m.message_id = a.message_id
                      AND m.conversation_id = a.conversation_id
               )
       )
   );

-- name: take_due(slice)
-- The files to look at now, for one process at a time: those that are in no message are gone from
-- here on. Whoever took them and died leaves them to be taken again.
WITH due AS (
    SELECT d.attachment_id
      FROM attachments AS d
     WHERE d.due_at < now()
     ORDER BY d.due_at
     LIMIT $1
       FOR UPDATE SKIP LOCKED
)

UPDATE attachments AS a
   SET due_at = clock_timestamp() + interval '10 minutes',
       gone_at = CASE WHEN a.gone_at IS NULL AND EXISTS (
           SELECT 1
             FROM (
                 SELECT a.message_id, a.conversation_id
                  UNION ALL
                 SELECT s.message_id, s.conversation_id
                   FROM attachment_shares AS s
                  WHERE s.attachment_id = a.attachment_id
             ) AS p
             JOIN messages AS m
               ON m.message_id = p.message_id AND m.conversation_id = p.conversation_id
       ) THEN NULL ELSE coalesce(a.gone_at, clock_timestamp()) END
 WHERE a.attachment_id = ANY (ARRAY(SELECT due.attachment_id FROM due))
RETURNING a.attachment_id, a.stored_as, a.due_at, a.gone_at IS NULL AS is_sent;

-- name: keep(attachment_id, due_at)
-- It is in a message: there is no need to look again until that goes.
UPDATE attachments
   SET due_at = NULL
 WHERE attachment_id = $1
   AND due_at = $2
   AND gone_at IS NULL;

-- name: forget(attachment_id)
-- Nothing of it is left.
DELETE FROM attachments
 WHERE attachment_id = $1
   AND gone_at IS NOT NULL;

-- name: hold(uploader_id, attachment_ids, until)
-- Keep files that are in no message yet until then, those of them that are somebody's, and whole.
UPDATE attachments
   SET due_at = greatest(due_at, $3::timestamptz)
 WHERE uploader_id = $1
   AND attachment_id = ANY ($2::uuid [])
   AND message_id IS NULL
   AND gone_at IS NULL
   AND stored_as IS NOT NULL;
