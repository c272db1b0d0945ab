"""Ways to break a promise in the evidence alone, each named by the invariant that must see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.faults.evidence import Evidence, Row
from tests.faults.journal import Entry
from tests.faults.traces import TALK

Mutation = Callable[[Evidence, Random], Evidence]


def lose(found: Evidence, random: Random) -> Evidence:
    """An acknowledged message is gone."""
    rows = list(found.history[TALK])
    rows.remove(random.choice(rows))
    return _with(found, rows)


def double(found: Evidence, random: Random) -> Evidence:
    """A message is there twice."""
    row = random.choice(found.history[TALK])
    return _with(found, [*found.history[TALK], _next(found, row.sender, row.intent)])


def acknowledge_twice(found: Evidence, random: Random) -> Evidence:
    """A retry got a place of its own."""
    ack = random.choice([e for e in found.of("send") if e.type == "ok"])
    again = ack._replace(t=ack.t + 0.5, seq=(ack.seq or 0) + 1)
    return _with(found, entries=[*found.entries, again])


def invent(found: Evidence, _: Random) -> Evidence:
    """There is a message that nobody sent."""
    return _with(found, [*found.history[TALK], _next(found, "ann", "never said")])


def misattribute(found: Evidence, random: Random) -> Evidence:
    """A message is there under another's name."""
    return _changed(found, random.choice(found.history[TALK]), sender="somebody else")


def dream(found: Evidence, random: Random) -> Evidence:
    """A device heard what is not in the history."""
    heard = random.choice(list(found.of("heard")))
    entries = [*found.entries, heard._replace(message_id="a dream", seq=None, rev=None)]
    return _with(found, entries=entries)


def write_what_was_refused(found: Evidence, _: Random) -> Evidence:
    """A refused message is there after all."""
    fail = next(e for e in found.of("send") if e.type == "fail")
    row = _next(found, fail.user, fail.client_id or "")
    return _with(found, [*found.history[TALK], row])


def skip_a_place(found: Evidence, random: Random) -> Evidence:
    """A number is left out."""
    row = random.choice(found.history[TALK])
    later = [r._replace(seq=r.seq + 1) if r.seq >= row.seq else r for r in found.history[TALK]]
    return _with(found, later)


def swap_places(found: Evidence, random: Random) -> Evidence:
    """Two messages changed places, for everybody."""
    rows = found.history[TALK]
    one = random.randrange(len(rows) - 1)
    seqs = {rows[one].message_id: rows[one + 1], rows[one + 1].message_id: rows[one]}

    def moved(line: Any) -> Any:
        to = seqs.get(line.message_id)
        if to is None or line.seq is None:
            return line
        return line._replace(seq=to.seq, rev=line.rev and to.rev)

    entries = [moved(entry) for entry in found.entries]
    return _with(found, sorted(map(moved, rows)), entries)


def swap_deliveries(found: Evidence, random: Random) -> Evidence:
    """One device heard two messages the wrong way round."""
    heard = [e for e in found.of("heard") if e.device == "ann.2"]
    at = random.randrange(len(heard) - 1)
    one, two = heard[at], heard[at + 1]
    entries = list(found.entries)
    entries[entries.index(one)] = two._replace(t=one.t)
    entries[entries.index(two)] = one._replace(t=two.t)
    return _with(found, entries=entries)


def deliver_twice(found: Evidence, random: Random) -> Evidence:
    """A socket of pinge.v1 was told the same twice."""
    heard = random.choice([e for e in found.of("heard") if e.rev is not None])
    at = found.entries.index(heard)
    return _with(found, entries=[*found.entries[: at + 1], heard, *found.entries[at + 1 :]])


def deliver_never(found: Evidence, random: Random) -> Evidence:
    """A device never got something, and nothing later that would show it."""
    members = {user for user, _ in found.unread}
    others = [d.name for d in found.devices if d.user in members - {"ben"} and d.name != "ann.1"]
    device = random.choice(others)
    last = found.history[TALK][-1]
    left = [e for e in found.entries if (e.device, e.message_id) != (device, last.message_id)]
    return _with(found, entries=left)


def leave_a_hole(found: Evidence, random: Random) -> Evidence:
    """A device missed something without a word, and found it by itself much later."""
    heard = [e for e in found.of("heard") if e.device == "ann.2"]
    hole = random.choice(heard[:3])  # others follow
    later = hole._replace(t=found.entries[-1].t + 1, op="fetched", socket=None, rev=None)
    left = [e for e in found.entries if e != hole]
    return _with(found, entries=[*left, later])


def tell_who_left(found: Evidence, _: Random) -> Evidence:
    """Somebody heard what was said while they were out."""
    came = next(e for e in found.of("add") if e.type == "invoke")
    said = [e for e in found.of("send") if e.type == "ok" and e.t < came.t][-1]
    heard = came._replace(t=came.t - 0.5, device="cat.1", user="cat", op="heard", type="ok")
    entries = list(found.entries)
    entries.insert(entries.index(came), heard._replace(about=None, message_id=said.message_id))
    return _with(found, entries=entries)


def tell_who_logged_out(found: Evidence, random: Random) -> Evidence:
    """A socket went on hearing after its session had ended."""
    ended = random.choice([e for e in found.of("logout") if e.type == "ok"])
    heard = next(e for e in found.of("heard") if e.device == ended.device)
    entries = list(found.entries)
    entries.insert(entries.index(ended) + 1, heard._replace(t=ended.t + 10))
    return _with(found, entries=entries)


def miscount(found: Evidence, random: Random) -> Evidence:
    """A figure is off by one."""
    where = random.choice([("ann", TALK), ("ben", TALK)])
    off = found.unread[where] + random.choice((-1, 1))
    return replace(found, unread={**found.unread, where: off})


def tell_of_a_read_too_early(found: Evidence, _: Random) -> Evidence:
    """Others were told that it was read before it was."""
    told = next(e for e in found.of("told_read"))
    left = [e for e in found.entries if e != told]
    return _with(found, entries=[told._replace(t=-1.0), *left])


def take_back_a_read(found: Evidence, _: Random) -> Evidence:
    """Others were told that less is read than before."""
    told = [e for e in found.of("told_read") if e.seq][-1]
    again = told._replace(t=found.entries[-1].t + 1, seq=(told.seq or 0) - 1)
    return _with(found, entries=[*found.entries, again])


def break_inside(found: Evidence, _: Random) -> Evidence:
    """Somebody was answered with a 500."""
    answer = Entry(0.0, "ann.1", "ann", "answer", "ok", status=500)
    return _with(found, entries=[answer, *found.entries])


SEEN_BY: dict[Mutation, str] = {
    lose: "lost",
    double: "doubled",
    acknowledge_twice: "doubled",
    invent: "phantom",
    misattribute: "phantom",
    dream: "phantom",
    write_what_was_refused: "refused",
    skip_a_place: "dense",
    swap_places: "sends_in_order",
    swap_deliveries: "order",
    deliver_twice: "revs_in_order",
    deliver_never: "complete",
    leave_a_hole: "honest",
    tell_who_left: "walls",
    tell_who_logged_out: "shut_out",
    miscount: "unread",
    tell_of_a_read_too_early: "receipts",
    take_back_a_read: "receipts",
    break_inside: "unspeakable",
}


def _next(found: Evidence, sender: str, intent: str) -> Row:
    last = found.history[TALK][-1]
    return Row(last.seq + 1, last.rev + 1, f"another {intent}", sender, intent)


def _changed(found: Evidence, row: Row, **changes: Any) -> Evidence:
    rows = [r._replace(**changes) if r == row else r for r in found.history[TALK]]
    return _with(found, rows)


def _with(
    found: Evidence, rows: list[Row] | None = None, entries: list[Entry] | None = None
) -> Evidence:
    history = found.history if rows is None else {TALK: rows}
    return replace(found, history=history, entries=found.entries if entries is None else entries)
