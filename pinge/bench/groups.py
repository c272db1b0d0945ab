"""One group whose members are all connected: what is said once is delivered many times."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from pinge.bench.figures import Figure
from pinge.bench.link import SocketLink
from pinge.bench.many import socket_links
from pinge.bench.stage import Stage
from pinge.bench.traffic import Meter, Talker

SPEAKERS = 4
IN_FLIGHT = 8
TIMED_OF = 8  # one listener in so many takes the time: enough for a p99, and cheap

_EVENT = b'{"event":"new_group_message"'


async def groups(stage: Stage, scenario: str) -> list[Figure]:
    """Groups of every size asked for."""
    return [await _group(stage, scenario, size) for size in stage.sizes.groups]


async def _group(stage: Stage, scenario: str, size: int) -> Figure:
    group_id, members = await stage.crowd.group(size)
    meter = Meter(copies=size - 1)
    stage.watching.begin(f"{scenario}: measuring {size} members")
    tokens = [person.token for person in members]
    async with socket_links(stage.address, tokens, meter.fail) as links:
        _Chorus(group_id, links, meter).start()
        measured = await meter.measure(stage.sizes.seconds, stage.server)
        await meter.drain()
    what = f"group of {size}, {IN_FLIGHT} messages under way"
    return measured.figure(scenario, what, "deliveries/s")


class _Chorus:
    """Keeps messages under way in a group: when one has reached everybody, the next is said.

    Acknowledgements would not do: they come before the deliveries, and a sender who goes by them
    piles up more than the members can read.
    """

    def __init__(self, group_id: str, links: Sequence[SocketLink], meter: Meter) -> None:
        self._meter = meter
        self._room = (len(links) - 1) * (IN_FLIGHT - 1)
        for link in links:
            link.hear = self._hear
        for link in links[TIMED_OF - 1 :: TIMED_OF]:
            link.hear = self._hear_and_time
        # Spread over the members, as deliveries may follow their order.
        speakers = links[:: max(1, len(links) // SPEAKERS)][:SPEAKERS]
        group, hear = {"group_id": group_id}, self._hear_and_time
        self._turns = cycle([Talker(link, group, meter, on_event=hear) for link in speakers])

    def start(self) -> None:
        """Say the first messages."""
        for _ in range(IN_FLIGHT):
            next(self._turns).say()

    def _hear(self, frame: bytes) -> None:
        if frame.startswith(_EVENT):
            self._meter.count()
            if self._meter.missing <= self._room and self._meter.going:
                next(self._turns).say()

    def _hear_and_time(self, frame: bytes) -> None:
        self._meter.time(frame)
        self._hear(frame)
