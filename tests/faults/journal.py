"""What clients write down, in the words of Jepsen: invoke, then ok, fail, or info for unknown."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple, Self

import orjson


class Entry(NamedTuple):
    """One line: who did or heard what, and when, by the one clock that all clients share.

    send            a message: invoke once, an info for each answer that never came, ok or fail
    heard           a message came over a socket            fetched   it came from a history
    opened, closed  a socket                                resumed   it is up to date and live
    limited         the server says: fetch this conversation anew; resync: all of them
    joined, gone    I am in this conversation since seq; I am out of it
    add, remove     somebody (`about`) is put into a group or out of it, by whoever may
    read, delivered I mark up to seq, or one message_id; told_read, told_delivered: others did
    logout, login   a session ends, another begins
    answer          anything the server said that it never should
    """

    t: float
    device: str
    user: str
    op: str
    type: str
    conversation: str | None = None
    client_id: str | None = None
    message_id: str | None = None
    seq: int | None = None
    rev: int | None = None
    socket: int | None = None
    about: str | None = None
    status: int | None = None

    def __str__(self) -> str:
        return orjson.dumps(_filled(self)).decode()


class Journal:
    """The file that all clients of a run write into."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb", buffering=256 * 1024)

    def write(self, device: str, user: str, op: str, type: str = "ok", **more: Any) -> None:
        """Add a line, of now."""
        line = {"t": time.monotonic(), "device": device, "user": user, "op": op, "type": type}
        self._file.write(orjson.dumps({**line, **more}, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Write what is left."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class NoJournal(Journal):
    """For those whom nobody judges."""

    def __init__(self) -> None:
        pass

    def write(self, device: str, user: str, op: str, type: str = "ok", **more: Any) -> None:
        """Forget it."""


def read(path: Path) -> Iterator[Entry]:
    """The lines of a journal; ids that come again and again are kept in memory once."""
    with path.open("rb") as lines:
        for line in lines:
            said = orjson.loads(line)
            yield Entry(**{name: _kept(value) for name, value in said.items()})


def _kept(value: Any) -> Any:
    return intern(value) if isinstance(value, str) else value


def _filled(entry: Entry) -> dict[str, Any]:
    return {name: value for name, value in entry._asdict().items() if value is not None}
