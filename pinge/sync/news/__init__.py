"""Rows as the events that would have been told, each with its rev and its audience."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from pinge.realtime.events import Event

Rows = Iterable[asyncpg.Record]


@dataclass(frozen=True, slots=True)
class News:
    """One event of a change, and who hears it: `to` alone, or all members at its rev, or `only`
    these of them, `but` one and those it is `hidden_from`.

    After one that `recounts`, members may have more or less unread than they were told.
    """

    rev: int
    event: Event
    to: UUID | None = None
    but: UUID | None = None
    seq: int = 0  # of a message
    hidden_from: Collection[UUID] = ()
    only: Collection[UUID] | None = None
    recounts: bool = False

    def concerns(self, user_id: UUID) -> bool:
        """Whether this member hears it."""
        if self.to is not None:
            return self.to == user_id
        if self.only is not None and user_id not in self.only:
            return False
        return self.but != user_id and user_id not in self.hidden_from
