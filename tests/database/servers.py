"""A PostgreSQL of the tests' own, and what can happen to one."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from pinge.database import migrations
from pinge.database.cluster import Cluster

PATIENCE = 10.0  # seconds


def server_pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def living(home: Path) -> set[int]:
    """The processes of the server, all of which live in its data folder; zombies do not count."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == home / "data":
                found.add(int(process.name))
        except OSError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server that keeps its promises."""

    cluster: Cluster
    arguments: dict[str, Any]

    @classmethod
    @contextmanager
    def running(cls, home: Path, **settings: str) -> Iterator[OwnServer]:
        cluster = Cluster(home, settings=settings)
        with cluster as arguments:
            yield cls(cluster, arguments)

    def migrated(self) -> OwnServer:
        async def migrate() -> None:
            async with self.connected() as conn:
                await migrations.migrate(conn)

        asyncio.run(migrate())
        return self

    @property
    def home(self) -> Path:
        return self.cluster.home

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[asyncpg.Connection]:
        conn = await asyncpg.connect(**self.arguments)
        try:
            yield conn
        finally:
            await conn.close()

    def kill(self) -> None:
        """As the kernel does when memory runs out."""
        os.kill(server_pid(self.home), signal.SIGKILL)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It is there, and does nothing."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        os.kill(server_pid(self.home), number)  # first, so that it starts no others meanwhile
        for pid in living(self.home):
            with suppress(ProcessLookupError):  # it came to its end meanwhile
                os.kill(pid, number)


@contextmanager
def open_folder(**where: Any) -> Iterator[Path]:
    """Where the server's account can go too: pytest's own folders are closed when root runs it."""
    with tempfile.TemporaryDirectory(prefix="pinge-test-", **where) as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what happens elsewhere and tells nobody."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.01)
