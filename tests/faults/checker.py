"""The judge: every invariant there is, over the evidence of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from tests.faults import delivery, durability, positions
from tests.faults.evidence import Evidence, Violation

Invariant = Callable[[Evidence], Iterator[Violation]]

INVARIANTS: Mapping[str, Invariant] = MappingProxyType(
    {
        judge.__name__: judge
        for judge in (
            durability.lost,
            durability.doubled,
            durability.phantom,
            durability.refused,
            durability.dense,
            durability.sends_in_order,
            durability.unspeakable,
            delivery.order,
            delivery.revs_in_order,
            delivery.complete,
            delivery.walls,
            delivery.shut_out,
            delivery.honest,
            positions.unread,
            positions.receipts,
        )
    }
)


def check(found: Evidence) -> list[Violation]:
    """Every promise that was broken."""
    return [violation for judge in INVARIANTS.values() for violation in judge(found)]
