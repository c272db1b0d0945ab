"""What messages point to: the ones they answer, and whose words they repeat.

Rows carry only where to look (`reply_to` is a seq, `forwarded` has the id of who said it first), so
what is shown is as it is by now, and rows that point to nothing cost nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from pinge.database.queries import Database, Queries
from pinge.errors import NotFound
from pinge.http.caller import Caller

SQL = Queries("references")

Row = Mapping[str, Any] | asyncpg.Record
Place = tuple[UUID, int]  # the conversation and the seq

QUOTED = (
    *("message_id", "seq", "sender_id", "sender_name"),
    *("content", "attachment_count", "deleted_at"),
)


@dataclass(frozen=True, slots=True)
class References:
    """All that some messages point to, and who is not to see which of those they answer."""

    quotes: Mapping[Place, Row] = field(default_factory=dict)
    unseeing: Mapping[Place, Collection[UUID]] = field(default_factory=dict)
    names: Mapping[UUID, str] = field(default_factory=dict)

    @classmethod
    async def of(
        cls, db: Database, rows: Sequence[Row], viewer_id: UUID | None = None
    ) -> References:
        """Look up what these messages point to, for one reader or for all who are there."""
        answers = {_place(row) for row in rows if row["reply_to"] is not None}
        copies = [row["forwarded"] for row in rows if row["forwarded"] is not None]
        if not answers and not copies:
            return NONE
        quotes, unseeing = await _quotes(db, answers, viewer_id) if answers else ({}, {})
        authors = {UUID(copy["sender_id"]) for copy in copies if copy["sender_id"] is not None}
        named = await SQL.names.rows(db, user_ids=authors) if authors else ()
        return cls(quotes, unseeing, {row["user_id"]: row["username"] for row in named})

    def of_row(self, row: Row) -> dict[str, object]:
        """What goes out in the place of what a row says."""
        return {"reply_to": self._quote(row), "forwarded": self._forwarded(row)}

    def seen_by(self, row: Row, user_id: UUID) -> dict[str, object]:
        """As of_row, for one reader: a message that they may not read is not quoted to them."""
        shown = self.of_row(row)
        return shown | {"reply_to": None} if user_id in self.unseen_by(row) else shown

    def said_to(self, user_id: UUID, said: dict[str, Any]) -> dict[str, Any]:
        """What was said, as it is told to one reader; most of it points to nothing."""
        return said if self is NONE else said | self.seen_by(said, user_id)

    def unseen_by(self, row: Row) -> Collection[UUID]:
        """To whom the message that this one answers is not quoted."""
        return self.unseeing.get(_place(row), ()) if self.unseeing else ()

    def _quote(self, row: Row) -> dict[str, object] | None:
        quoted = self.quotes.get(_place(row)) if self.quotes else None
        return None if quoted is None else {name: quoted[name] for name in QUOTED}

    def _forwarded(self, row: Row) -> dict[str, object] | None:
        stored = row["forwarded"]
        if stored is None:
            return None
        sender_id = stored["sender_id"]
        return {**stored, "sender_name": sender_id and self.names.get(UUID(sender_id))}


NONE = References()


async def _quotes(
    db: Database, answers: Collection[Place], viewer_id: UUID | None
) -> tuple[dict[Place, Row], dict[Place, Collection[UUID]]]:
    conversation_ids, seqs = zip(*answers, strict=True)
    places = {"conversation_ids": conversation_ids, "seqs": seqs}
    unseeing: defaultdict[Place, list[UUID]] = defaultdict(list)
    found: dict[Place, Row] = {}
    for row in await SQL.quotes.rows(db, **places, viewer_id=viewer_id):
        place = row["conversation_id"], row["seq"]
        found[place] = row
        if row["is_unseen"] and viewer_id is not None:
            unseeing[place].append(viewer_id)
    if viewer_id is None:
        for row in await SQL.unseeing.rows(db, **places):
            unseeing[row["conversation_id"], row["seq"]].append(row["user_id"])
    return found, dict(unseeing)


async def seq_of(db: Database, caller: Caller, conversation_id: UUID, message_id: UUID) -> int:
    """Where the message that the caller answers stands; NotFound when not there."""
    seq: int | None = await SQL.seq_of.value(
        db, conversation_id=conversation_id, message_id=message_id, user_id=caller.user_id
    )
    if seq is None:
        raise NotFound("There is no such message to answer.")
    return seq


async def shown(db: Database, rows: Sequence[Row], viewer_id: UUID) -> list[dict[str, object]]:
    """Messages as clients know them: that most have none of something no row need say."""
    references = await References.of(db, rows, viewer_id)
    messages = [_shown(row, references, viewer_id) for row in rows]
    await _say_whose(db, [one for one in messages if one["reactions"]], viewer_id)
    return messages


def _shown(row: Row, references: References, viewer_id: UUID) -> dict[str, object]:
    message = dict(row.items())  # of a record, a third quicker than dict(row)
    message["attachments"] = row["attachments"] or ()
    message["mentions"] = row["mentions"] or ()
    message["reactions"] = row["reactions"] or ()
    if references is not NONE:
        message |= references.seen_by(row, viewer_id)
    return message


async def _say_whose(db: Database, messages: Sequence[dict[str, Any]], viewer_id: UUID) -> None:
    """Say of the figures of reactions which of them the reader is in."""
    if not messages:
        return
    own = await SQL.own_reactions.rows(
        db, user_id=viewer_id, message_ids=[message["message_id"] for message in messages]
    )
    mine = {(row["message_id"], row["emoji"]) for row in own}
    for message in messages:
        message["reactions"] = [
            {**figure, "me": (message["message_id"], figure["emoji"]) in mine}
            for figure in message["reactions"]
        ]


def _place(row: Row) -> Place:
    return row.get("conversation_id") or row["group_id"], row["reply_to"]
