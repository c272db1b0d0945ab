"""Requests that read: pages of history and the unread summary."""

from __future__ import annotations

import asyncio
from time import perf_counter

from pinge.bench.direct import fill
from pinge.bench.figures import Figure, Measured, Stopwatch, quotient
from pinge.bench.link import HttpLink, LinkError
from pinge.bench.many import http_links, meanwhile
from pinge.bench.stage import Stage
from pinge.bench.traffic import CONTENT, warm_up

READERS = 8
PAGE = 50
UNREAD_EACH = 3

UNIT = "requests/s"


async def history(stage: Stage, scenario: str) -> list[Figure]:
    """The newest page of a long conversation, and one far back."""
    couples = await stage.crowd.couples(1)
    written = await fill(stage, scenario, couples, stage.sizes.depth + PAGE)
    depth = max(0, written - PAGE)
    ((one, other),) = couples
    path = f"/messages/direct/{other.user_id}?limit={PAGE}&offset="
    newest = await _read(stage, scenario, one.token, path + "0")
    deep = await _read(stage, scenario, one.token, path + str(depth))
    what = f"page of {PAGE}, {depth:,} messages deep"
    costs = quotient(newest.rate, deep.rate)
    fewer = f"fewer than the {stage.sizes.depth:,} asked for: writing them took too long"
    note = fewer if depth < stage.sizes.depth else None
    return [
        newest.figure(scenario, f"newest page of {PAGE}", UNIT),
        deep.figure(scenario, what, UNIT, ratio=costs, ratio_of="cost of the newest", note=note),
    ]


async def unread(stage: Stage, scenario: str) -> list[Figure]:
    """The unread summary of somebody to whom many have written."""
    reader, *writers = await stage.crowd.people(stage.sizes.conversations + 1)
    couples = [(writer, reader) for writer in writers]
    await stage.crowd.befriend(couples)
    await stage.crowd.write(couples * UNREAD_EACH, CONTENT)
    measured = await _read(stage, scenario, reader.token, "/messages/unread/count")
    what = f"unread summary, {stage.sizes.conversations} conversations"
    return [measured.figure(scenario, what, UNIT)]


async def _read(stage: Stage, scenario: str, token: str, path: str) -> Measured:
    """The same request again and again, a few at a time."""
    request = stage.address.request("GET", path, token=token)
    stage.watching.begin(f"{scenario}: measuring GET {path}")
    latencies: list[float] = []
    async with (
        http_links(stage.address, READERS) as links,
        meanwhile(_repeat(link, request, latencies) for link in links) as reading,
    ):
        await _outlast(reading, warm_up(stage.sizes.seconds))
        latencies.clear()
        watch = Stopwatch(stage.server)
        await _outlast(reading, stage.sizes.seconds)
        return watch.stop(len(latencies), tuple(latencies))


async def _repeat(link: HttpLink, request: bytes, latencies: list[float]) -> None:
    while True:
        began = perf_counter()
        reply = await link.fetch(request)
        if reply.status != 200:
            raise LinkError(f"a request was answered with {reply}")
        latencies.append(perf_counter() - began)


async def _outlast(tasks: list[asyncio.Task[None]], seconds: float) -> None:
    """Let time pass, unless one of the tasks fails."""
    failed, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in failed:
        task.result()
