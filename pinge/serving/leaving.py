"""A process that is told to leave is gone within ten seconds, whatever holds it up."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import structlog

logger = structlog.get_logger("pinge")

LEAVE = (signal.SIGTERM, signal.SIGINT)
GONE_WITHIN = 9.5  # seconds from the first signal, the embedded database's end included


class Hurried(SystemExit):
    """There is no time, or no wish, to end everything: leave the rest to the next start."""

    def __init__(self) -> None:
        super().__init__(1)


def leave_before_serving() -> None:
    """Until there is somebody to send away, a signal ends the process and its database at once."""
    signal.signal(signal.SIGTERM, _exit)


def set_the_alarm() -> None:
    """From here on there are GONE_WITHIN seconds, whatever this process is waiting for then."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.setitimer(signal.ITIMER_REAL, GONE_WITHIN)


def vanish() -> NoReturn:
    """Exit without waiting for threads, loops or children."""
    sys.stderr.flush()
    os._exit(1)


def _exit(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    logger.error("left without an end", because="PostgreSQL did not stop in time")
    vanish()
