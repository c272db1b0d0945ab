-- Conversations: groups, their members and roles.
-- Who changes a group locks its row first (lock_group), does the rest in later statements and
-- gives the change its rev at the end (advance).

-- name: insert_group(conversation_id, name, description, created_by)
-- A new group.
INSERT INTO conversations (conversation_id, kind, name, description, created_by)
VALUES ($1, 'group', $2, $3, $4);

-- name: lock_group(conversation_id)
-- Take a group's lock; no row back means that there is none, or no longer.
SELECT owner_of(c) AS owner_id, CASE WHEN NOT c.was_handed_over THEN c.created_by END AS maker_id,
       c.name, c.description, c.who_may_send, c.who_may_add,
       c.who_may_edit, c.who_may_pin, c.slow_mode_seconds, c.history_visibility,
       c.last_seq, c.last_rev + 1 AS next_rev
  FROM conversations AS c
 WHERE c.conversation_id = $1
   AND c.kind = 'group'
   AND c.deleted_at IS NULL
   FOR NO KEY UPDATE;

-- name: advance(conversation_id, rev)
-- Give a change its rev; back comes who is to hear of it.
UPDATE conversations
   SET last_rev = $2
 WHERE conversation_id = $1
RETURNING ARRAY(SELECT user_id FROM members WHERE conversation_id = $1 AND left_at IS NULL);

-- name: advance_roster(conversation_id, rev)
-- Give a change of who is in it its rev; back comes who is in it now.
UPDATE conversations
   SET last_rev = $2,
       roster_rev = $2,
       member_count = (
           SELECT count(*) FROM members WHERE conversation_id = $1 AND left_at IS NULL
       )
 WHERE conversation_id = $1
RETURNING ARRAY(SELECT user_id FROM members WHERE conversation_id = $1 AND left_at IS NULL);

-- name: groups_of(user_id)
-- The groups somebody is in, newest first.
SELECT g.group_id, g.name, g.description, g.avatar, g.created_by, g.created_at, g.owner_id,
       g.who_may_send, g.who_may_add, g.who_may_edit, g.who_may_pin, g.slow_mode_seconds,
       g.history_visibility
  FROM members AS m
  JOIN conversations AS c ON c.conversation_id = m.conversation_id
  JOIN group_profiles AS g ON g.group_id = m.conversation_id
 WHERE m.user_id = $1
   AND m.left_at IS NULL
   AND c.deleted_at IS NULL
 ORDER BY g.created_at DESC, g.group_id;

-- name: update_group(conversation_id, name, description, who_may_send, who_may_add, who_may_edit, who_may_pin, slow_mode_seconds, history_visibility, rev)
-- Rename or describe a group, or say what its members may; null leaves a field as it is.
UPDATE conversations
   SET name = coalesce($2, name), description = coalesce($3, description),
       who_may_send = coalesce($4, who_may_send), who_may_add = coalesce($5, who_may_add),
       who_may_edit = coalesce($6, who_may_edit), who_may_pin = coalesce($7, who_may_pin),
       slow_mode_seconds = coalesce($8, slow_mode_seconds),
       history_visibility = coalesce($9, history_visibility), described_rev = $10
 WHERE conversation_id = $1;

-- name: set_group_avatar(conversation_id, avatar, rev)
-- Give a group a picture, or none; touches nothing when it has that one.
UPDATE conversations
   SET avatar = $2, described_rev = $3
 WHERE conversation_id = $1
   AND avatar IS DISTINCT FROM $2;

-- name: hand_over(conversation_id, owner_id, rev)
-- Let a member own a group.
UPDATE conversations
   SET owner_id = $2, was_handed_over = true, described_rev = $3
 WHERE conversation_id = $1;

-- name: pass_on(conversation_id, owner_id, rev)
-- Its owner has gone: an admin owns it now, or else whoever of those who can log in has been in it
-- longest; a bot only where nobody else is. No row back when somebody else owned it, or nobody stays.
UPDATE conversations AS c
   SET owner_id = n.user_id, described_rev = $3
  FROM (
      SELECT m.user_id
        FROM members AS m
        JOIN users AS u ON u.user_id = m.user_id
       WHERE m.conversation_id = $1
         AND m.left_at IS NULL
         AND NOT is_of_webhook(m.user_id)
       ORDER BY u.is_bot, m.role, u.is_active DESC, m.joined_at, m.user_id
       LIMIT 1
  ) AS n
 WHERE c.conversation_id = $1
   AND owner_of(c) = $2
RETURNING c.owner_id;

-- name: group(conversation_id)
-- A group as its members see it.
SELECT g.group_id, g.name, g.description, g.avatar, g.created_by, g.created_at, g.owner_id,
       g.who_may_send, g.who_may_add, g.who_may_edit, g.who_may_pin, g.slow_mode_seconds,
       g.history_visibility
  FROM group_profiles AS g
 WHERE g.group_id = $1;

-- name: mark_deleted(conversation_id)
-- End a group, and its invitations; its messages are purged later, in slices.
WITH uninvited AS (
    DELETE FROM invites
     WHERE conversation_id = $1
)

UPDATE conversations
   SET deleted_at = now(), avatar = NULL
 WHERE conversation_id = $1;

-- name: role_of(conversation_id, user_id)
-- What somebody is in a group; no row when they are not in it.
SELECT role
  FROM members
 WHERE conversation_id = $1
   AND user_id = $2
   AND left_at IS NULL;

-- name: head_count(conversation_id)
-- How many people and bots are in it, and how many of them are admins; nobody is behind a webhook.
SELECT count(*) AS members, count(*) FILTER (WHERE role = 'Admin') AS admins
  FROM members
 WHERE conversation_id = $1
   AND left_at IS NULL
   AND NOT is_of_webhook(user_id);

-- name: heir(conversation_id, user_id)
-- Who is to be admin when the last one leaves: of those who can log in, who has been in it longest; a
-- bot only where nobody else is.
-- No row when somebody else is an admin, or nobody stays.
SELECT other.user_id
  FROM members AS me
  JOIN members AS other ON other.conversation_id = me.conversation_id
  JOIN users AS u ON u.user_id = other.user_id
 WHERE me.conversation_id = $1
   AND me.user_id = $2
   AND me.role = 'Admin'
   AND me.left_at IS NULL
   AND other.user_id <> $2
   AND other.left_at IS NULL
   AND NOT is_of_webhook(other.user_id)
   AND NOT EXISTS (
           SELECT 1
             FROM members AS a
            WHERE a.conversation_id = $1
              AND a.user_id <> $2
              AND a.role = 'Admin'
              AND a.left_at IS NULL
       )
 ORDER BY u.is_bot, u.is_active DESC, other.joined_at, other.user_id
 LIMIT 1;

-- name: members_of(conversation_id, viewer_id)
-- Who is in it, in the order of joining; addresses only of oneself and contacts.
SELECT m.user_id, u.username,
       CASE WHEN m.user_id = $2 OR k.user_id IS NOT NULL THEN u.email END AS email,
       u.avatar, u.is_bot, m.role, m.joined_at
  FROM members AS m
  JOIN users AS u ON u.user_id = m.user_id
  LEFT JOIN contacts AS k ON k.user_id = $2 AND k.contact_id = m.user_id
 WHERE m.conversation_id = $1
   AND m.left_at IS NULL
 ORDER BY m.joined_at, m.user_id;

-- name: add_members(conversation_id, adder_id, user_ids, role, rev)
-- Let in those who exist, are not in yet and let themselves be added by this one, whom no block keeps
-- apart from them; who comes back starts with nothing unread, and with nothing set for the conversation.
WITH added AS (
    INSERT INTO members (conversation_id, user_id, role, rev, joined_rev,
                         joined_seq, read_seq, delivered_seq, sees_earlier)
    SELECT c.conversation_id, u.user_id, $4, $5, $5,
           c.last_seq, c.last_seq AS read_seq, c.last_seq AS delivered_seq,
           c.history_visibility = 'all' AS sees_earlier
      FROM conversations AS c
      JOIN users AS u ON u.user_id = ANY ($3::uuid [])
      LEFT JOIN settings AS s ON s.user_id = u.user_id
     WHERE c.conversation_id = $1
       AND allows(s.who_may_add, u.user_id, $2)
       AND NOT blocks_user(u.user_id, $2)
       AND NOT blocks_user($2, u.user_id)
        ON CONFLICT (conversation_id, user_id) DO UPDATE
       SET role = excluded.role, rev = excluded.rev, joined_at = clock_timestamp(),
           left_at = NULL, joined_rev = excluded.joined_rev, joined_seq = excluded.joined_seq,
           read_seq = excluded.read_seq, delivered_seq = excluded.delivered_seq,
           sent_at_read = members.sent, read_ahead = '{}', read_ahead_count = 0,
           sees_earlier = excluded.sees_earlier, was_removed = false
     WHERE members.left_at IS NOT NULL
    RETURNING user_id, role, joined_at
), forgotten AS (
    DELETE FROM conversation_settings AS t
     USING added AS a
     WHERE t.conversation_id = $1
       AND t.user_id = a.user_id
)

SELECT a.user_id, u.username, u.avatar, u.is_bot, a.role, a.joined_at
  FROM added AS a
  JOIN users AS u ON u.user_id = a.user_id;

-- name: people(conversation_id, user_ids)
-- The names of those who exist, and whether they are in it.
SELECT u.user_id, u.username, m.user_id IS NOT NULL AS is_member
  FROM users AS u
  LEFT JOIN members AS m
    ON m.conversation_id = $1
   AND m.user_id = u.user_id
   AND m.left_at IS NULL
 WHERE u.user_id = ANY ($2::uuid []);

-- name: remove_member(conversation_id, user_id, rev, was_removed)
-- Somebody is no longer in it; touches nothing when they were not.
UPDATE members
   SET left_at = now(), rev = $3, was_removed = $4, delivered_due = false, read_due = false
 WHERE conversation_id = $1
   AND user_id = $2
   AND left_at IS NULL;

-- name: remove_all_members(conversation_id, rev)
-- Nobody is in it any more; the rows back are those who were.
UPDATE members
   SET left_at = now(), rev = $2, delivered_due = false, read_due = false
 WHERE conversation_id = $1
   AND left_at IS NULL
RETURNING user_id;

-- name: change_role(conversation_id, user_id, role, rev)
-- Somebody is something else in it.
UPDATE members
   SET role = $3, rev = $4
 WHERE conversation_id = $1
   AND user_id = $2
   AND left_at IS NULL;

-- name: rosters(conversation_ids)
-- Who hears of what happens in these conversations, and as of which rev.
SELECT c.conversation_id, c.kind, c.roster_rev, array_agg(m.user_id) AS user_ids
  FROM conversations AS c
  JOIN members AS m ON m.conversation_id = c.conversation_id
 WHERE c.conversation_id = ANY ($1::uuid [])
   AND c.deleted_at IS NULL
   AND m.left_at IS NULL
 GROUP BY c.conversation_id;

-- name: saved_conversation(user_id)
-- Where somebody keeps what they save, if they ever did.
SELECT conversation_id
  FROM conversations
 WHERE created_by = $1
   AND kind = 'saved'
   AND deleted_at IS NULL;

-- name: open_saved_conversation(conversation_id, user_id)
-- A conversation of somebody with themselves, unless there is one.
INSERT INTO conversations (conversation_id, kind, created_by, member_count)
VALUES ($1, 'saved', $2, 1)
    ON CONFLICT (created_by) WHERE kind = 'saved' DO NOTHING;

-- name: sit_alone(conversation_id, user_id)
-- Its owner is in it, as one who may everything there.
INSERT INTO members (conversation_id, user_id, role)
VALUES ($1, $2, 'Admin')
    ON CONFLICT (conversation_id, user_id) DO NOTHING;
