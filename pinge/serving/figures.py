"""Figures that several processes share, so that /metrics of any of them tells those of all."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile

from prometheus_client.multiprocess import mark_process_dead

from pinge.http.metrics import SHARED


def begin_anew_sharing_figures() -> None:
    """Prometheus' library asks whether it is to share when it is imported: start over, telling it.

    Does nothing when it has been told.
    """
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="pinge-figures-")
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606


def forget_present(pid: int) -> None:
    """What a process counted stays counted, but its sockets are no longer open."""
    mark_process_dead(pid)  # type: ignore[no-untyped-call]


def forget_all() -> None:
    """The next start counts anew."""
    shutil.rmtree(os.environ[SHARED], ignore_errors=True)
