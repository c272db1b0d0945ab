"""What everybody in a run works with, and the figures that are counted while it goes on."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aiohttp import ClientSession

from tests.faults.cast import Cast
from tests.faults.database import Database, Disk
from tests.faults.journal import Journal
from tests.faults.nats import Wire
from tests.faults.processes import Node, Process
from tests.faults.proxy import Proxy

RECENT = 2000  # deliveries whose lag is shown


@dataclass(slots=True)
class Meter:
    """Counted as it happens, for the live view and the report."""

    began: float = field(default_factory=time.monotonic)
    acked: int = 0
    unsure: int = 0  # attempts that got no answer
    heard: int = 0
    connected: int = 0
    sockets: int = 0  # opened so far
    kills: Counter[str] = field(default_factory=Counter)
    now: str = "setting out"
    log: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)  # what did not get well again
    skipped: dict[str, str] = field(default_factory=dict)
    figures: dict[str, list[float]] = field(default_factory=dict)
    absences: list[tuple[float, float]] = field(default_factory=list)  # lost a socket, live again
    storms: list[tuple[float, float]] = field(default_factory=list)
    bus_outages: list[tuple[float, float]] = field(default_factory=list)
    lags: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT))
    sent_at: dict[str, float] = field(default_factory=dict)

    def note(self, figure: str, value: float) -> None:
        """One more measurement of a kind."""
        self.figures.setdefault(figure, []).append(value)

    def sending(self, intent: str) -> None:
        """Begin to take the time of a message."""
        self.sent_at[intent] = time.monotonic()
        if len(self.sent_at) > RECENT:
            del self.sent_at[next(iter(self.sent_at))]

    def arrived(self, message_id: str) -> None:
        """A copy of it has come."""
        self.heard += 1
        if (sent := self.sent_at.get(message_id)) is not None:
            self.lags.append(time.monotonic() - sent)


@dataclass(slots=True)
class Stage:
    """One run: the service, those who use it, and what they write down."""

    random: Random
    journal: Journal
    meter: Meter
    client: ClientSession
    database: Database
    nodes: list[Node]
    proxies: list[Proxy]  # one before each node, for some of the devices
    nats: Process | None = None
    wire: Wire | None = None
    disk: Disk | None = None
    clock: Path | None = None  # the file that moves the first node's, where that can be
    cast: Cast = field(default_factory=lambda: Cast([], []))
    gives_ids: bool = True  # whether sends carry a client_id, as they should
    closing: asyncio.Event = field(default_factory=asyncio.Event)  # no more is begun

    def door(self, node: int, *, by_proxy: bool = False) -> str:
        """Where a node is reached."""
        return f"http://127.0.0.1:{self.proxies[node].port}" if by_proxy else self.nodes[node].url

    def any_door(self) -> str:
        """Where any node is reached."""
        return self.random.choice(self.nodes).url
