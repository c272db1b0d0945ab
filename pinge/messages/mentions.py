"""Who is named in a text: `@username`, as they are called at that moment.

Of names that begin alike the longest counts, whatever the case; of those who share a name, all do.
The one who says it is never meant, and an e-mail address names nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from pinge.database.queries import Connection, Database, Queries

SQL = Queries("references")

MOST_MENTIONS = 50  # of one message; whoever is named after them is not told so


async def mentioned(
    db: Database, group_id: UUID, content: str, *, sender_id: UUID
) -> Sequence[UUID]:
    """The members of a group that a text names, in its order; mostly without asking for any."""
    if "@" not in content:
        return ()
    members = await SQL.named_members.rows(db, conversation_id=group_id, content=content)
    return named(content, ((row["username"], row["user_id"]) for row in members), sender_id)


def named(content: str, people: Iterable[tuple[str, UUID]], sender_id: UUID) -> Sequence[UUID]:
    """Those of some people whose names stand in a text."""
    by_name: defaultdict[str, list[UUID]] = defaultdict(list)
    for name, user_id in people:
        by_name[name.casefold()].append(user_id)
    if not by_name:
        return ()
    names = "|".join(map(re.escape, sorted(by_name, key=len, reverse=True)))
    found = re.findall(rf"(?<!\w)@({names})(?!\w)", content.casefold())
    meant = dict.fromkeys(user_id for name in found for user_id in by_name[name])
    meant.pop(sender_id, None)
    return tuple(meant)[:MOST_MENTIONS]


async def change(
    tx: Connection,
    conversation_id: UUID,
    seq: int,
    *,
    before: Sequence[UUID],
    now: Sequence[UUID],
) -> set[UUID]:
    """Let a message mention other people than before; who is new among them, or not any more."""
    where = {"conversation_id": conversation_id, "seq": seq}
    gone, new = set(before).difference(now), set(now).difference(before)
    if gone:
        await SQL.forget_mentions.run(tx, **where, user_ids=gone)
    if new:
        await SQL.add_mentions.run(tx, **where, user_ids=new)
    return gone | new
