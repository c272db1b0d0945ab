"""Hints by LISTEN and NOTIFY, on a connection that does nothing else.

Every process hears what all say, and drops what concerns none of its people. A payload is a text:
base64 of hints, each after its topics, of which the last 8 bytes do: they are random in every
UUID of ours, and a wrong guess costs no more than a look into the database.
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg

from pinge.database.queries import Queries
from pinge.realtime import meters
from pinge.realtime.bus.encoding import length, packed, unpacked
from pinge.realtime.bus.hints import Hint
from pinge.realtime.bus.remote import Doubt, Hear, Said

SQL = Queries("bus")

CHANNEL = "pinge"
LONGEST = 5900  # bytes, which are 7,868 letters: PostgreSQL takes fewer than 8,000
MOST_TOPICS = 700  # a hint
TAIL = 2**64 - 1

SERVER_SETTINGS = {
    "application_name": "pinge-bus",
    # A NOTIFY commits under a lock of the whole server: it must not wait for the disk there, and
    # what it says need not outlive a crash.
    "synchronous_commit": "off",
    # The server keeps what one listener has yet to take, for all: one that hangs is put out. Ours
    # are never idle for so long, as they are probed.
    "idle_session_timeout": "60s",
}


@asynccontextmanager
async def connect(
    database: dict[str, Any], hear: Hear, doubt: Doubt
) -> AsyncIterator[PostgresLine]:
    """A line by way of a connection of its own: a pooled one would lose its LISTEN."""
    conn = await asyncpg.connect(**database, timeout=3, server_settings=SERVER_SETTINGS)
    try:
        line = PostgresLine(conn, hear)
        conn.add_termination_listener(lambda _: doubt())
        await conn.add_listener(CHANNEL, line.hear)
        yield line
    finally:
        conn.terminate()  # it may be dead, and nothing in it needs a goodbye


class PostgresLine:
    """One connection, which both listens and notifies."""

    def __init__(self, conn: asyncpg.Connection[asyncpg.Record], hear: Hear) -> None:
        self._conn = conn
        self._pid = conn.get_server_pid()
        self._hear = hear
        self._followed: set[int] = set()

    async def say(self, said: Sequence[Said]) -> None:
        """Notify all of it in one statement and one commit."""
        await SQL.notify.run(self._conn, payloads=list(payloads(said)))

    async def follow(self, topics: Collection[UUID]) -> None:
        """Let what is said on these through."""
        self._followed.update(topic.int & TAIL for topic in topics)

    async def unfollow(self, topics: Collection[UUID]) -> None:
        """Let it through no longer."""
        self._followed.difference_update(topic.int & TAIL for topic in topics)

    async def probe(self) -> None:
        """Ask something, which a black hole leaves unanswered."""
        await SQL.answer.value(self._conn)

    def hear(self, _conn: object, pid: int, _channel: str, payload: object) -> None:
        """Pass on what others said and somebody here follows."""
        if pid == self._pid:
            return
        try:
            for hint in addressed(b64decode(str(payload), validate=True), self._followed):
                self._hear(hint)
        except (ValueError, struct.error):  # whoever may connect may notify
            meters.HINTS_MALFORMED.inc()


def payloads(said: Sequence[Said]) -> Iterator[str]:
    """What is said as texts that PostgreSQL takes."""
    gathered = b""
    for hint, topics in said:
        tail = packed(hint)
        for start in range(0, len(topics) or 1, MOST_TOPICS):
            some = [topic.int & TAIL for topic in topics[start : start + MOST_TOPICS]]
            addressed_hint = struct.pack(f">H{len(some)}Q", len(some), *some) + tail
            if len(gathered) + len(addressed_hint) > LONGEST:
                yield b64encode(gathered).decode()
                gathered = b""
            gathered += addressed_hint
    yield b64encode(gathered).decode()


def addressed(data: bytes, followed: set[int]) -> Iterator[Hint]:
    """The hints in a payload that are for everybody, or on a topic that is followed.

    ValueError or struct.error where it is none of ours.
    """
    at = 0
    while at < len(data):
        (count,) = struct.unpack_from(">H", data, at)
        topics = struct.unpack_from(f">{count}Q", data, at + 2)
        at += 2 + 8 * count
        size = length(data, at)
        if not topics or not followed.isdisjoint(topics):
            yield unpacked(data, at)
        at += size
