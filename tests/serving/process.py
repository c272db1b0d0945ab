"""A `pinge serve` in a process of its own, and the people who use it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

from aiohttp import ClientSession, web

from tests.people import Pinge

PATIENCE = 15.0  # seconds a process may take to come or to go
URL = re.compile(rb"url\W+(http://[\w.:\[\]]+)")
QUIET = {"PINGE_BCRYPT_COST": "4", "PINGE_RATE_LIMITS": "off", "PINGE_PORT": "0"}


class Served(Pinge):
    """A Pinge whose process is another one's."""

    process: Process
    said: list[bytes]

    @classmethod
    @asynccontextmanager
    async def running(  # type: ignore[override]
        cls, home: Path, *options: str, **environment: str
    ) -> AsyncIterator[Self]:
        """Start it on a free port; kill what is left of it at the end."""
        process = await _started(options, _environment(home, environment))
        said: list[bytes] = []
        url = await _heard(process, said, int(options[1]) if options else 1)
        async with ClientSession() as client:
            served = cls(web.Application(), url, client)
            served.process, served.said = process, said
            listening = asyncio.create_task(_listen(process, said))
            try:
                yield served
            finally:
                served.kill()
                await listening

    def kill(self) -> None:
        """End what is left of it."""
        for pid in [self.process.pid, *self.workers]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def told_to_leave(self, sent: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Send the signal; the exit code, and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(sent)
        return await self.gone(), time.monotonic() - began

    async def gone(self) -> int:
        """Wait for its end; the exit code."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    @property
    def workers(self) -> list[int]:
        """The processes that have served, in the order in which they came."""
        return [int(pid) for pid in re.findall(r"worker\W+(\d+)", self.log)]

    @property
    def log(self) -> str:
        """What it wrote by now."""
        return b"".join(self.said).decode()


async def _started(options: tuple[str, ...], environment: dict[str, str]) -> Process:
    command = (sys.executable, "-m", "pinge", "serve", *options)
    return await asyncio.create_subprocess_exec(*command, stderr=PIPE, env=environment)


def _environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    """What it is told, with no setting but those of the test."""
    home.mkdir(exist_ok=True)
    ours = {name for name in os.environ if "PINGE" in name} - {"PINGE_POSTGRES_BIN"}
    inherited = {name: os.environ[name] for name in os.environ.keys() - ours - {"DATABASE_URL"}}
    return inherited | QUIET | {"PINGE_HOME": str(home), "TMPDIR": str(home)} | more


async def _heard(process: Process, said: list[bytes], workers: int) -> str:
    """Listen until each worker said where it serves."""
    assert process.stderr is not None
    serving = 0
    async with asyncio.timeout(PATIENCE):
        while line := await process.stderr.readline():
            said.append(line)
            if url := URL.search(line):
                serving += 1
                if serving == workers:
                    return url[1].decode()
    raise AssertionError(b"".join(said).decode())


async def _listen(process: Process, said: list[bytes]) -> None:
    assert process.stderr is not None
    with suppress(ValueError):
        while line := await process.stderr.readline():
            said.append(line)
    await process.wait()
