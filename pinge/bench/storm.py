"""Everybody comes back at once, as after a restart, and asks what was missed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import cycle, islice
from time import perf_counter

import orjson

from pinge.bench.crowd import Person
from pinge.bench.figures import Figure, Stopwatch
from pinge.bench.link import REPLY_SECONDS, HttpLink, LinkError, SocketLink
from pinge.bench.many import at_once
from pinge.bench.stage import Stage

PEOPLE = 200
RESUMED = b'{"event":"resumed"'


async def storm(stage: Stage, scenario: str) -> list[Figure]:
    """From the first knock until the last device has heard what it missed."""
    count = stage.sizes.storm
    couples = await stage.crowd.couples(max(min(PEOPLE, count) // 2, 1))
    people = [person for couple in couples for person in couple]
    resumes = await _positions(stage, people)
    await stage.crowd.write(couples, "while you were away")
    stage.watching.begin(f"{scenario}: {count:,} sockets")
    devices = list(islice(cycle(zip(people, resumes, strict=True)), count))
    links: list[SocketLink] = []
    watch = Stopwatch(stage.server)
    try:
        come_back = partial(_come_back, stage, links, perf_counter())
        latencies = await at_once(come_back, devices, limit=count)
        measured = watch.stop(count, latencies)
    finally:
        await asyncio.gather(*(link.close() for link in links))
    what = f"{count:,} devices resume at the same instant"
    return [measured.figure(scenario, what, "s", value=measured.seconds)]


async def _positions(stage: Stage, people: Sequence[Person]) -> list[bytes]:
    """What each says when it comes back: how far it has everything now."""
    first = await SocketLink.open(stage.address, people[0].token)
    await first.close()
    link = await HttpLink.open(stage.address)
    resumes = []
    for person in people:
        known: dict[str, object] = {"epoch": first.epoch}
        now = await link.ask("POST", "/sync", token=person.token, payload=known)
        conversations = {
            one["conversation_id"]: [one["seq"], one["rev"]] for one in now["conversations"]
        }
        known |= {"user_rev": now["user_rev"], "conversations": conversations}
        resumes.append(orjson.dumps({"type": "resume", "id": 1, "payload": known}))
    link.close()
    return resumes


async def _come_back(
    stage: Stage, links: list[SocketLink], began: float, device: tuple[Person, bytes]
) -> float:
    person, resume = device
    link = await SocketLink.open(stage.address, person.token)
    links.append(link)
    resumed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def hear(text: bytes) -> None:
        if text.startswith(RESUMED) and not resumed.done():
            resumed.set_result(None)

    link.hear = hear
    link.send(resume)
    try:
        async with asyncio.timeout(REPLY_SECONDS):
            await resumed
    except TimeoutError:
        raise LinkError("a device that came back was not answered") from None
    return perf_counter() - began
