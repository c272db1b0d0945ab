"""Whether the history holds what was acknowledged, once and in its place, and no more (P1, P2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tests.faults.evidence import Evidence, Row, Sending, Violation


def lost(found: Evidence) -> Iterator[Violation]:
    """Every acknowledged message is in the history."""
    for intent, sending in found.sendings.items():
        if sending.ok is None:
            continue
        place = found.place(sending.ok)
        if place is None or place.row.intent != intent:
            shown = (sending.invoke, sending.ok)
            yield Violation("lost", "acknowledged, and not in the history", shown)


def doubled(found: Evidence) -> Iterator[Violation]:
    """However often it was sent, it is there once, and every answer names the same place."""
    copies: dict[str, list[Row]] = defaultdict(list)
    for _, row in found.rows():
        copies[row.intent].append(row)
    for intent, rows in copies.items():
        if len(rows) > 1:
            sending = found.sendings.get(intent)
            shown = (sending.invoke, *sending.acks) if sending else ()
            yield Violation("doubled", "one message, twice in the history", (*shown, *rows))
    for sending in found.sendings.values():
        if len({(ack.message_id, ack.seq) for ack in sending.acks}) > 1:
            yield Violation("doubled", "acknowledged in two places", tuple(sending.acks))


def phantom(found: Evidence) -> Iterator[Violation]:
    """Nothing is in the history that nobody sent; nothing was heard that is not there."""
    for conversation, row in found.rows():
        sending = found.sendings.get(row.intent)
        said = sending and (sending.invoke.conversation, sending.invoke.user)
        if said != (conversation, row.sender):
            shown = (sending.invoke, row) if sending else (row,)
            yield Violation("phantom", f"nobody sent this to {conversation}", shown)
    for entry in found.of("heard", "fetched"):
        place = found.place(entry)
        if place is None:
            yield Violation("phantom", "heard, and not in the history", (entry,))
        elif entry.seq is not None and entry.seq != place.row.seq:
            yield Violation("phantom", "heard at another place", (entry, place.row))


def refused(found: Evidence) -> Iterator[Violation]:
    """What was refused is not in the history."""
    for _, row in found.rows():
        sending = found.sendings.get(row.intent)
        if sending and sending.fail and not sending.ok:
            shown = (sending.invoke, sending.fail, row)
            yield Violation("refused", "refused, and in the history", shown)


def dense(found: Evidence) -> Iterator[Violation]:
    """Places count 1, 2, 3... without a gap."""
    for conversation, rows in found.history.items():
        for due, row in enumerate(sorted(rows), start=1):
            if row.seq != due:
                yield Violation("dense", f"{due} is due in {conversation}", (row,))
                break


def sends_in_order(found: Evidence) -> Iterator[Violation]:
    """What was sent after something else was acknowledged stands behind it."""
    for conversation, rows in found.history.items():
        moments: list[tuple[float, bool, Row, Sending]] = []
        for row in rows:
            if sending := found.sendings.get(row.intent):
                moments.append((sending.invoke.t, False, row, sending))
                if sending.ok:
                    moments.append((sending.acked_at, True, row, sending))
        newest: tuple[Row, Sending] | None = None
        for _, is_ack, row, sending in sorted(moments, key=lambda moment: moment[:2]):
            if is_ack:
                newest = (row, sending) if newest is None else max(newest, (row, sending))
            elif newest and row.seq < newest[0].seq:
                shown = (newest[1].ok, newest[0], sending.invoke, row)
                yield Violation("sends_in_order", f"the later is first in {conversation}", shown)


def unspeakable(found: Evidence) -> Iterator[Violation]:
    """Whatever happens, nobody is told that something broke inside (a 500)."""
    for entry in found.of("answer"):
        yield Violation("unspeakable", f"answered with {entry.status}", (entry,))
