-- Who owns a group, what members may do in it and read of it, who is invited, and what happened to it.
-- Lock: ACCESS EXCLUSIVE on conversations and members, for an instant (all defaults are constants); of
-- groups, the rows of those are written whose creator has left. Undo: drop what it adds.

-- owner_id null: whoever made the group owns it; owner_of() has the rule. was_handed_over: an owner gave
-- it away, and did not just leave. who_may_* are members or admins, and history_visibility is all or joined: what it is when somebody comes in holds for them as
-- long as they stay. noted_seq is the after_seq of the latest row in system_messages, null without any,
-- so that a page of history asks that table only where it has something.
ALTER TABLE conversations
ADD COLUMN owner_id uuid,
ADD COLUMN was_handed_over boolean NOT NULL DEFAULT false,
ADD COLUMN who_may_add text NOT NULL DEFAULT 'admins',
ADD COLUMN who_may_edit text NOT NULL DEFAULT 'admins',
ADD COLUMN who_may_pin text NOT NULL DEFAULT 'members',
ADD COLUMN history_visibility text NOT NULL DEFAULT 'all',
ADD COLUMN noted_seq bigint,
ADD CONSTRAINT conversations_who_may_add_check
CHECK (who_may_add IN ('members', 'admins')) NOT VALID,
ADD CONSTRAINT conversations_who_may_edit_check
CHECK (who_may_edit IN ('members', 'admins')) NOT VALID,
ADD CONSTRAINT conversations_who_may_pin_check
CHECK (who_may_pin IN ('members', 'admins')) NOT VALID,
ADD CONSTRAINT conversations_history_visibility_check
CHECK (history_visibility IN ('all', 'joined')) NOT VALID;

-- sees_earlier: whether they may read what was said before they came in, at joined_seq. was_removed: of
-- somebody who is gone, that they did not leave by themselves, so no invitation lets them in again.
ALTER TABLE members
ADD COLUMN sees_earlier boolean NOT NULL DEFAULT true,
ADD COLUMN was_removed boolean NOT NULL DEFAULT false;

CREATE FUNCTION owner_of(c conversations) RETURNS uuid
LANGUAGE sql IMMUTABLE
AS $$
SELECT coalesce(c.owner_id, c.created_by)
$$;

-- The last message that a member may not read: 0 when they may read all. Of a plain expression, as
-- unread_count is, so that it costs nothing where it is asked.
CREATE FUNCTION hidden_up_to(m members) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$
SELECT CASE WHEN m.sees_earlier THEN 0 ELSE m.joined_seq END
$$;

-- Those in a conversation who may not read this message, because it was said before they came in.
CREATE FUNCTION without_sight(conversation_id uuid, seq bigint) RETURNS TABLE (user_id uuid)
LANGUAGE sql STABLE
AS $$
SELECT m.user_id
  FROM members AS m
 WHERE m.conversation_id = $1
   AND m.joined_seq >= $2
   AND NOT m.sees_earlier
   AND m.left_at IS NULL
$$;

-- A group as its members see it.
CREATE VIEW group_profiles AS
SELECT c.conversation_id AS group_id, c.name, c.description, c.avatar, c.created_by, c.created_at,
       owner_of(c) AS owner_id, c.who_may_send, c.who_may_add, c.who_may_edit, c.who_may_pin,
       c.slow_mode_seconds, c.history_visibility
  FROM conversations AS c
 WHERE c.kind = 'group';

-- Of groups that were there before: who made them and has left owns them no more. An admin does, or else
-- whoever has been in it longest, as it is from here on when an owner leaves.
UPDATE conversations AS c
   SET owner_id = (
           SELECT m.user_id
             FROM members AS m
            WHERE m.conversation_id = c.conversation_id
              AND m.left_at IS NULL
            ORDER BY m.role, m.joined_at, m.user_id
            LIMIT 1
       )
 WHERE c.kind = 'group'
   AND c.deleted_at IS NULL
   AND NOT EXISTS (
           SELECT 1
             FROM members AS m
            WHERE m.conversation_id = c.conversation_id
              AND m.user_id = c.created_by
              AND m.left_at IS NULL
       );

-- What happened to a group, between the messages: after_seq is the last one before it. Under one rev
-- there may be several kinds, but each once; details has what a kind has to say besides who did it, and
-- to whom. They are no messages, have no seq and are never unread.
CREATE TABLE system_messages (
    conversation_id uuid NOT NULL CONSTRAINT system_messages_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    rev bigint NOT NULL,
    kind text NOT NULL,
    after_seq bigint NOT NULL,
    actor_id uuid,
    user_ids uuid [] NOT NULL,
    details jsonb NOT NULL,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT system_messages_pkey PRIMARY KEY (conversation_id, rev, kind)
);

-- With the names of today, as messages show those of their senders.
CREATE VIEW named_system_messages AS
SELECT s.conversation_id, s.rev, s.kind, s.after_seq, s.actor_id,
       (SELECT a.username FROM users AS a WHERE a.user_id = s.actor_id) AS actor_name,
       (
           SELECT coalesce(
                      jsonb_agg(
                          jsonb_build_object('user_id', u.user_id, 'username', u.username)
                          ORDER BY u.username, u.user_id
                      ),
                      '[]'
                  )
             FROM users AS u
            WHERE u.user_id = ANY (s.user_ids)
       ) AS users,
       s.details, s.happened_at
  FROM system_messages AS s;

CREATE INDEX system_messages_after_seq_idx ON system_messages (conversation_id, after_seq, rev);

-- Links that let people into a group: digest is the SHA-256 of 256 random bits. One is good for as long
-- as whoever made it may let people in, so that nothing has to be done to the links of who leaves or is
-- no admin any more; max_uses null is for as many as come.
CREATE TABLE invites (
    invite_id uuid NOT NULL,
    digest bytea NOT NULL,
    conversation_id uuid NOT NULL CONSTRAINT invites_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    created_by uuid NOT NULL CONSTRAINT invites_created_by_fkey REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    max_uses bigint,
    uses bigint NOT NULL DEFAULT 0,
    CONSTRAINT invites_pkey PRIMARY KEY (invite_id),
    CONSTRAINT invites_digest_key UNIQUE (digest),
    CONSTRAINT invites_uses_check CHECK (uses <= max_uses)
);

CREATE INDEX invites_conversation_id_idx ON invites (conversation_id);
CREATE INDEX invites_created_by_idx ON invites (created_by);
CREATE INDEX invites_expires_at_idx ON invites (expires_at);

-- The links that are good, or would be if they had not been used up.
CREATE VIEW live_invites AS
SELECT i.invite_id, i.digest, i.conversation_id, i.created_by, u.username AS invited_by,
       i.created_at, i.expires_at, i.max_uses, i.uses,
       coalesce(i.uses >= i.max_uses, false) AS is_used_up
  FROM invites AS i
  JOIN conversations AS c ON c.conversation_id = i.conversation_id
  JOIN members AS maker
    ON maker.conversation_id = i.conversation_id
   AND maker.user_id = i.created_by
  JOIN users AS u ON u.user_id = i.created_by
 WHERE i.expires_at > now()
   AND c.deleted_at IS NULL
   AND maker.left_at IS NULL
   AND u.is_active
   AND (maker.role = 'Admin' OR c.who_may_add = 'members');
