-- Overview: the conversations of somebody as a sidebar shows them.

-- name: page_of_conversations(user_id, limit, active_at, conversation_id, archived, requests)
-- The conversations that were active before a place, the latest first, archived ones or others or all,
-- requests of strangers or the others; the sums are over all of them.
-- Nothing of a message is read but for the rows of the page.
WITH mine AS (
    SELECT c.conversation_id, c.kind, c.name, c.avatar, c.member_count, c.last_seq, c.last_rev,
           CASE c.low_user_id WHEN $1 THEN c.high_user_id ELSE c.low_user_id END AS contact_id,
           greatest(c.last_sent_at, me.joined_at) AS active_at,
           me.role, me.read_seq, hidden_up_to(me) AS hidden_up_to,
           unread_count(c, me) AS unread_count, coalesce(n.mention_count, 0) AS mention_count,
           is_muted(c, its, own) AS is_muted, is_archived(c, me, its) AS is_archived,
           coalesce(its.is_marked_unread, false) AS is_marked_unread, me.is_request,
           me.is_request AND EXISTS (
               SELECT 1
                 FROM message_requests AS r
                WHERE r.user_id = $1
                  AND r.conversation_id = c.conversation_id
                  AND r.last_seq >= c.last_seq
           ) AS is_declined,
           CASE c.low_user_id WHEN $1 THEN c.low_blocks ELSE c.high_blocks END AS is_blocked
      FROM members AS me
      JOIN conversations AS c ON c.conversation_id = me.conversation_id
      LEFT JOIN conversation_settings AS its
        ON its.conversation_id = me.conversation_id
       AND its.user_id = me.user_id
      LEFT JOIN settings AS own ON own.user_id = me.user_id
      LEFT JOIN unread_mentions($1) AS n ON n.conversation_id = me.conversation_id
     WHERE me.user_id = $1
       AND me.left_at IS NULL
       AND c.deleted_at IS NULL
), sums AS (
    SELECT coalesce(sum(unread_count) FILTER (WHERE kind = 'direct'), 0)::bigint AS total_unread,
           coalesce(sum(unread_count) FILTER (WHERE kind = 'group'), 0)::bigint
               AS total_group_unread,
           coalesce(sum(unread_count) FILTER (WHERE is_muted), 0)::bigint AS total_muted_unread,
           coalesce(sum(mention_count), 0)::bigint AS total_mentions,
           count(*) FILTER (WHERE is_request AND NOT is_declined) AS request_count
      FROM mine
), page AS (
    SELECT *
      FROM mine
     WHERE ($3::timestamptz IS NULL OR (active_at, conversation_id) < ($3, $4::uuid))
       AND ($5::boolean IS NULL OR is_archived = $5)
       AND is_request = $6::boolean
       AND NOT is_declined
     ORDER BY active_at DESC, conversation_id DESC
     LIMIT $2
)

SELECT me.rev AS user_rev, s.total_unread, s.total_group_unread, s.total_muted_unread,
       s.total_mentions, s.request_count, p.conversation_id, p.kind, p.active_at, p.role,
       p.member_count, p.contact_id, coalesce(p.name, u.username, 'Saved messages') AS title,
       coalesce(p.avatar, u.avatar) AS avatar,
       k.user_id IS NOT NULL AS is_contact,
       p.last_seq AS seq, p.last_rev AS rev, p.read_seq, p.unread_count, p.mention_count,
       p.is_muted, p.is_archived, p.is_marked_unread, p.is_request, p.is_blocked,
       m.message_id, m.seq AS message_seq, m.sender_id, f.username AS sender_name,
       left(m.content, 200) AS content, m.sent_at, m.edited_at, m.deleted_at,
       coalesce(jsonb_array_length(m.attachments), 0) AS attachment_count,
       m.attachments -> 0 ->> 'name' AS attachment_name
  FROM users AS me
 CROSS JOIN sums AS s
  LEFT JOIN page AS p ON true
  LEFT JOIN users AS u ON u.user_id = p.contact_id
  LEFT JOIN contacts AS k ON k.user_id = $1 AND k.contact_id = p.contact_id
  LEFT JOIN LATERAL (
      SELECT said.*
        FROM messages AS said
       WHERE said.conversation_id = p.conversation_id
         AND said.seq > p.hidden_up_to
         AND NOT EXISTS (
                 SELECT 1
                   FROM hidden_messages AS h
                  WHERE h.user_id = $1
                    AND h.conversation_id = said.conversation_id
                    AND h.seq = said.seq
             )
       ORDER BY said.seq DESC
       LIMIT 1
  ) AS m ON true
  LEFT JOIN users AS f ON f.user_id = m.sender_id
 WHERE me.user_id = $1
 ORDER BY p.active_at DESC, p.conversation_id DESC;
