"""What can go wrong: each fault is brought about, lasts a while, and is undone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

import asyncpg

from tests.faults.crowd import Crowd
from tests.faults.device import Device
from tests.faults.processes import Node
from tests.faults.stage import Stage

JUMPS = ("+1h", "-1h", "+0")  # how far the clock of a node is moved, one after the other


class Skipped(Exception):
    """This cannot be done here, and why."""


@dataclass(slots=True)
class Nemesis:
    """What a fault works on."""

    stage: Stage
    devices: list[Device]
    crowd: Crowd
    random: Random  # of its own, so that a seed brings the same faults whatever else happens

    @property
    def node(self) -> Node:
        """Any of the nodes."""
        return self.random.choice(self.stage.nodes)

    def some(self, share: float) -> list[Device]:
        """Some of the devices."""
        return self.random.sample(self.devices, int(share * len(self.devices)))

    def seconds(self, least: float, most: float) -> float:
        """How long something lasts."""
        return self.random.uniform(least, most)

    def count(self, kill: str) -> None:
        """One more kill of a kind."""
        self.stage.meter.kills[kill] += 1


Fault = Callable[[Nemesis], Awaitable[None]]
FAULTS: dict[str, Fault] = {}


def fault(name: str) -> Callable[[Fault], Fault]:
    """Name a fault, and put it on the list."""

    def declare(strike: Fault) -> Fault:
        FAULTS[name] = strike
        return strike

    return declare


@fault("kill -9 a node")
async def kill_node(nemesis: Nemesis) -> None:
    """A process is gone in the middle of whatever it did."""
    node = nemesis.node
    node.signal(signal.SIGKILL)
    nemesis.count("kill -9 node")
    began = time.monotonic()
    await node.ended()
    await node.ready(nemesis.stage.client)
    nemesis.stage.meter.note("a killed node serves again", time.monotonic() - began)


@fault("SIGTERM to a node")
async def drain_node(nemesis: Nemesis) -> None:
    """A node is asked to stop under load, as when a new version is brought out."""
    node = nemesis.node
    node.signal(signal.SIGTERM)
    nemesis.count("SIGTERM node")
    took = await node.ended()
    nemesis.stage.meter.note("SIGTERM to exit", took)
    await node.ready(nemesis.stage.client)


@fault("kill -9 PostgreSQL")
async def kill_database(nemesis: Nemesis) -> None:
    """The database and all its processes are gone at once."""
    database = nemesis.stage.database
    with database.outage():
        database.signal(signal.SIGKILL, to_all=True)
        await database.gone()
        nemesis.count("kill -9 PostgreSQL")
        await database.back()


@fault("restart PostgreSQL")
async def restart_database(nemesis: Nemesis) -> None:
    """A fast shutdown, as by an administrator, and a start."""
    database = nemesis.stage.database
    with database.outage():
        database.signal(signal.SIGINT, to_all=False)
        await database.gone()
        nemesis.count("restart PostgreSQL")
        await database.back()


@fault("freeze PostgreSQL")
async def freeze_database(nemesis: Nemesis) -> None:
    """It says nothing for a while, and its connections stay open."""
    database = nemesis.stage.database
    with database.outage():
        database.signal(signal.SIGSTOP, to_all=True)
        try:
            await asyncio.sleep(nemesis.seconds(3, 15))
        finally:
            database.signal(signal.SIGCONT, to_all=True)
        await database.back()


@fault("exhaust connections")
async def exhaust_connections(nemesis: Nemesis) -> None:
    """Others take every connection, those of the nodes too."""
    database = nemesis.stage.database
    hoard: list[asyncpg.Connection] = []
    with database.outage():
        until = time.monotonic() + nemesis.seconds(3, 6)
        try:
            while time.monotonic() < until:
                try:
                    hoard.append(await database.connect())
                except (asyncpg.PostgresError, OSError, TimeoutError):
                    await asyncio.sleep(0.05)
                    if len(hoard) > 1:
                        await _take_from_nodes(hoard[0])
        finally:
            for conn in hoard:
                conn.terminate()
        await database.back()


async def _take_from_nodes(conn: asyncpg.Connection) -> None:
    with contextlib.suppress(asyncpg.PostgresError):
        await conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name LIKE 'pinge%'"
        )


@fault("no bus")
async def stop_bus(nemesis: Nemesis) -> None:
    """Nodes cannot tell each other anything for ten seconds."""
    stage, began = nemesis.stage, time.monotonic()
    seconds = 10.0
    if stage.nats is not None:
        stage.nats.hold_down(is_down=True)
        await asyncio.sleep(seconds)
        stage.nats.hold_down(is_down=False)
    else:
        await _silence_listeners(stage, seconds)
    stage.meter.bus_outages.append((began, time.monotonic()))


async def _silence_listeners(stage: Stage, seconds: float) -> None:
    conn = await stage.database.connect()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name LIKE 'pinge%bus%' OR query LIKE 'LISTEN %'"
        )
        await asyncio.sleep(0.1)
    await conn.close()


@fault("mangled bus")
async def mangle_bus(nemesis: Nemesis) -> None:
    """What nodes tell each other comes twice, late, and in another order."""
    wire = nemesis.stage.wire
    if wire is None:
        raise Skipped("only on the way to NATS, which is not in use")
    wire.shuffles = True
    try:
        await asyncio.sleep(nemesis.seconds(5, 10))
    finally:
        wire.shuffles = False


@fault("black hole")
async def black_hole(nemesis: Nemesis) -> None:
    """Some devices' packets go nowhere, and nobody tells either side."""
    proxy = nemesis.random.choice(nemesis.stage.proxies)
    proxy.swallow(everything=True)
    await asyncio.sleep(nemesis.seconds(5, 12))
    proxy.swallow(everything=False)


@fault("cut replies")
async def cut_replies(nemesis: Nemesis) -> None:
    """What some devices asked for is done, and the connection is reset before they hear of it."""
    proxies = nemesis.stage.proxies
    for proxy in proxies:
        proxy.cut_share = 0.3
    await asyncio.sleep(nemesis.seconds(3, 6))
    for proxy in proxies:
        proxy.cut_share = 0.0


@fault("slow readers")
async def slow_readers(nemesis: Nemesis) -> None:
    """Some devices stop reading what they are sent."""
    slow = nemesis.some(0.15)
    for device in slow:
        device.reading.clear()
    await asyncio.sleep(nemesis.seconds(5, 10))
    for device in slow:
        device.reading.set()


@fault("flapping clients")
async def flap(nemesis: Nemesis) -> None:
    """Some devices lose their connection again and again."""

    async def flapping(device: Device) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(nemesis.seconds(0, 2))
            device.drop()

    seconds = nemesis.seconds(5, 10)
    await asyncio.gather(*map(flapping, nemesis.some(0.2)))


@fault("disk full")
async def fill_disk(nemesis: Nemesis) -> None:
    """PostgreSQL has no room to write, so it panics; later there is room again."""
    stage = nemesis.stage
    if stage.disk is None:
        raise Skipped("no small file system may be mounted here")
    with stage.database.outage():
        stage.disk.fill()
        try:
            await stage.database.use_up_log()
            await asyncio.sleep(nemesis.seconds(4, 8))
        finally:
            stage.disk.empty()
        nemesis.count("disk full")
        await stage.database.back()


@fault("moved clock")
async def move_clock(nemesis: Nemesis) -> None:
    """The clock of one node jumps an hour ahead, then back beyond the start."""
    stage = nemesis.stage
    if stage.clock is None:
        raise Skipped("libfaketime is not installed")
    for jump in JUMPS:
        stage.clock.write_text(jump)
        await asyncio.sleep(nemesis.seconds(2, 4))


@fault("reconnect storm")
async def storm(nemesis: Nemesis) -> None:
    """Everybody loses the connection at the same moment, and comes back to what is left."""
    crowd = nemesis.crowd
    await crowd.gather()
    began = time.monotonic()
    for device in (*nemesis.devices, *crowd.devices):
        device.drop()
    nemesis.node.signal(signal.SIGKILL)
    nemesis.count("kill -9 node")
    try:
        await crowd.is_back()
        nemesis.stage.meter.storms.append((began, time.monotonic()))
    finally:
        await crowd.leave()
