"""Conversations that went on: what was said after a position, and how far it was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import asyncpg

from pinge.database.queries import Database, Queries
from pinge.messages.actions import References

SQL = Queries("sync")

MOST_MESSAGES = 500  # of one conversation, before others have their turn

Position = tuple[int, int]  # seq and rev


@dataclass(frozen=True, slots=True)
class Moved:
    """A conversation as it stands, and what was said in it after `since`, the oldest first."""

    conversation_id: UUID
    since: Position
    now: asyncpg.Record
    said: list[asyncpg.Record]
    pointed: References  # what it points to

    @property
    def visible(self) -> list[asyncpg.Record]:
        """What was said, but for what the viewer hid."""
        return [row for row in self.said if not row["is_hidden"]]

    @property
    def is_whole(self) -> bool:
        """Whether all that was said is here, or more than is read at once."""
        return not self.said or self.said[-1]["seq"] == self.now["last_seq"]

    @property
    def upto(self) -> Position:
        """How far it was read."""
        if self.is_whole:
            return self.now["last_seq"], self.now["last_rev"]
        return self.said[-1]["seq"], self.said[-1]["rev"]

    @property
    def has_other_changes(self) -> bool:
        """Whether some of its revs are no new messages: revs are dense when they are given.

        A client's seq and rev need not belong together, so messages are counted by their revs.
        """
        messages = sum(row["rev"] > self.since[1] for row in self.said)
        return bool(self.upto[1] - self.since[1] > messages)


async def moved(
    db: Database,
    positions: dict[UUID, Position],
    *,
    listeners: Iterable[UUID] = (),
    viewer_id: UUID | None = None,
    limit: int = MOST_MESSAGES,
) -> list[Moved]:
    """Those that went on since; direct messages to a listener tell how much they have not read.

    Messages that the viewer hid say so: they count, but are not for them to see.
    """
    if not positions:
        return []
    rows = await SQL.moved_messages.rows(
        db,
        conversation_ids=list(positions),
        seqs=[seq for seq, _ in positions.values()],
        revs=[rev for _, rev in positions.values()],
        limit=limit,
        listeners=list(listeners),
        viewer_id=viewer_id,
    )
    said = [row for row in rows if row["message_id"] is not None]
    pointed = await References.of(db, said, viewer_id)
    found = []
    for key, group in groupby(rows, itemgetter("conversation_id")):
        its = list(group)
        said = [row for row in its if row["message_id"] is not None]
        found.append(Moved(key, positions[key], its[0], said, pointed))
    return found
