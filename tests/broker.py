"""A real NATS server on loopback, to be stopped, frozen and started again."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sysconfig
from pathlib import Path

BINARY = Path(sysconfig.get_path("scripts"), "nats-server")


class Broker:
    """One server; its port stays the same when it is started again."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._port = "-1"  # any that is free
        self.start()

    @property
    def url(self) -> str:
        """What PINGE_BUS may be."""
        return f"nats://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        command = [BINARY, "--addr", "127.0.0.1", "--port", self._port, *self._options]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        for line in self._process.stderr:
            if listening := re.search(r"Listening for client connections on [\d.]+:(\d+)", line):
                self._port = listening[1]
            if "Server is ready" in line:
                return
        raise AssertionError(f"{BINARY} did not start")

    def stop(self) -> None:
        """Stop it, even if it is frozen."""
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()

    def freeze(self) -> None:
        """Let it keep its connections and do nothing."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)  # a thread elsewhere may run on a while

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)
