-- How many unread messages mention somebody.
-- Lock: none (a new function). Undo: drop it.

-- Of what is unread in a conversation by unread_count, how many messages mention its reader, from what
-- their row in members says. is_any says whether anything is unread at all: where nothing is, nothing is
-- looked for. Its text takes the place of its call.
CREATE FUNCTION unread_mentions(
    user_id uuid, conversation_id uuid, read_seq bigint, read_ahead int8multirange, is_any boolean
)
RETURNS TABLE (mention_count bigint)
LANGUAGE sql STABLE
AS $$
SELECT count(*)
  FROM mentions AS n
 WHERE $5
   AND n.user_id = $1
   AND n.conversation_id = $2
   AND n.seq > $3
   AND NOT $4 @> n.seq
$$;
