-- What notifies whom and when, settings of one conversation, and the rules that statements ask about.
-- Lock: ACCESS EXCLUSIVE on settings, for an instant (all defaults are constants). Undo: drop what it adds.

-- *_notifications say what is worth a notification unless a conversation has its own: all, mentions or
-- none. do_not_disturb is when nothing is, as JSON: {"from": "22:00", "until": "07:00",
-- "days": ["friday"], "time_zone": "Europe/Oslo"}, the days being those it begins on; null for never.
ALTER TABLE settings
ADD COLUMN direct_notifications text NOT NULL DEFAULT 'all'
CONSTRAINT settings_direct_notifications_check
CHECK (direct_notifications IN ('all', 'mentions', 'none')),
ADD COLUMN group_notifications text NOT NULL DEFAULT 'all'
CONSTRAINT settings_group_notifications_check
CHECK (group_notifications IN ('all', 'mentions', 'none')),
ADD COLUMN shows_previews boolean NOT NULL DEFAULT true,
ADD COLUMN do_not_disturb jsonb,
ADD COLUMN snoozed_until timestamptz;

-- What a member has set for one conversation; without a row the defaults hold. rev is the member's.
-- notifications null means as by default. It goes when somebody comes back into a group.
CREATE TABLE conversation_settings (
    conversation_id uuid NOT NULL CONSTRAINT conversation_settings_conversation_id_fkey
    REFERENCES conversations ON DELETE CASCADE,
    user_id uuid NOT NULL CONSTRAINT conversation_settings_user_id_fkey
    REFERENCES users ON DELETE CASCADE,
    rev bigint NOT NULL,
    notifications text CONSTRAINT conversation_settings_notifications_check
    CHECK (notifications IN ('all', 'mentions', 'none')),
    muted_until timestamptz,
    CONSTRAINT conversation_settings_pkey PRIMARY KEY (conversation_id, user_id)
);

CREATE INDEX conversation_settings_user_id_idx ON conversation_settings (user_id, rev);

-- Whether a who_* setting (null: there is no row) lets this other user do it. The one place in SQL
-- that says what everyone, contacts and nobody mean; pinge/settings/policy.py says it to the rest.
CREATE FUNCTION allows(who text, owner_id uuid, other_id uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT CASE
           WHEN owner_id = other_id OR coalesce(who, 'everyone') = 'everyone' THEN true
           WHEN who = 'contacts' THEN EXISTS (
               SELECT 1 FROM contacts AS k WHERE k.user_id = owner_id AND k.contact_id = other_id
           )
           ELSE false
       END
$$;

-- Whether two people see how far messages reached the other: only if both let it be seen.
CREATE FUNCTION share_receipts(one_id uuid, other_id uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT one_id = other_id OR NOT EXISTS (
           SELECT 1
             FROM settings AS s
            WHERE s.user_id IN (one_id, other_id)
              AND NOT s.sends_receipts
       )
$$;

-- Whether a member wants to hear nothing of a conversation: it is muted, or worth no notification.
CREATE FUNCTION is_muted(c conversations, m members) RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT EXISTS (
           SELECT 1
             FROM conversation_settings AS t
            WHERE t.conversation_id = m.conversation_id
              AND t.user_id = m.user_id
              AND t.muted_until > now()
       )
    OR 'none' = coalesce((
           SELECT t.notifications
             FROM conversation_settings AS t
            WHERE t.conversation_id = m.conversation_id
              AND t.user_id = m.user_id
       ), (
           SELECT CASE c.kind
                      WHEN 'direct' THEN s.direct_notifications ELSE s.group_notifications
                  END
             FROM settings AS s
            WHERE s.user_id = m.user_id
       ), 'all')
$$;

-- How far messages have reached a member, as others see it: who hides it seems to have got nothing
-- since they came in.
CREATE FUNCTION position_of(m members, is_shown boolean)
RETURNS TABLE (delivered_seq bigint, read_seq bigint, message_ids uuid [])
LANGUAGE sql STABLE
AS $$
SELECT CASE WHEN is_shown THEN greatest(m.delivered_seq, m.read_seq) ELSE m.joined_seq END,
       CASE WHEN is_shown THEN m.read_seq ELSE m.joined_seq END,
       CASE
           WHEN is_shown
               THEN read_ahead_ids(m.conversation_id, m.user_id, m.read_seq, m.read_ahead)
           ELSE '{}'
       END
$$;

-- Those in a conversation who hide how far messages reached them, and so do not see it of others.
CREATE FUNCTION without_receipts(conversation_id uuid) RETURNS uuid []
LANGUAGE sql STABLE
AS $$
SELECT ARRAY(
           SELECT m.user_id
             FROM members AS m
             JOIN settings AS s ON s.user_id = m.user_id
            WHERE m.conversation_id = $1
              AND m.left_at IS NULL
              AND NOT s.sends_receipts
       )
$$;
