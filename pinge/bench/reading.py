"""Requests that read: pages of history, and what concerns all conversations of somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from urllib.parse import quote

from pinge.bench.direct import fill
from pinge.bench.figures import Figure, Measured, Stopwatch, quotient, together
from pinge.bench.link import REPLY_SECONDS, HttpLink, LinkError
from pinge.bench.many import at_once, http_links
from pinge.bench.stage import Stage
from pinge.bench.traffic import CONTENT, warm_up

READERS = 8
PAGE = 50
UNREAD_EACH = 3
TURNS = 4

SUMMARY = "/messages/unread/count"
GLANCES = {
    "unread summary": SUMMARY,
    "overview": "/conversations?limit=200",
    "search": f"/search/messages?limit=25&q={quote(CONTENT.split()[0])}",
}
UNIT = "requests/s"


async def history(stage: Stage, scenario: str) -> list[Figure]:
    """The newest page of a long conversation, and one far back."""
    couples = await stage.crowd.couples(1)
    written = await fill(stage, scenario, couples, stage.sizes.depth + PAGE)
    depth = max(0, written - PAGE)
    ((one, other),) = couples
    path = f"/messages/direct/{other.user_id}?limit={PAGE}&offset="
    if len(await _get(stage, one.token, f"{path}{depth}")) < min(PAGE, written):
        raise LinkError(f"there is no full page {depth:,} messages deep")
    newest, deep = await _in_turns(stage, scenario, one.token, (path + "0", f"{path}{depth}"))
    what = f"page of {PAGE}, {depth:,} messages deep"
    costs = quotient(newest.rate, deep.rate)
    fewer = f"fewer than the {stage.sizes.depth:,} asked for: writing them took too long"
    note = fewer if depth < stage.sizes.depth else None
    return [
        newest.figure(scenario, f"newest page of {PAGE}", UNIT),
        deep.figure(scenario, what, UNIT, ratio=costs, ratio_of="cost of the newest", note=note),
    ]


async def glances(stage: Stage, scenario: str) -> list[Figure]:
    """The unread summary, the overview and a search of somebody to whom many have written."""
    reader, *writers = await stage.crowd.people(stage.sizes.conversations + 1)
    couples = [(writer, reader) for writer in writers]
    await stage.crowd.befriend(couples)
    await stage.crowd.write(couples * UNREAD_EACH, CONTENT)
    if len((await _get(stage, reader.token, SUMMARY))["contacts_with_unread"]) < len(writers):
        raise LinkError("the unread summary leaves somebody out")
    found = await _in_turns(stage, scenario, reader.token, tuple(GLANCES.values()))
    many = f"{stage.sizes.conversations} conversations"
    return [
        measured.figure(scenario, f"{what}, {many}", UNIT)
        for what, measured in zip(GLANCES, found, strict=True)
    ]


async def _in_turns(
    stage: Stage, scenario: str, token: str, paths: Sequence[str]
) -> list[Measured]:
    """Each path in short turns, so that whatever else the machine does befalls all alike."""
    requests = [stage.address.request("GET", path, token=token) for path in paths]
    seconds = stage.sizes.seconds / TURNS
    stage.watching.begin(f"{scenario}: measuring", TURNS)
    turns = []
    async with http_links(stage.address, READERS) as links:
        for _ in range(TURNS):
            turns.append([await _read(stage, links, request, seconds) for request in requests])
            stage.watching.advance()
    return [together(parts) for parts in zip(*turns, strict=True)]


async def _read(
    stage: Stage, links: Sequence[HttpLink], request: bytes, seconds: float
) -> Measured:
    await _repeat(links, request, warm_up(seconds))
    watch = Stopwatch(stage.server)
    latencies = await _repeat(links, request, seconds)
    return watch.stop(len(latencies), latencies)


async def _repeat(links: Sequence[HttpLink], request: bytes, seconds: float) -> list[float]:
    """The same request again and again on every link; how long each took."""
    latencies: list[float] = []
    until = perf_counter() + seconds

    async def repeat(link: HttpLink) -> None:
        began = perf_counter()
        while began < until:
            reply = await link.fetch(request)
            if reply.status != 200:
                raise LinkError(f"a request was answered with {reply}")
            ended = perf_counter()
            latencies.append(ended - began)
            began = ended

    async with asyncio.timeout(seconds + REPLY_SECONDS):
        await at_once(repeat, links)
    return latencies


async def _get(stage: Stage, token: str, path: str) -> Any:
    async with http_links(stage.address, 1) as (link,):
        return await link.ask("GET", path, token=token)
