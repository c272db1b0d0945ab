"""What a run leaves behind, and where to find things in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import Any, NamedTuple

from tests.faults.journal import Entry

ENOUGH = 8  # journal lines that a verdict shows at most


class Row(NamedTuple):
    """A message in the final history; `intent` is what the client called it, sent as content."""

    seq: int
    rev: int
    message_id: str
    sender: str
    intent: str


class Violation(NamedTuple):
    """A promise that was broken, and the least that shows it."""

    invariant: str
    what: str
    evidence: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return "\n    ".join([f"{self.invariant}: {self.what}", *map(str, self.evidence[:ENOUGH])])


@dataclass(frozen=True, slots=True)
class Device:
    """A client; `is_plain` ones know no seqs, and never hear of what their user said."""

    name: str
    user: str
    is_plain: bool = False


@dataclass(slots=True)
class Sending:
    """One message from its first attempt to the last answer; times are inf where there is none."""

    invoke: Entry
    ok: Entry | None = None
    fail: Entry | None = None
    acks: list[Entry] = field(default_factory=list)

    @property
    def acked_at(self) -> float:
        """When its sender knew that it is safe."""
        return self.ok.t if self.ok else inf


class Stay(NamedTuple):
    """A time in a conversation: surely in it from `since` to `until`, surely out of it after
    `left`; `asked` is when coming in was asked for."""

    asked: float
    since: float
    until: float
    left: float


class Place(NamedTuple):
    """Where a message is."""

    conversation: str
    row: Row


@dataclass
class Evidence:
    """The journals, the final history and the final unread figures, as read through HTTP."""

    entries: list[Entry]
    devices: list[Device]
    members: dict[str, set[str]]  # of each conversation at the start
    history: dict[str, list[Row]]
    unread: dict[tuple[str, str], int]  # (user, conversation)

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each message is, by its id."""
        return {row.message_id: Place(name, row) for name, row in self.rows()}

    @cached_property
    def seats(self) -> dict[str, dict[int, Row]]:
        """The messages of each conversation by their seq."""
        return {name: {row.seq: row for row in rows} for name, rows in self.history.items()}

    @cached_property
    def sendings(self) -> dict[str, Sending]:
        """Every message that somebody wanted to send, by what they called it."""
        found: dict[str, Sending] = {}
        for entry in self.of("send"):
            assert entry.client_id is not None
            sending = found.setdefault(entry.client_id, Sending(entry))
            if entry.type == "ok":
                sending.ok = sending.ok or entry
                sending.acks.append(entry)
            elif entry.type == "fail":
                sending.fail = entry
        return found

    @cached_property
    def by_device(self) -> dict[str, list[Entry]]:
        """Each device's own lines."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            found[entry.device].append(entry)
        return found

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every message of the history."""
        for name, rows in self.history.items():
            for row in rows:
                yield name, row

    def between(self, conversation: str, low: int, high: int) -> list[Row]:
        """The messages above `low`, up to `high`."""
        seats = self.seats.get(conversation, {})
        return [seats[seq] for seq in range(low + 1, high + 1) if seq in seats]

    def of(self, *ops: str) -> Iterator[Entry]:
        """The lines of these kinds."""
        return (entry for entry in self.entries if entry.op in ops)

    def place(self, entry: Entry) -> Place | None:
        """Where the message of a line is: plain devices are told its id alone."""
        return self.places.get(entry.message_id or "")

    def is_own(self, device: str, row: Row) -> bool:
        """Whether this device sent it: its socket is answered, and told nothing."""
        sending = self.sendings.get(row.intent)
        return sending is not None and sending.invoke.device == device

    def sent_between(self, row: Row) -> tuple[float, float]:
        """From when to when it may have been written; inf if nobody knows."""
        sending = self.sendings.get(row.intent)
        return (sending.invoke.t, sending.acked_at) if sending else (-inf, inf)

    def stay_at(self, user: str, conversation: str, t: float = inf) -> Stay | None:
        """The last time in a conversation that had been asked for by then."""
        stays = self.stays.get((user, conversation), [])
        return next((stay for stay in reversed(stays) if stay.asked <= t), None)

    @cached_property
    def stays(self) -> dict[tuple[str, str], list[Stay]]:
        """When each user was in each conversation, oldest first."""
        moves: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
        for conversation, users in self.members.items():
            for user in users:
                moves[user, conversation].append(("add", -inf, -inf))
        begun: dict[tuple[str, str], float] = {}
        for entry in self.of("add", "remove"):
            where = (entry.about or "", entry.conversation or "")
            if entry.type == "invoke":
                begun[where] = entry.t
                moves[where].append((entry.op, entry.t, inf))
            elif entry.type in ("ok", "fail"):
                moves[where].pop()
                if entry.type == "ok":
                    moves[where].append((entry.op, begun[where], entry.t))
        return {where: list(_stays(made)) for where, made in moves.items()}


def _stays(moves: list[tuple[str, float, float]]) -> Iterator[Stay]:
    """Pair each coming with the going after it."""
    for (op, asked, since), (_, until, left) in pairwise([*moves, ("end", inf, inf)]):
        if op == "add":
            yield Stay(asked, since, until, left)
