"""One query for all who ask at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from typing import Generic, TypeVar

from pinge.database.pool import UNAVAILABLE
from pinge.errors import Unavailable

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Read = Callable[[list[K]], Awaitable[Mapping[K, V]]]


class Gathered(Generic[K, V]):
    """Looks up keys: those asked for while a query is under way go together into the next.

    What is answered is never older than the question. Alone, a key is looked up at once; in a storm
    of connections, hundreds cost little more than one.
    """

    def __init__(self, read: Read[K, V]) -> None:
        self._read = read
        self._asked: dict[K, asyncio.Future[V | None]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """What was found, None if nothing was; Unavailable while the database is away."""
        answer = self._asked.get(key)
        if answer is None:
            answer = self._asked[key] = asyncio.get_running_loop().create_future()
        if self._reading is None:
            self._reading = asyncio.create_task(self._answer())
        return await asyncio.shield(answer)

    async def _answer(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                found = await self._read(list(asked))
            except Exception as error:
                failure = Unavailable() if isinstance(error, UNAVAILABLE) else error
                for answer in asked.values():
                    answer.set_exception(failure)
                    answer.exception()  # whoever asked may have gone away
            else:
                for key, answer in asked.items():
                    answer.set_result(found.get(key))
        self._reading = None
