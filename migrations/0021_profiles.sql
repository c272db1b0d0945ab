-- What people say of themselves, and who is yet to be told that it changed.
-- Lock: ACCESS EXCLUSIVE on users and members, for a moment (defaults are constants). Undo: drop what
-- it adds.

-- profile_rev is the user's rev at the latest change of their profile: name, picture, address and all.
-- profile_due_at is when that was, until everybody in their conversations has been told.
ALTER TABLE users
ADD COLUMN about text,
ADD COLUMN status_text text,
ADD COLUMN status_expires_at timestamptz,
ADD COLUMN profile_rev bigint NOT NULL DEFAULT 0,
ADD COLUMN profile_due_at timestamptz;

-- The conversation's rev under which its members were last told of this one's profile.
ALTER TABLE members
ADD COLUMN profile_rev bigint NOT NULL DEFAULT 0;

-- What is shown of people: a status that has expired is nowhere.
CREATE VIEW profiles AS
SELECT user_id, username, email, gender, country, about,
       CASE WHEN coalesce(status_expires_at > now(), true) THEN status_text END AS status_text,
       CASE WHEN status_expires_at > now() THEN status_expires_at END AS status_expires_at,
       avatar, created_at, is_active, profile_rev
  FROM users;
