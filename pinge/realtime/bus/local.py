"""The bus of a Pinge that is one process, and what every other make does within its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import UUID

from pinge.realtime.bus.hints import H, Hint


class LocalBus:
    """Tells everybody in this process, at once."""

    is_healthy = True

    def __init__(self) -> None:
        self._reactions: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[H], react: Callable[[H], None]) -> None:
        """Call `react` with every hint of the kind."""
        self._reactions[kind].append(react)

    def publish(self, hint: Hint, *topics: UUID) -> None:
        """Tell everybody in this process, before returning."""
        for react in self._reactions[type(hint)]:
            react(hint)

    def follow(self, topic: UUID) -> None:
        """Nothing to do: whatever is said in this process is heard in it."""

    def unfollow(self, topic: UUID) -> None:
        """Nothing to do."""
