"""How the processes of one Pinge tell each other what just happened.

A hint carries ids only, and only after its cause is committed: PostgreSQL is the truth, so a hint
that is lost delays something and loses nothing. The `local` make serves a single process; others
go between processes behind the same interface.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID

from aiohttp import web


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session is over: its token is dead and its sockets are to close."""

    session_id: UUID
    user_id: UUID


Hint = SessionEnded
H = TypeVar("H", bound=Hint)


class Bus(Protocol):
    """Hears hints from everywhere, this process included, and passes them on."""

    def publish(self, hint: Hint) -> None:
        """Tell every process, this one at once."""
        ...

    def subscribe(self, kind: type[H], react: Callable[[H], None]) -> None:
        """Call `react` with every hint of the kind."""
        ...


class LocalBus:
    """The bus of a Pinge that is one process."""

    def __init__(self) -> None:
        self._reactions: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def publish(self, hint: Hint) -> None:
        """Tell everybody in this process, before returning."""
        for react in self._reactions[type(hint)]:
            react(hint)

    def subscribe(self, kind: type[H], react: Callable[[H], None]) -> None:
        """Call `react` with every hint of the kind."""
        self._reactions[kind].append(react)


BUS: web.AppKey[Bus] = web.AppKey("BUS", Bus)
