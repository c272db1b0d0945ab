"""A PostgreSQL of Pinge's own, for those who set no DATABASE_URL."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from pinge.database.installation import DATABASE, SUPERUSER, ClusterError, Installation, Owner
from pinge.database.server import Server

__all__ = ["DEFAULTS", "FORGETFUL", "Cluster", "ClusterError"]

DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "max_connections": "100",
        "shared_buffers": "128MB",
        "jit": "off",  # compiling takes longer than our short queries
        "log_checkpoints": "off",
        # Not each failed statement: Pinge logs those itself, without what people wrote in them.
        "log_min_messages": "log",
    }
)

# For tests only: after a power cut such a cluster may be beyond repair.
FORGETFUL: Mapping[str, str] = MappingProxyType(
    {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "256MB",
        "autovacuum": "off",
    }
)


class Cluster:
    """A server in the folder `home`, shared by all processes that ask for it, stopped by the last.

    It listens on a unix socket that only its own account and root can reach, and on nothing else.
    The processes that use it share `users.lock`, and `start.lock` admits one starter at a time:
    the kernel frees both when their holders die, however they die.
    """

    def __init__(
        self,
        home: Path,
        *,
        binaries: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`binaries` is the one folder to take PostgreSQL from; `settings` overrule DEFAULTS."""
        self.home = home.absolute()
        self.data = self.home / "data"
        self._binaries = binaries
        self._settings = {**DEFAULTS, **(settings or {})}
        self._users: BinaryIO | None = None

    def __enter__(self) -> dict[str, Any]:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> dict[str, Any]:
        """Start the server or join the one that runs; give asyncpg's arguments to connect.

        Blocks for about a second when the data is new, for as long as recovery takes after a
        crash, else for a moment. Called again, it revives a server that died. Raises ClusterError.
        """
        is_new = self._users is None
        try:
            self._own_home()
            self._users = self._users or self._owner.lock(self.home / "users.lock", fcntl.LOCK_SH)
            with self._owner.lock(self.home / "start.lock", fcntl.LOCK_EX) as starting:
                postmaster = self._server.settle() or self._server.launch(
                    self._installation(starting, may_create=is_new), self._settings
                )
        except BaseException as error:
            if is_new:
                self.stop()
            if isinstance(error, OSError):
                raise ClusterError(f"PostgreSQL cannot run in {self.home}: {error}") from error
            raise
        return {
            "host": str(postmaster.sockets),
            "port": postmaster.port,  # or a PGPORT of the environment would count
            "user": SUPERUSER,
            "database": DATABASE,
        }

    def stop(self) -> None:
        """Leave, and stop the server unless others use it. Raises ClusterError if it will not."""
        if self._users is None:
            return
        with self._users as users:
            self._users = None
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._server.leave()
            else:
                self._server.halt()

    def is_running(self) -> bool:
        """Whether the server lives, whoever started it."""
        return self._server.is_running()

    @cached_property
    def _owner(self) -> Owner:
        return Owner.of(self.data, self.home)

    @cached_property
    def _server(self) -> Server:
        return Server(self.home, self._owner)

    def _own_home(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(self.home, self._owner.uid, -1)
        self.home.chmod(0o700)
        if not self._owner.can("/bin/sh", "-c", 'cd "$0"', self.home):
            raise ClusterError(
                f"{self.home} is out of reach of {self._owner.name}, who PostgreSQL runs as: "
                "choose a folder outside root's home, or let others pass through its parents"
            )

    def _installation(self, starting: BinaryIO, *, may_create: bool) -> Installation:
        """The programs for the data, which they make if there is none yet."""
        version = self.data / "PG_VERSION"
        made_by = int(version.read_text()) if self.data.exists() else None
        if made_by is None and not may_create:
            raise ClusterError(f"{self.data} is gone, and was here a moment ago")
        found = Installation.find(self._binaries, made_by).reachable_by(self._owner, self.home)
        if made_by is None:
            fresh = self.home / "data.new"  # until it is whole
            shutil.rmtree(fresh, ignore_errors=True)
            # Orphaned by a kill, the programs go on holding the lock: two never write one folder.
            durable = self._settings.get("fsync") != "off"
            found.create(fresh, self._owner, durable=durable, keep=[starting.fileno()])
            fresh.rename(self.data)
            _sync(self.home)
        return found


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
