"""The PostgreSQL of a run, and what can happen to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from pinge.database import migrations
from pinge.database.cluster import Cluster, ClusterError

LOOK = 0.1  # seconds between two looks whether it lives
PROC = Path("/proc")
MOST_LOG_FILES = 20
SETTINGS = {"max_connections": "60", "max_wal_size": "96MB", "min_wal_size": "32MB"}


class Database:
    """A cluster that is started again when it dies, until it is held down.

    It keeps its promises (fsync, synchronous_commit) unless `settings` say otherwise.
    """

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self._cluster = Cluster(home, settings={**SETTINGS, **settings})
        self.outages: list[tuple[float, float]] = []  # while nobody could be served
        self._is_held = False

    async def start(self) -> None:
        """Make it, migrate it, and begin to look after it."""
        self.arguments = await asyncio.to_thread(self._cluster.start)
        conn = await self.connect()
        await migrations.migrate(conn)
        await conn.close()
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Stop it for good."""
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        await asyncio.to_thread(self._cluster.stop)

    @property
    def log(self) -> Path:
        """What it says of itself."""
        return self._cluster.home / "postgres.log"

    @property
    def url(self) -> str:
        """What DATABASE_URL has to be."""
        where = self.arguments
        return f"postgresql://{where['user']}@/{where['database']}?host={where['host']}"

    async def connect(self) -> asyncpg.Connection[Any]:
        """A connection of ours."""
        conn: asyncpg.Connection[Any] = await asyncpg.connect(**self.arguments, timeout=5)
        return conn

    @contextmanager
    def outage(self) -> Iterator[None]:
        """A time in which no node can serve anybody."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.outages.append((began, time.monotonic()))

    @contextmanager
    def held_down(self) -> Iterator[None]:
        """Nobody starts it meanwhile."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False

    def signal(self, what: signal.Signals, *, to_all: bool) -> None:
        """Signal the postmaster, and all its children if they are meant too."""
        postmaster = self._postmaster()
        if postmaster is not None:
            for pid in [postmaster, *(_children(postmaster) if to_all else ())]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, what)

    async def write_out(self) -> None:
        """Have all that was committed on disk, even where it may wait."""
        conn = await self.connect()
        await conn.execute("CHECKPOINT")
        await conn.close()

    async def use_up_log(self) -> None:
        """Have new files begun for the write-ahead log until there is no room for one."""
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            conn = await self.connect()
            for _ in range(MOST_LOG_FILES):
                await conn.execute("SELECT pg_switch_wal(), pg_logical_emit_message(false, '', '')")

    async def gone(self, seconds: float = 10.0) -> None:
        """Wait until the present one has ended."""
        former = self._postmaster()
        async with asyncio.timeout(seconds):
            while former is not None and self._postmaster() == former:
                await asyncio.sleep(LOOK / 10)

    async def back(self) -> None:
        """Wait until it takes connections and writes."""
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                conn = await self.connect()
                try:
                    await conn.execute("CREATE TEMPORARY TABLE probe ()", timeout=5)
                    return
                finally:
                    conn.terminate()
            await asyncio.sleep(LOOK)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            if not self._is_held and self._postmaster() is None:
                # Where there is no room, it says so and is tried again.
                with contextlib.suppress(ClusterError):
                    await asyncio.to_thread(self._cluster.start)

    def _postmaster(self) -> int | None:
        """Its pid while it lives; one that was killed leaves its file, and a zombie."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self._cluster.data / "postmaster.pid").read_text().split()[0])
            if _stat(pid)[0] != "Z":
                return pid
        return None


class Disk:
    """A small file system of its own in memory, which can be filled up."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        """Raises OSError where this account may not mount."""
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "pinge", folder]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise OSError(f"a file system may not be mounted here: {error}") from None

    def fill(self) -> None:
        """Leave no room at all."""
        free = shutil.disk_usage(self.folder).free
        with self._ballast.open("wb") as file, contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, free)

    def empty(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)

    def unmount(self) -> None:
        """Take it away."""
        subprocess.run(["umount", "--lazy", self.folder], check=False, capture_output=True)


def _children(parent: int) -> Iterator[int]:
    for process in PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(_stat(int(process.name))[1]) == parent:
                yield int(process.name)


def _stat(pid: int) -> list[str]:
    """The fields of a process from its state on: its name may hold spaces, in parentheses."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
