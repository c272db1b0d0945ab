"""Messages under way: who sends them, and how long each takes from the send to its receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import perf_counter

import orjson
from uuid_utils import uuid4

from pinge.bench.figures import Measured, Stopwatch
from pinge.bench.link import LinkError, Listener, SocketLink
from pinge.bench.server import Server

CONTENT = "Shall we meet at the harbour at seven, or is that too late for you?"
DRAIN_SECONDS = 10.0

# Stands for the id where the rest of a message can be put together once for all.
ID_PLACE = b"00000000-0000-4000-8000-000000000000"

_MESSAGE_ID = b'"message_id":"'
_ID_START, _ID_STOP = len(_MESSAGE_ID), len(_MESSAGE_ID) + len(ID_PLACE)
_ACK = b'{"event":"ack"'
_ERROR = b'{"event":"error"'


class Meter:
    """Follows messages by their ids, each to as many receivers as `copies` says."""

    def __init__(self, copies: int = 1) -> None:
        self.going = True  # senders stop when it is not
        self.started = 0  # messages
        self.missing = 0  # copies
        self._copies = copies
        self._arrived = 0
        self._latencies: list[float] = []
        self._sent: dict[bytes, float] = {}
        self._trouble: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def begin(self) -> bytes:
        """The id of a message that is sent now."""
        message_id = str(uuid4()).encode()
        self.started += 1
        self.missing += self._copies
        self._sent[message_id] = perf_counter()
        return message_id

    def receive(self, frame: bytes) -> None:
        """If this is the only copy of a message, it has arrived."""
        began = self._sent.pop(_message_id(frame), None)
        if began is not None:
            self.count()
            self._latencies.append(perf_counter() - began)

    def count(self) -> None:
        """A copy has arrived."""
        self._arrived += 1
        self.missing -= 1

    def time(self, frame: bytes) -> None:
        """Take the time of one copy among others."""
        began = self._sent.get(_message_id(frame))
        if began is not None:
            self._latencies.append(perf_counter() - began)

    def fail(self, reason: str) -> None:
        """End the measurement: whoever waits for it gets this as an exception."""
        self.going = False
        if not self._trouble.done():
            self._trouble.set_result(reason)

    async def wait(self, seconds: float) -> None:
        """Let time pass, unless something goes wrong."""
        await asyncio.wait([self._trouble], timeout=seconds)
        if self._trouble.done():
            raise LinkError(self._trouble.result())

    async def measure(self, seconds: float, server: Server | None) -> Measured:
        """What arrives in so many seconds, after a warm-up."""
        await self.wait(warm_up(seconds))
        self.start(server)
        await self.wait(seconds)
        return self.stop()

    def start(self, server: Server | None) -> None:
        """Count from now on."""
        self._arrived, self._latencies = 0, []
        self._watch = Stopwatch(server)

    def stop(self) -> Measured:
        """What has arrived since the start."""
        latencies, self._latencies = self._latencies, []
        return self._watch.stop(self._arrived, latencies)

    async def drain(self) -> None:
        """Stop, and see that everything sent arrives."""
        self.going = False
        deadline = perf_counter() + DRAIN_SECONDS
        while self.missing > 0:
            if perf_counter() > deadline:
                raise LinkError(f"{self.missing} deliveries never came")
            await self.wait(0.02)


class Talker:
    """Sends to one conversation over one socket, and hears what becomes of it."""

    def __init__(
        self,
        link: SocketLink,
        to: dict[str, str],
        meter: Meter,
        on_ack: Callable[[Talker, bytes], None] | None = None,
        on_event: Listener | None = None,
    ) -> None:
        """`to` is the receiver_id or the group_id."""
        payload = {**to, "content": CONTENT, "client_id": ID_PLACE.decode()}
        command = {"type": "send_message", "id": 1, "payload": payload}
        self._before, _, self._after = orjson.dumps(command).partition(ID_PLACE)
        self._link = link
        self._meter = meter
        self._on_ack = on_ack
        self._on_event = on_event
        link.hear = self._hear

    def say(self) -> None:
        """Send one more."""
        self._link.send(self._before + self._meter.begin() + self._after)

    def _hear(self, frame: bytes) -> None:
        if frame.startswith(_ACK):
            if self._on_ack is not None:
                self._on_ack(self, frame)
        elif frame.startswith(_ERROR):
            self._meter.fail(f"a message was refused: {frame[:200].decode(errors='replace')}")
        elif self._on_event is not None:
            self._on_event(frame)


def warm_up(seconds: float) -> float:
    """How long to run before measuring for so long."""
    return min(1.0, seconds / 5)


def _message_id(frame: bytes) -> bytes:
    at = frame.find(_MESSAGE_ID)
    return frame[at + _ID_START : at + _ID_STOP]
