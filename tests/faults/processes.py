"""The processes of a run, kept alive by a supervisor as an operator's would be."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

PAUSE = 0.2  # seconds before a process that ended is started again
GOODBYE = 15.0  # seconds a node has to end in, at the end of a run
LOOK = ClientTimeout(total=2)


class Process:
    """A program that is started again whenever it ends, until it is dismissed or held down."""

    def __init__(self, name: str, command: list[str], log: Path, env: Mapping[str, str]) -> None:
        self.name, self.command, self.log = name, command, log
        self.env = {**os.environ, **env}
        self.starts = 0
        self._running: asyncio.subprocess.Process | None = None
        self._may_run = asyncio.Event()
        self._may_run.set()

    def start(self) -> None:
        """Begin to look after it."""
        self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            await self._may_run.wait()
            with self.log.open("ab") as log:
                self._running = await asyncio.create_subprocess_exec(
                    *self.command, stdout=log, stderr=log, env=self.env, start_new_session=True
                )
            self.starts += 1
            await self._running.wait()
            await asyncio.sleep(PAUSE)

    def signal(self, what: signal.Signals) -> None:
        """Send a signal, if it runs."""
        if self._running is not None and self._running.returncode is None:
            self._running.send_signal(what)

    async def ended(self) -> float:
        """Wait for the present one to end; how long that took."""
        began = time.monotonic()
        if self._running is not None:
            await self._running.wait()
        return time.monotonic() - began

    def hold_down(self, *, is_down: bool) -> None:
        """Kill it and keep it so, or let it run again."""
        if is_down:
            self._may_run.clear()
            self.signal(signal.SIGKILL)
        else:
            self._may_run.set()

    async def dismiss(self) -> None:
        """Stop it for good."""
        self._keeping.cancel()
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.ended(), GOODBYE)
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self.ended()

    def complaints(self) -> Iterator[str]:
        """The exceptions in its log: whatever is done to it, it has to expect."""
        is_within = False
        for line in self.log.read_text(errors="replace").splitlines():
            if line.startswith("Traceback "):
                is_within = True
            elif is_within and not line.startswith((" ", "\t")):
                is_within = False
                yield line


class Node(Process):
    """One Pinge, on a port of its own."""

    def __init__(self, number: int, log: Path, env: Mapping[str, str], launcher: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", launcher, "serve"]
        super().__init__(f"node {number}", command, log, {**env, "PINGE_PORT": str(self.port)})

    async def ready(self, client: ClientSession, within: float = 60.0) -> None:
        """Wait until it says that it can serve."""
        async with asyncio.timeout(within):
            while True:
                with contextlib.suppress(ClientError, OSError, TimeoutError):
                    async with client.get(f"{self.url}/health/ready", timeout=LOOK) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
