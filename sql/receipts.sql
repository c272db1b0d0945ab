-- Receipts: how far messages have reached each member, written at once and told a little later.
-- Whoever moves a position locks the conversation first, as the journal does.

-- name: last_seq(conversation_id, user_id)
-- How many messages there are, for a member.
SELECT c.last_seq
  FROM conversations AS c
  JOIN members AS me ON me.conversation_id = c.conversation_id
 WHERE c.conversation_id = $1
   AND me.user_id = $2
   AND me.left_at IS NULL
   AND c.deleted_at IS NULL;

-- name: mark_delivered(conversation_ids, user_ids, seqs, large)
-- What reached a device of each member, all up to a seq; positions only ever go up, and no further
-- than there are messages. The others of a large conversation are not told.
UPDATE members AS me
   SET delivered_seq = k.seq, delivered_due = c.member_count <= $4::int
  FROM unnest($1::uuid [], $2::uuid [], $3::bigint []) AS k (conversation_id, user_id, seq)
  JOIN conversations AS c ON c.conversation_id = k.conversation_id
 WHERE me.conversation_id = k.conversation_id
   AND me.user_id = k.user_id
   AND me.left_at IS NULL
   AND greatest(me.delivered_seq, me.read_seq) < k.seq
   AND k.seq <= c.last_seq;

-- name: take_receipts(conversation_ids, turned_ids)
-- Give the positions that are due their rev, one for each conversation; back comes what to tell, and
-- who does not hear it. Who hides theirs, or is kept apart from the other of the two, is due no more, and
-- nothing is told of them; but of those who turned it on or off it is, at once, if anything reached them.
WITH due AS (
    SELECT m.conversation_id, m.user_id, c.roster_rev, p.delivered_seq, p.read_seq, p.message_ids,
           CASE WHEN w.is_turned OR w.is_shown THEN c.last_rev + 1 END AS told_rev,
           m.delivered_due OR w.is_turned AS tells_delivered,
           m.read_due OR w.is_turned AS tells_read
      FROM members AS m
      JOIN conversations AS c ON c.conversation_id = m.conversation_id
      LEFT JOIN settings AS s ON s.user_id = m.user_id
     CROSS JOIN LATERAL (
          SELECT s.sends_receipts IS NOT FALSE AND NOT is_withheld(c) AS is_shown,
                 m.user_id = ANY ($2::uuid [])
                 AND (
                     greatest(m.delivered_seq, m.read_seq) > m.joined_seq
                     OR m.read_ahead_count > 0
                 ) AS is_turned
      ) AS w
     CROSS JOIN LATERAL position_of(m, w.is_shown) AS p
     WHERE m.conversation_id = ANY ($1::uuid [])
       AND m.left_at IS NULL
       AND (m.delivered_due OR m.read_due OR w.is_turned)
), settled AS (
    UPDATE members AS m
       SET delivered_rev = CASE
               WHEN d.tells_delivered THEN coalesce(d.told_rev, m.delivered_rev)
               ELSE m.delivered_rev
           END,
           read_rev = CASE
               WHEN d.tells_read THEN coalesce(d.told_rev, m.read_rev) ELSE m.read_rev
           END,
           delivered_due = false,
           read_due = false
      FROM due AS d
     WHERE m.conversation_id = d.conversation_id
       AND m.user_id = d.user_id
), told AS (
    SELECT d.conversation_id,
           ARRAY(SELECT w.user_id FROM without_receipts(d.conversation_id) AS w) AS hidden_from
      FROM due AS d
     WHERE d.told_rev IS NOT NULL
     GROUP BY d.conversation_id
), advanced AS (
    UPDATE conversations AS c
       SET last_rev = c.last_rev + 1
     WHERE c.conversation_id IN (SELECT t.conversation_id FROM told AS t)
)

SELECT d.*, t.hidden_from
  FROM due AS d
  JOIN told AS t ON t.conversation_id = d.conversation_id
 WHERE d.told_rev IS NOT NULL
 ORDER BY d.conversation_id;

-- name: due_conversations()
-- Where positions are due that nobody told, because whoever was to tell them is gone.
SELECT DISTINCT conversation_id
  FROM members
 WHERE delivered_due OR read_due
 ORDER BY conversation_id
 LIMIT 1000;

-- name: positions(conversation_id, viewer_id)
-- How far the messages have reached each member, as one of them may see it.
SELECT x.user_id, p.delivered_seq, p.read_seq, p.message_ids
  FROM (
      SELECT m.user_id, m AS member,
             m.user_id = $2 OR (share_receipts(mine, theirs) AND NOT is_withheld(c)) AS is_shown
        FROM members AS m
        JOIN conversations AS c ON c.conversation_id = m.conversation_id
        LEFT JOIN settings AS mine ON mine.user_id = $2
        LEFT JOIN settings AS theirs ON theirs.user_id = m.user_id
       WHERE m.conversation_id = $1
         AND m.left_at IS NULL
         AND EXISTS (
                 SELECT 1
                   FROM members AS me
                  WHERE me.conversation_id = $1
                    AND me.user_id = $2
                    AND me.left_at IS NULL
             )
  ) AS x
 CROSS JOIN LATERAL position_of(x.member, x.is_shown) AS p
 ORDER BY x.user_id;

-- name: lock_conversations(conversation_ids)
-- Nobody else changes these until the end; always in the order of their ids.
SELECT conversation_id
  FROM conversations
 WHERE conversation_id = ANY ($1::uuid [])
 ORDER BY conversation_id
   FOR NO KEY UPDATE;
