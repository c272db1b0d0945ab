"""Whether those who log in slow down those who talk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter

from pinge.bench.figures import Figure, quotient
from pinge.bench.link import HttpLink
from pinge.bench.many import http_links, meanwhile, socket_links
from pinge.bench.stage import Stage
from pinge.bench.traffic import Meter, Talker

RATE = 40  # messages a second
STORM_EVERY = 1.0  # seconds; later when one lasts longer

UNIT = "messages/s"


async def logins(stage: Stage, scenario: str) -> list[Figure]:
    """A steady stream of messages, first alone, then while many log in at the same instant."""
    ((sender, receiver),) = await stage.crowd.couples(1)
    people = (await stage.crowd.people(2 + stage.sizes.logins))[2:]
    requests = [stage.crowd.login_request(person.email) for person in people]
    meter = Meter()
    stage.watching.begin(f"{scenario}: measuring")
    async with (
        http_links(stage.address, len(requests)) as doors,
        socket_links(stage.address, [sender.token, receiver.token], meter.fail) as (mouth, ear),
    ):
        ear.hear = meter.receive
        talker = Talker(mouth, {"receiver_id": receiver.user_id}, meter)
        async with meanwhile([_stream(talker, meter)]):
            quiet = await meter.measure(stage.sizes.seconds, stage.server)
            meter.start(stage.server)
            storms = await _storms(doors, requests, stage.sizes.seconds)
            stormy = meter.stop()
            await meter.drain()
    worse = quotient(stormy.p(0.99), quiet.p(0.99))
    what = f"stream during {len(storms)} x {len(requests)} logins"
    note = f"{len(requests)} logins at once took {max(storms):.2f} s at most"
    return [
        quiet.figure(scenario, "stream, quiet", UNIT),
        stormy.figure(scenario, what, UNIT, ratio=worse, ratio_of="quiet p99", note=note),
    ]


async def _stream(talker: Talker, meter: Meter) -> None:
    """Talk by the clock, whether or not earlier messages have been acknowledged."""
    due = perf_counter()
    while meter.going:
        talker.say()
        due += 1 / RATE
        await asyncio.sleep(due - perf_counter())


async def _storms(
    doors: Sequence[HttpLink], requests: Sequence[bytes], seconds: float
) -> list[float]:
    """Everybody logs in at once, again and again; how long each time took."""
    lasted: list[float] = []
    end = perf_counter() + seconds
    while perf_counter() < end:
        began = perf_counter()
        await asyncio.gather(
            *(door.call(request) for door, request in zip(doors, requests, strict=True))
        )
        lasted.append(perf_counter() - began)
        await asyncio.sleep(STORM_EVERY - lasted[-1])
    return lasted
