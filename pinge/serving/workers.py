"""Serving in several processes: gunicorn starts and replaces them, aiohttp's worker runs in each.

The parent has the database and the signals, the workers have the clients. Each worker listens on
the port by itself, so the kernel deals new connections out evenly, and only to those that are
ready; the parent keeps the port without listening. Workers whose parent is gone
leave as if they had been told to.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from dataclasses import replace
from types import FrameType
from typing import Any

import structlog
from aiohttp.worker import GunicornWebWorker
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from pinge import app
from pinge.config import Settings
from pinge.database.pool import UNAVAILABLE
from pinge.serving.collector import calm_the_collector
from pinge.serving.figures import forget_all, forget_present
from pinge.serving.leaving import LEAVE, Hurried, set_the_alarm
from pinge.serving.listening import BACKLOG, places, shared_listener, url
from pinge.serving.runner import LEAVE_WITHIN, Runner

logger = structlog.get_logger("pinge")

FROZEN = 30  # seconds a worker may be silent before another takes its place
PAUSE = 1.0  # seconds until a worker that found no database is replaced


def serve(settings: Settings, database: dict[str, Any], workers: int) -> None:
    """Serve in as many processes until a signal says to leave. Raises Hurried at a second one."""
    if settings.bus in (None, "local"):
        logger.info("workers hear of each other by the database", bus="postgres")
        settings = replace(settings, bus="postgres")
    forget_present(os.getpid())  # the parent has no sockets and no bus
    try:
        Parent(Application(settings, database, workers)).run()
    finally:
        forget_all()


class Log(Logger):
    """What gunicorn has to say goes where all libraries' warnings go."""

    def setup(self, cfg: Any) -> None:
        """Leave everything to the root logger."""
        self.cfg = cfg
        self.error_log.propagate = True
        self.error_log.setLevel("WARNING")


class Application(BaseApplication):
    """How many workers, and what each of them runs."""

    def __init__(self, settings: Settings, database: dict[str, Any], workers: int) -> None:
        self.settings = settings
        self._database = database
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what we want of it, which is little."""
        wanted = {
            "workers": self._workers,
            "worker_class": Worker,
            "logger_class": Log,
            "timeout": FROZEN,
            "graceful_timeout": int(LEAVE_WITHIN),
            "control_socket_disable": True,
            "child_exit": lambda _parent, worker: forget_present(worker.pid),
        }
        for name, value in wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """What a worker runs: made by each for itself, in its own loop."""
        return self._runner

    async def _runner(self) -> Runner:
        return Runner(app.build(self.settings, self._database))


class Worker(GunicornWebWorker):
    """One of the processes that serve."""

    sockets: list[socket.socket]
    _is_serving = False

    def init_process(self) -> None:
        """Begin: from here on this is a process of its own."""
        self.sockets = [shared_listener(place) for place in self.sockets]
        super().init_process()

    def init_signals(self) -> None:
        """A terminal's Ctrl-C reaches every process, but it is the parent who says what to do."""
        super().init_signals()
        self.loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave: at once, not at the next beat."""
        self.handle_quit(sig, frame)

    def notify(self) -> None:
        """Show the parent that we live; the first time, that we serve."""
        super().notify()
        if not self._is_serving:
            self._is_serving = True
            for listener in self.sockets:
                listener.listen(BACKLOG)  # aiohttp's worker knows of none
            calm_the_collector()
            logger.info("serving", url=url(self.sockets[0]), worker=self.pid)

    def run(self) -> None:
        """Serve; without a database, let another worker try in a moment."""
        try:
            super().run()
        except UNAVAILABLE as error:
            logger.warning("a worker cannot start", why=type(error).__name__)
            time.sleep(PAUSE)
            sys.exit(1)


class Parent(Arbiter):
    """Starts the workers, replaces those that die, and sends them away in the end."""

    SIGNALS = LEAVE
    _is_leaving = False

    def start(self) -> None:
        """Take the port, or say who cannot have it."""
        self.LISTENERS = places(self.app.settings)
        super().start()

    def spawn_worker(self) -> Any:
        """Fork. A worker ends here, and not by closing what belongs to the parent."""
        try:
            return super().spawn_worker()
        except SystemExit as leaving:
            sys.stderr.flush()
            os._exit(leaving.code if isinstance(leaving.code, int) else 1)

    def signal(self, sig: int, frame: FrameType | None) -> None:
        """The first signal drains the workers, the second kills them."""
        if self._is_leaving:
            self.kill_workers(signal.SIGKILL)
            raise Hurried
        self._is_leaving = True
        logger.info("leaving")
        set_the_alarm()
        super().signal(signal.SIGTERM, frame)
