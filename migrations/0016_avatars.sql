-- Pictures of people and groups, and which of them nobody has any more.
-- Lock: ACCESS EXCLUSIVE on users and conversations, for a moment. Undo: drop the triggers, their
-- function, the columns and the table.

-- A picture has its row from before its files are written until after they are gone, so no file is
-- without one. Due says when to look whether anybody has it; null: somebody has.
CREATE TABLE avatars (
    avatar text CONSTRAINT avatars_pkey PRIMARY KEY
    CONSTRAINT avatars_avatar_check CHECK (avatar ~ '^[0-9a-f]{64}$'),
    due_at timestamptz
);

CREATE INDEX avatars_due_at_idx ON avatars (due_at)
WHERE due_at IS NOT NULL;

ALTER TABLE users
ADD COLUMN avatar text;

ALTER TABLE conversations
ADD COLUMN avatar text;

-- By triggers, because pictures are let go of in many places: a change, a deletion, a DBA's own hand.
-- A look that is due later stays so: somebody is about to have the picture too.
CREATE FUNCTION avatars_let_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE avatars
       SET due_at = greatest(due_at, clock_timestamp())
     WHERE avatar = old.avatar;
    RETURN NULL;
END;
$$;

CREATE TRIGGER users_avatar_changed AFTER UPDATE OF avatar ON users
FOR EACH ROW WHEN (old.avatar IS DISTINCT FROM new.avatar)
EXECUTE FUNCTION avatars_let_go();

CREATE TRIGGER users_avatar_deleted AFTER DELETE ON users
FOR EACH ROW WHEN (old.avatar IS NOT NULL)
EXECUTE FUNCTION avatars_let_go();

CREATE TRIGGER conversations_avatar_changed AFTER UPDATE OF avatar ON conversations
FOR EACH ROW WHEN (old.avatar IS DISTINCT FROM new.avatar)
EXECUTE FUNCTION avatars_let_go();

CREATE TRIGGER conversations_avatar_deleted AFTER DELETE ON conversations
FOR EACH ROW WHEN (old.avatar IS NOT NULL)
EXECUTE FUNCTION avatars_let_go();
