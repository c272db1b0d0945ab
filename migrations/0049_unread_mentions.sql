-- How many unread messages mention somebody.
-- Lock: none (a new function). Undo: drop it.

-- Of what is unread for somebody, how many messages of each conversation mention them; conversations
-- where none does are left out. Rows of mentions go when all up to them is read, so mostly there are none.
-- In PL/pgSQL, because that is asked once, and what takes the place of its call is for each conversation.
CREATE FUNCTION unread_mentions(user_id uuid)
RETURNS TABLE (conversation_id uuid, mention_count bigint)
LANGUAGE plpgsql STABLE
ROWS 10
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT n.conversation_id, count(*)
      FROM mentions AS n
      JOIN members AS m ON m.user_id = n.user_id AND m.conversation_id = n.conversation_id
     WHERE n.user_id = $1
       AND n.seq > m.read_seq
       AND NOT m.read_ahead @> n.seq
     GROUP BY n.conversation_id;
END;
$$;
