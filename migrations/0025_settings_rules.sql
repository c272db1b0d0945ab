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

-- Whether two people, by the rows of both if there are any, see how far messages reached the other:
-- only if both let it be seen. Of plain expressions as here and in is_muted PostgreSQL puts each in
-- the place of its call, so that they cost nothing.
CREATE FUNCTION share_receipts(one settings, other settings) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
SELECT one.sends_receipts IS NOT FALSE AND other.sends_receipts IS NOT FALSE
$$;

-- Whether somebody wants to hear nothing of a conversation, by what they set for it and for all if
-- they did: it is muted, or worth no notification.
CREATE FUNCTION is_muted(
    c conversations, its conversation_settings, own settings
)
RETURNS boolean
LANGUAGE sql STABLE
AS $$
SELECT coalesce(its.muted_until > now(), false)
    OR 'none' = coalesce(
           its.notifications,
           CASE c.kind WHEN 'direct' THEN own.direct_notifications ELSE own.group_notifications END,
           'all'
       )
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
CREATE FUNCTION without_receipts(conversation_id uuid) RETURNS TABLE (user_id uuid)
LANGUAGE sql STABLE
AS $$
SELECT m.user_id
  FROM members AS m
  JOIN settings AS s ON s.user_id = m.user_id
 WHERE m.conversation_id = $1
   AND m.left_at IS NULL
   AND NOT s.sends_receipts
$$;
