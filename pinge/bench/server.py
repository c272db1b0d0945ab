"""The server's processes, when they run on this machine: their memory and CPU time, from /proc."""

from __future__ import annotations

import contextlib
import ipaddress
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Self

from pinge.bench.link import Address, LinkError

PROC = Path("/proc")
LISTENING = "0A"


class CpuTime(NamedTuple):
    """Seconds of CPU; the database's are known only when it is the server's child."""

    server: float | None
    database: float | None


UNKNOWN = CpuTime(None, None)


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

    def cpu(self) -> CpuTime:
        """CPU time used so far."""
        stats = dict(_stats())
        family = set(self.pids)
        if not family <= stats.keys():
            raise LinkError("the server's process is gone")
        while born := {pid for pid, fields in stats.items() if int(fields[1]) in family} - family:
            family |= born
        ticks = os.sysconf("SC_CLK_TCK")
        own = [stats[pid][11:13] for pid in self.pids]
        # With what their own children used who are gone by now.
        descended = [stats[pid][11:15] for pid in family.difference(self.pids)]
        database = sum(map(int, chain(*descended))) / ticks if descended else None
        return CpuTime(sum(map(int, chain(*own))) / ticks, database)


def _read(pid: int, name: str) -> str:
    return PROC.joinpath(str(pid), name).read_text()


def _stats() -> Iterator[tuple[int, list[str]]]:
    """Of every process the fields of its `stat` from the third on."""
    for process in PROC.glob("[0-9]*"):
        # Processes come and go. The second field may hold spaces, in parentheses.
        with contextlib.suppress(OSError):
            pid = int(process.name)
            yield pid, _read(pid, "stat").rpartition(")")[2].split()


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
