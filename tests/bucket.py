"""A real S3-speaking server on loopback, to be frozen and stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sysconfig
import time
from pathlib import Path
from urllib.request import urlopen

BINARY = Path(sysconfig.get_path("scripts"), "weed")
KEY, SECRET = "pinge", "not to be told"
PATIENCE = 30.0  # seconds it may take to start


class Bucket:
    """One server, and what the environment says so that PINGE_FILES=s3://files is in it."""

    def __init__(self, folder: Path) -> None:
        permissions = {
            "name": "pinge",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (folder / "permissions.json").write_text(json.dumps({"identities": [permissions]}))
        ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self.environment = {
            "AWS_ENDPOINT": f"http://127.0.0.1:{ports['s3.port']}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }
        options = OPTIONS | ports | {"dir": folder, "s3.config": folder / "permissions.json"}
        self._process = subprocess.Popen(
            [BINARY, "server", *(f"-{name}={value}" for name, value in options.items())],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._await_readiness(f"{self.environment['AWS_ENDPOINT']}/healthz")

    def _await_readiness(self, url: str) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urlopen(url):
                    return
            except OSError:
                assert time.monotonic() < until, f"{BINARY} did not start"
                time.sleep(0.1)

    def freeze(self) -> None:
        """Let it keep its connections and do nothing."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)  # a thread elsewhere may run on a while

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop it, even if it is frozen."""
        self._process.kill()
        self._process.wait()


PORTS = [
    f"{part}.port{kind}" for part in ("master", "volume", "filer", "s3") for kind in ("", ".grpc")
]
OPTIONS = {
    "ip": "127.0.0.1",
    "ip.bind": "127.0.0.1",
    "master.volumeSizeLimitMB": 16,
    "master.volumePreallocate": "false",
    "volume.max": 50,
    "filer": "true",
    "s3": "true",
    "s3.iam": "false",
    "s3.port.iceberg": 0,
    "s3.port.lance": 0,
}


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    listening = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in listening]
    for one in listening:
        one.close()
    return ports
