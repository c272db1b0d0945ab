"""Direct messages between pairs of people, over sockets and over HTTP, and on full tables."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import cycle, islice
from time import perf_counter

import orjson

from pinge.bench.crowd import Couple
from pinge.bench.figures import Figure, Measured, quotient
from pinge.bench.link import Address, HttpLink, LinkError
from pinge.bench.many import http_links, meanwhile, socket_links
from pinge.bench.stage import Stage
from pinge.bench.traffic import CONTENT, ID_PLACE, Meter, Talker

FILL_IN_FLIGHT = 500
FILL_SECONDS = 300.0

UNIT = "messages/s"


async def over_sockets(stage: Stage, scenario: str, window: int) -> list[Figure]:
    """Every sender keeps `window` messages unacknowledged on one socket."""
    measured = await _socket_rate(stage, scenario, window)
    what = f"sockets, {stage.sizes.pairs} pairs, window {window}"
    return [measured.figure(scenario, what, UNIT)]


async def over_http(stage: Stage, scenario: str, window: int) -> list[Figure]:
    """Every sender keeps `window` requests under way; receipts are still taken at sockets."""
    meter = Meter()
    couples = await stage.crowd.couples(stage.sizes.pairs)
    tokens = [receiver.token for _, receiver in couples]
    stage.watching.begin(f"{scenario}: measuring")
    async with (
        socket_links(stage.far, tokens, meter.fail) as receivers,
        http_links(stage.address, window * len(couples)) as senders,
    ):
        for receiver in receivers:
            receiver.hear = meter.receive
        posting = (
            _post(stage.address, link, couple, meter)
            for link, couple in zip(senders, cycle(couples), strict=False)
        )
        async with meanwhile(posting) as tasks:
            measured = await meter.measure(stage.sizes.seconds, stage.server)
            await meter.drain()
            await asyncio.gather(*tasks)
    what = f"HTTP, {stage.sizes.pairs} pairs, window {window}"
    return [measured.figure(scenario, what, UNIT)]


async def on_full_tables(stage: Stage, scenario: str, window: int, empty: str) -> list[Figure]:
    """The rate over sockets with many old messages, against that on the emptiest tables known."""
    known = [figure.value for figure in stage.figures if figure.scenario == empty]
    before = known[0] if known else (await _socket_rate(stage, scenario, window)).rate
    couples = await stage.crowd.couples(stage.sizes.pairs)
    written = await fill(stage, scenario, couples, stage.sizes.old)
    after = await _socket_rate(stage, scenario, window)
    what = f"sockets, window {window}, {written:,} old messages"
    ratio = quotient(after.rate, before)
    reference = f"{before:,.0f}/s before them"
    return [after.figure(scenario, what, UNIT, ratio=ratio, ratio_of=reference)]


async def fill(stage: Stage, scenario: str, couples: Sequence[Couple], total: int) -> int:
    """Write old messages as fast as the server takes them; says how many time allowed."""
    meter = Meter()
    stage.watching.begin(f"{scenario}: writing {total:,} old messages", total)

    def acknowledged(talker: Talker, frame: bytes) -> None:
        meter.receive(frame)
        if meter.going and meter.started < total:
            talker.say()

    async with socket_links(stage.address, [one.token for one, _ in couples], meter.fail) as links:
        talkers = [
            Talker(link, {"receiver_id": other.user_id}, meter, acknowledged)
            for link, (_, other) in zip(links, couples, strict=True)
        ]
        for talker in islice(cycle(talkers), min(total, FILL_IN_FLIGHT)):
            talker.say()
        deadline = perf_counter() + FILL_SECONDS
        while meter.started < total and perf_counter() < deadline:
            await meter.wait(0.1)
            stage.watching.advance(to=meter.started)
        await meter.drain()
    return meter.started


async def _socket_rate(stage: Stage, scenario: str, window: int) -> Measured:
    meter = Meter()
    couples = await stage.crowd.couples(stage.sizes.pairs)
    senders, receivers = [[person.token for person in side] for side in zip(*couples, strict=True)]
    stage.watching.begin(f"{scenario}: measuring")

    def acknowledged(talker: Talker, _: bytes) -> None:
        if meter.going:
            talker.say()

    async with (
        socket_links(stage.far, receivers, meter.fail) as hearing,
        socket_links(stage.address, senders, meter.fail) as talking,
    ):
        for link in hearing:
            link.hear = meter.receive
        for link, (_, receiver) in zip(talking, couples, strict=True):
            talker = Talker(link, {"receiver_id": receiver.user_id}, meter, acknowledged)
            for _ in range(window):
                talker.say()
        measured = await meter.measure(stage.sizes.seconds, stage.server)
        await meter.drain()
    return measured


async def _post(address: Address, link: HttpLink, couple: Couple, meter: Meter) -> None:
    sender, receiver = couple
    message = {
        "receiver_id": receiver.user_id,
        "content": CONTENT,
        "client_id": ID_PLACE.decode(),
    }
    body = orjson.dumps(message)
    request = address.request("POST", "/messages/direct", token=sender.token, body=body)
    before, _, after = request.partition(ID_PLACE)
    try:
        while meter.going:
            reply = await link.fetch(before + meter.begin() + after)
            if reply.status != 201:
                raise LinkError(f"a message was answered with {reply}")
    except LinkError as error:
        meter.fail(str(error))
