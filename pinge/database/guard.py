"""Revives an embedded PostgreSQL that died, for as long as the process runs that asked for it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from pinge.database.cluster import Cluster

logger = structlog.get_logger("pinge.database")

LOOK = 0.25  # seconds between two looks
BACK_OFF = 1.0  # seconds after a start that failed: the disk is full, perhaps
GOODBYE = 2.0  # seconds a start under way gets when the process is to end

# A child that is forked in the middle of a look would hold the locks of the cluster for its life.
_looking = threading.Lock()
os.register_at_fork(
    before=_looking.acquire, after_in_parent=_looking.release, after_in_child=_looking.release
)


@contextmanager
def guarded(cluster: Cluster) -> Iterator[None]:
    """Look after a cluster that was started, in a thread: forked children have none, and need none.

    Each process that uses the cluster may guard it; start.lock admits one reviver at a time.
    """
    guard = _Guard(cluster)
    guard.start()
    try:
        yield
    finally:
        guard.leaving.set()
        guard.join(GOODBYE)


class _Guard(threading.Thread):
    def __init__(self, cluster: Cluster) -> None:
        # A daemon, because it may be waiting for a recovery that takes minutes.
        super().__init__(name="postgres-guard", daemon=True)
        self.leaving = threading.Event()
        self._cluster = cluster
        self._died_at: float | None = None
        self._refused = False

    def run(self) -> None:
        while not self.leaving.wait(BACK_OFF if self._refused else LOOK):
            with _looking:
                try:
                    self._look()
                except Exception as error:
                    self._say_refused(error)

    def _look(self) -> None:
        if not self._cluster.is_running():
            if self._died_at is None:
                self._died_at = time.monotonic()
                logger.error("PostgreSQL died")
            self._cluster.start()
        if self._died_at is not None:
            logger.warning(
                "PostgreSQL runs again", seconds=round(time.monotonic() - self._died_at, 1)
            )
        self._died_at, self._refused = None, False

    def _say_refused(self, error: Exception) -> None:
        if not self._refused:
            logger.error("PostgreSQL does not start, and is tried again", why=str(error))
        self._refused = True
