"""Whether what is unread, and what others are told was read, is so (P3, P7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import inf
from typing import Any

from tests.faults.evidence import Evidence, Row, Violation
from tests.faults.journal import Entry

Where = tuple[str, str]  # user, conversation


def unread(found: Evidence) -> Iterator[Violation]:
    """The figures equal a recount from the history and from what each user marked as read.

    Exactly, but for what was sent while somebody came into the group, which may be either.
    """
    sure, perhaps = _marks(found, ("ok",)), _marks(found, ("invoke",))
    for where, figure in found.unread.items():
        user, conversation = where
        of_others = [row for row in found.history[conversation] if row.sender != user]
        came = found.stays[where][-1]
        before = [row for row in of_others if found.sent_between(row)[1] < came.asked]
        until = [row for row in of_others if -inf < came.since > found.sent_between(row)[0]]
        most = len(of_others) - len(sure[where] | set(before))
        least = len(of_others) - len(perhaps[where] | set(until))
        if not least <= figure <= most:
            due = str(most) if most == least else f"{least} to {most}"
            marks = [e for e in found.of("read") if (e.user, e.conversation) == where]
            what = f"{user} is told {figure} in {conversation}, a recount gives {due}"
            yield Violation("unread", what, tuple(marks[-4:]))


def receipts(found: Evidence) -> Iterator[Violation]:
    """What others are told was delivered or read, was; and it is never taken back."""
    claimed: dict[tuple[str, str, str], int] = defaultdict(int)
    told: dict[tuple[str | None, ...], Entry] = {}
    ids: set[tuple[str, str | None]] = set()
    for entry in found.of("read", "delivered", "told_read", "told_delivered"):
        conversation = entry.conversation or ""
        if not entry.op.startswith("told_"):
            _claim(found, entry, claimed, ids)
            continue
        user, kind = entry.about or "", entry.op.removeprefix("told_")
        if entry.message_id is not None:
            if (user, entry.message_id) not in ids:
                yield Violation("receipts", f"{user} never read this one", (entry,))
            continue
        seq = entry.seq or 0
        most = claimed[kind, user, conversation]
        stay = found.stay_at(user, conversation, entry.t)
        came = stay.since if stay else -inf
        beyond = (row for row in found.between(conversation, most, seq) if row.sender != user)
        # Who comes into a group counts as having read what was said there before.
        if any(found.sent_between(row)[0] >= came for row in beyond):
            yield Violation("receipts", f"{user} never said more than {most}", (entry,))
        where = (entry.device, conversation, user, kind)
        if where in told and seq < (told[where].seq or 0):
            yield Violation("receipts", "taken back", (told[where], entry))
        told[where] = entry


def _claim(found: Evidence, entry: Entry, claimed: Any, ids: set[Any]) -> None:
    """What is read was delivered too."""
    place = found.place(entry)
    seq = entry.seq if place is None else place.row.seq
    for kind in ("read", "delivered") if entry.op == "read" else ("delivered",):
        where = (kind, entry.user, entry.conversation or "")
        claimed[where] = max(claimed[where], seq or 0)
    if entry.message_id is not None:
        ids.add((entry.user, entry.message_id))


def _marks(found: Evidence, types: tuple[str, ...]) -> dict[Where, set[Row]]:
    """What each user marked as read."""
    upto: dict[Where, int] = defaultdict(int)
    marked: dict[Where, set[Row]] = defaultdict(set)
    for entry in found.of("read"):
        where = (entry.user, entry.conversation or "")
        if entry.type not in types:
            continue
        if place := found.place(entry):
            marked[where].add(place.row)
        else:
            upto[where] = max(upto[where], entry.seq or 0)
    for (user, conversation), seq in upto.items():
        rows = found.between(conversation, 0, seq)
        marked[user, conversation] |= {row for row in rows if row.sender != user}
    return marked
