"""The server's processes, when they run on this machine: their memory and CPU time, from /proc."""

from __future__ import annotations

import contextlib
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pinge.bench.link import Address

PROC = Path("/proc")
LISTENING = "0A"


@dataclass(frozen=True, slots=True)
class Server:
    """The process that serves, or several that share a port."""

    pids: tuple[int, ...]

    @classmethod
    def find(cls, address: Address, pid: int | None) -> Self | None:
        """The given process, or those that listen on the address's port; None if out of sight."""
        if not PROC.joinpath("self/stat").exists():
            return None
        if pid is not None:
            return cls((pid,)) if PROC.joinpath(str(pid)).exists() else None
        pids = _listeners(address.port) if _is_here(address.ip or address.host) else ()
        return cls(pids) if pids else None

    def memory(self) -> int:
        """Resident bytes."""
        pages = (_read(pid, "statm").split()[1] for pid in self.pids)
        return sum(map(int, pages)) * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self) -> float:
        """CPU time used so far, without PostgreSQL's."""
        # The second field is the command in parentheses, and may itself hold spaces.
        fields = (_read(pid, "stat").rpartition(")")[2].split() for pid in self.pids)
        return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def _read(pid: int, name: str) -> str:
    return PROC.joinpath(str(pid), name).read_text()


def _is_here(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _listeners(port: int) -> tuple[int, ...]:
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    found = []
    for process in PROC.glob("[0-9]*"):
        # Processes come and go, and those of others cannot be looked into.
        with contextlib.suppress(OSError):
            if any(os.readlink(fd) in sockets for fd in process.joinpath("fd").iterdir()):
                found.append(int(process.name))
    return tuple(sorted(found))


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in (PROC / "net/tcp", PROC / "net/tcp6"):
        with contextlib.suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    inodes.add(fields[9])
    return inodes
