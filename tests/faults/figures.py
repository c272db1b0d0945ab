"""What a run measured, from its journals and its meter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import inf, nan

from tests.faults.evidence import Evidence

Window = tuple[float, float]


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of them stays under; they are sorted."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else nan


def absences(
    lost: Sequence[Window], outages: Sequence[Window], storms: Sequence[Window]
) -> list[float]:
    """How long each client was away, sorted, not counting while there was nothing to come back to.

    Whoever lost the socket before or while PostgreSQL was away is timed from its return on; storms
    have a figure of their own.
    """
    times = []
    for gone, back in lost:
        if any(began <= gone <= end for began, end in storms):
            continue
        since = max([gone, *(end for began, end in outages if began < back and gone < end < back)])
        times.append(back - since)
    return sorted(times)


def lags_after(found: Evidence, outages: Sequence[Window]) -> list[float]:
    """How long after the bus came back the messages of its absence reached those who listened."""
    opened: dict[tuple[str, int | None], float] = {
        (entry.device, entry.socket): entry.t for entry in found.of("opened")
    }
    lags: dict[str, float] = defaultdict(float)
    for entry in found.of("heard"):
        place = found.place(entry)
        sending = found.sendings.get(place.row.intent) if place else None
        if sending is None:
            continue
        for began, end in outages:
            listened = opened.get((entry.device, entry.socket), inf) < began
            if listened and began < sending.acked_at < end:
                intent = sending.invoke.client_id or ""
                lags[intent] = max(lags[intent], entry.t - end)
    return sorted(lags.values())
