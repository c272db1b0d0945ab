"""The bus of a Pinge that is one process, and what every other make does within its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import structlog

from pinge.realtime import meters
from pinge.realtime.bus.hints import H, Hint

logger = structlog.get_logger("pinge.bus")


class LocalBus:
    """Tells everybody in this process, at once."""

    is_healthy = True
    is_alone = True

    def __init__(self) -> None:
        self._reactions: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[H], react: Callable[[H], None]) -> None:
        """Call `react` with every hint of the kind."""
        self._reactions[kind].append(react)

    def publish(self, hint: Hint, *topics: UUID) -> None:
        """Tell everybody in this process, before returning."""
        for react in self._reactions[type(hint)]:
            try:
                react(hint)
            except Exception:  # of its own making: neither who tells nor who else hears is to blame
                logger.exception("a reaction failed", hint=type(hint).__name__)

    def pass_on(self, hint: Hint, *topics: UUID) -> None:
        """Nothing to do: there are no others."""

    def follow(self, topic: UUID) -> None:
        """Nothing to do: whatever is said in this process is heard in it."""

    def unfollow(self, topic: UUID) -> None:
        """Nothing to do."""

    async def settled(self) -> None:
        """Nothing to wait for."""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Nothing to open."""
        meters.BUS_UP.set(1)
        yield
