"""Many connections at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from pinge.bench.link import Address, HttpLink, SocketLink

CONNECTING = 16  # at the same time

T = TypeVar("T")
R = TypeVar("R")


async def at_once(
    act: Callable[[T], Awaitable[R]], items: Iterable[T], limit: int = CONNECTING
) -> list[R]:
    """Do something for every item, `limit` at a time; the results in order."""
    gate = asyncio.Semaphore(limit)

    async def one(item: T) -> R:
        async with gate:
            return await act(item)

    async with meanwhile(one(item) for item in items) as tasks:
        return await asyncio.gather(*tasks)


@asynccontextmanager
async def meanwhile(
    works: Iterable[Coroutine[Any, Any, T]],
) -> AsyncIterator[list[asyncio.Task[T]]]:
    """Tasks that run while this lasts; what is not done by then is dropped."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def http_links(address: Address, count: int) -> AsyncIterator[list[HttpLink]]:
    """So many keep-alive connections."""
    links: list[HttpLink] = []

    async def connect(_: int) -> None:
        links.append(await HttpLink.open(address))

    try:
        await at_once(connect, range(count))
        yield links
    finally:
        for link in links:
            link.close()


@asynccontextmanager
async def socket_links(
    address: Address, tokens: Sequence[str], on_loss: Callable[[str], None]
) -> AsyncIterator[list[SocketLink]]:
    """A socket for each token, in their order; `on_loss` hears of those that the server closes."""
    links: dict[int, SocketLink] = {}

    async def connect(place: int) -> None:
        links[place] = await SocketLink.open(address, tokens[place])

    try:
        await at_once(connect, range(len(tokens)))
        for link in links.values():
            link.closed.add_done_callback(partial(_tell, on_loss, link))
        yield [links[place] for place in range(len(tokens))]
    finally:
        await at_once(SocketLink.close, links.values())


def _tell(on_loss: Callable[[str], None], link: SocketLink, _: object) -> None:
    on_loss(f"the server closed a socket (close code {link.close_code})")
