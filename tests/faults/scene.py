"""Set up everything a run needs, and take it away again, whatever happened."""

from __future__ import annotations

import asyncio
import resource
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar

from aiohttp import ClientSession, TCPConnector

from tests.faults import nats
from tests.faults.cast import Casting, Sizes
from tests.faults.crowd import Crowd
from tests.faults.database import Database, Disk
from tests.faults.device import Device
from tests.faults.journal import Journal
from tests.faults.nats import Wire
from tests.faults.plain import PlainDevice
from tests.faults.processes import Node, Process
from tests.faults.proxy import Proxy
from tests.faults.stage import Meter, Stage

P = TypeVar("P", bound=Proxy)

NODES = 2
BY_PROXY = 0.2  # of the devices come through a wire that can become a black hole
PLAIN = 0.15  # of the devices are of the old kind
ROOM = 768  # megabytes that the database may fill, where its disk can be made small


@dataclass(frozen=True, slots=True)
class Setting:
    """What is set up, and how it may differ from what is promised."""

    seed: int
    folder: Path  # where journals and logs stay
    sizes: Sizes = field(default_factory=Sizes)
    storm: int = 200
    postgres: Mapping[str, str] = field(default_factory=dict)
    launcher: str = "pinge"
    gives_ids: bool = True
    has_nats: bool = True


@asynccontextmanager
async def scene(setting: Setting) -> AsyncIterator[tuple[Stage, list[Device], Crowd]]:
    """A running service under supervision, and clients who are not connected yet."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    async with AsyncExitStack() as stack:
        stage = await _Carpenter(stack, setting).build()
        casting = Casting(stage.client, stage.nodes[0].url, stage.random, stage.journal)
        stage.cast = await casting.cast(setting.sizes)
        await stage.database.write_out()
        yield stage, _devices(stage), Crowd(stage, setting.storm)


class _Carpenter:
    """Builds a stage; the stack takes it down again, last things first."""

    def __init__(self, stack: AsyncExitStack, setting: Setting) -> None:
        self._stack, self._setting = stack, setting
        self._random = Random(setting.seed)
        self._home = Path(tempfile.mkdtemp(prefix="pinge-faults-"))
        self._home.chmod(0o755)  # for the account that PostgreSQL runs as
        stack.callback(shutil.rmtree, self._home, ignore_errors=True)

    async def build(self) -> Stage:
        """Everything, running."""
        disk = self._disk()
        database = await self._database()
        server, wire = await self._bus()
        clock = self._home / "clock" if _faketime() else None
        client = await self._stack.enter_async_context(
            ClientSession(connector=TCPConnector(limit=0))
        )
        address = f"nats://127.0.0.1:{wire.port}" if wire else "postgres"
        nodes = self._nodes({"DATABASE_URL": database.url, "PINGE_BUS": address}, clock)
        await asyncio.gather(*(node.ready(client) for node in nodes))
        proxies = [await self._opened(Proxy(node.port)) for node in nodes]
        journal = self._stack.enter_context(Journal(self._setting.folder / "journal.jsonl"))
        stage = Stage(self._random, journal, Meter(), client, database, nodes, proxies)
        stage.nats, stage.wire, stage.disk, stage.clock = server, wire, disk, clock
        stage.gives_ids = self._setting.gives_ids
        return stage

    def _disk(self) -> Disk | None:
        """A small disk for the database, where one may be mounted."""
        try:
            disk = Disk(self._home / "disk", ROOM)
        except OSError:
            return None
        self._stack.callback(disk.unmount)
        return disk

    async def _database(self) -> Database:
        database = Database(self._home / "disk" / "postgres", self._setting.postgres)
        await database.start()
        self._stack.callback(lambda: shutil.copy(database.log, self._setting.folder))
        self._stack.push_async_callback(database.stop)
        return database

    async def _bus(self) -> tuple[Process | None, Wire | None]:
        """NATS and the wire to it, where it is installed and wanted."""
        found = nats.server(self._setting.folder / "nats.log") if self._setting.has_nats else None
        if found is None:
            return None, None
        server, port = found
        server.start()
        self._stack.push_async_callback(server.dismiss)
        return server, await self._opened(Wire(port, self._random))

    def _nodes(self, where: Mapping[str, str], clock: Path | None) -> list[Node]:
        """The nodes, of whom the first has the clock that can be moved."""
        nodes = []
        environment = {
            **where,
            "PINGE_HOME": str(self._home),
            "PINGE_SECRET_KEY": secrets.token_urlsafe(48),
            "PINGE_RATE_LIMITS": "off",
            "PINGE_BCRYPT_COST": "4",
        }
        for number in range(NODES):
            log = self._setting.folder / f"node-{number}.log"
            moved = _moved_by(clock) if clock and number == 0 else {}
            node = Node(number, log, environment | moved, self._setting.launcher)
            node.start()
            self._stack.push_async_callback(node.dismiss)
            nodes.append(node)
        return nodes

    async def _opened(self, proxy: P) -> P:
        await proxy.open()
        self._stack.push_async_callback(proxy.close)
        return proxy


def _faketime() -> Path | None:
    """The library that moves the clock of one process, and of nothing else."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def _moved_by(clock: Path) -> dict[str, str]:
    """The environment of a node whose clock is where the file says; timers go on as ever."""
    clock.write_text("+0")
    return {
        "LD_PRELOAD": str(_faketime()),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _devices(stage: Stage) -> list[Device]:
    devices = []
    for user in stage.cast.users:
        for number, token in enumerate(user.tokens, start=1):
            kind = PlainDevice if stage.random.random() < PLAIN else Device
            by_proxy = stage.random.random() < BY_PROXY
            name = f"{user.name}.{number}"
            devices.append(kind(stage, name, user, token, by_proxy=by_proxy))
    return devices
