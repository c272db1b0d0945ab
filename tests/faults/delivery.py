"""Whether every device got everything, in order, and nothing that is not for it (P3, P4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from tests.faults.evidence import Device, Evidence, Stay, Violation
from tests.faults.journal import Entry

FELT_WITHIN = 6.0  # seconds after a logout: 5 are promised without a bus


def order(found: Evidence) -> Iterator[Violation]:
    """What a device hears for the first time comes in the order of the conversation.

    What was said before somebody came into it is theirs to read, in whatever order.
    """
    known: set[tuple[str, str]] = set()
    newest: dict[tuple[str, str], Entry] = {}
    seqs: dict[tuple[str, str], int] = {}
    for entry in found.of("heard", "fetched"):
        place = found.place(entry)
        if place is None or (entry.device, place.row.message_id) in known:
            continue
        known.add((entry.device, place.row.message_id))
        stay = found.stay_at(entry.user, place.conversation, entry.t)
        is_old = stay is not None and found.sent_between(place.row)[0] < stay.since
        if entry.op == "fetched" or is_old:
            continue
        where = (entry.device, place.conversation)
        if place.row.seq < seqs.get(where, 0):
            yield Violation("order", f"in {place.conversation}", (newest[where], entry))
        seqs[where], newest[where] = place.row.seq, entry


def revs_in_order(found: Evidence) -> Iterator[Violation]:
    """On one socket the messages of a conversation come by rising rev, each once."""
    newest: dict[tuple[str, int, str], Entry] = {}
    for entry in found.of("heard"):
        if entry.rev is None or entry.socket is None or entry.conversation is None:
            continue
        where = (entry.device, entry.socket, entry.conversation)
        before = newest.get(where)
        if before is not None and before.rev is not None and entry.rev <= before.rev:
            yield Violation("revs_in_order", f"in {entry.conversation}", (before, entry))
        newest[where] = entry


def complete(found: Evidence) -> Iterator[Violation]:
    """After the storm every device of every member has everything."""
    for device in found.devices:
        entries = found.by_device.get(device.name, [])
        has = {entry.message_id for entry in entries if entry.op in ("heard", "fetched")}
        for conversation, rows in found.history.items():
            stay = found.stay_at(device.user, conversation)
            if stay is None or stay.until < inf:
                continue
            for row in rows:
                if row.message_id in has or _needs_no_telling(found, device, row):
                    continue
                if found.sent_between(row)[0] > stay.since:
                    sending = found.sendings.get(row.intent)
                    shown = (sending and (sending.ok or sending.invoke), row)
                    yield Violation("complete", f"{device.name} never got this", shown)


def walls(found: Evidence) -> Iterator[Violation]:
    """Who is out of a conversation hears nothing of what is said there meanwhile."""
    for entry in found.of("heard", "fetched"):
        place = found.place(entry)
        if place is None:
            continue
        sent, _ = found.sent_between(place.row)
        stays = found.stays.get((entry.user, place.conversation), [])
        ends = [Stay(-inf, -inf, -inf, -inf), *stays, Stay(inf, inf, inf, inf)]
        for before, after in pairwise(ends):
            if before.left < sent and entry.t < after.asked:
                sending = found.sendings[place.row.intent]
                shown = (sending.invoke, entry)
                yield Violation("walls", f"{entry.user} is not in {place.conversation}", shown)


def shut_out(found: Evidence) -> Iterator[Violation]:
    """Whose session ended hears no more, and cannot open a socket with it, within seconds."""
    ended: dict[str, Entry] = {}
    for entry in found.of("logout", "login", "heard", "opened"):
        if entry.op == "login":
            ended.pop(entry.device, None)
        elif entry.op == "logout":
            if entry.type == "ok":
                ended[entry.device] = entry
        elif entry.device in ended and entry.t > ended[entry.device].t + FELT_WITHIN:
            what = f"{entry.device} was logged out before"
            yield Violation("shut_out", what, (ended[entry.device], entry))


def honest(found: Evidence) -> Iterator[Violation]:
    """A device that is given a later message without an earlier one was told of the hole."""
    for device in found.devices:
        if not device.is_plain:
            yield from _Listener(found, device).holes()


def repeats(found: Evidence) -> Counter[str]:
    """How often a socket was given what it had already, by dialect: allowed, and counted."""
    plain = {device.name for device in found.devices if device.is_plain}
    heard: dict[tuple[str, int | None], set[str | None]] = defaultdict(set)
    counted: Counter[str] = Counter()
    for entry in found.of("heard"):
        known = heard[entry.device, entry.socket]
        if entry.message_id in known:
            counted["plain" if entry.device in plain else "pinge.v1"] += 1
        known.add(entry.message_id)
    return counted


@dataclass
class _Listener:
    """Follows what one device has, and what it believes that it has."""

    found: Evidence
    device: Device
    has: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    believes: dict[str, int] = field(default_factory=dict)

    def holes(self) -> Iterator[Violation]:
        for entry in self.found.by_device.get(self.device.name, []):
            conversation, seq = entry.conversation, entry.seq
            if entry.op == "resync":
                self.believes.clear()
            elif conversation is None:
                continue
            elif entry.op == "gone":
                self.believes.pop(conversation, None)
            elif seq is None:
                continue
            elif entry.op in ("limited", "joined"):
                self.believes[conversation] = seq
            elif entry.op in ("heard", "fetched", "resumed"):
                if entry.op != "resumed":
                    self.has[conversation].add(seq)
                if entry.op != "fetched":
                    yield from self._advance(conversation, seq, entry)

    def _advance(self, conversation: str, seq: int, entry: Entry) -> Iterator[Violation]:
        before = self.believes.get(conversation)
        if before is None or seq > before:
            self.believes[conversation] = seq
        if before is None:
            return
        for row in self.found.between(conversation, before, seq):
            known = row.seq in self.has[conversation]
            if not known and not self.found.is_own(self.device.name, row):
                what = f"{self.device.name} had {before} of {conversation} and was not told"
                yield Violation("honest", what, (row, entry))


def _needs_no_telling(found: Evidence, device: Device, row: object) -> bool:
    """One's own words come back as answers; plain devices never hear their user at all."""
    return found.is_own(device.name, row) or (device.is_plain and row.sender == device.user)
