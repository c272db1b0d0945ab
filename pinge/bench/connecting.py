"""Sockets themselves: how fast they open, and what one costs that only listens."""

from __future__ import annotations

import asyncio
from itertools import cycle, islice
from time import perf_counter

from pinge.bench.figures import Figure, Measured, Stopwatch, together
from pinge.bench.link import SocketLink
from pinge.bench.many import CONNECTING, at_once, socket_links
from pinge.bench.stage import Skipped, Stage
from pinge.bench.traffic import Meter

PEOPLE = 100
WARMING = 50
SETTLE_SECONDS = 0.5


async def connects(stage: Stage, scenario: str) -> list[Figure]:
    """From nothing to the server's hello; closing is not counted."""
    tokens = await _tokens(stage, stage.sizes.connects)
    stage.watching.begin(f"{scenario}: measuring")
    await _connect_all(stage, tokens[:WARMING])
    rounds = [await _connect_all(stage, tokens)]
    while sum(each.seconds for each in rounds) < stage.sizes.seconds:
        rounds.append(await _connect_all(stage, tokens))
    what = f"sockets opened, {CONNECTING} at a time"
    return [together(rounds).figure(scenario, what, "connects/s")]


async def memory(stage: Stage, scenario: str) -> list[Figure]:
    """What the server grows by when many sockets open and nothing is said."""
    if stage.server is None:
        raise Skipped("the server's process is not to be seen from here: name it with --pid")
    tokens = await _tokens(stage, WARMING + stage.sizes.idle)
    stage.watching.begin(f"{scenario}: opening {stage.sizes.idle:,} idle sockets")
    meter = Meter()
    async with socket_links(stage.address, tokens[:WARMING], meter.fail):
        await meter.wait(SETTLE_SECONDS)
        before, watch = stage.server.memory(), Stopwatch(stage.server)
        async with socket_links(stage.address, tokens[WARMING:], meter.fail):
            await meter.wait(SETTLE_SECONDS)
            grown, measured = stage.server.memory() - before, watch.stop(stage.sizes.idle)
    what = f"memory of an idle socket, of {stage.sizes.idle:,}"
    each = grown / stage.sizes.idle / 1024
    note = "of a server just started: an older one has memory to spare"
    return [measured.figure(scenario, what, "KiB", value=each, note=note)]


async def _tokens(stage: Stage, count: int) -> list[str]:
    people = await stage.crowd.people(min(PEOPLE, count))
    return [person.token for person in islice(cycle(people), count)]


async def _connect_all(stage: Stage, tokens: list[str]) -> Measured:
    latencies: list[float] = []
    links: list[SocketLink] = []

    async def connect(token: str) -> None:
        began = perf_counter()
        links.append(await SocketLink.open(stage.address, token))
        latencies.append(perf_counter() - began)

    watch = Stopwatch(stage.server)
    try:
        await at_once(connect, tokens)
        return watch.stop(len(tokens), latencies)
    finally:
        await asyncio.gather(*(link.close() for link in links))
