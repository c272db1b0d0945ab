"""The report at the end of a run."""

from __future__ import annotations

from collections import Counter

from rich import box
from rich.console import Console
from rich.table import Table

from tests.faults.delivery import repeats
from tests.faults.figures import absences, lags_after, quantile
from tests.faults.run import Outcome

# What the goals of reliability ask of some figures.
GOALS = {
    "back after losing the socket": "p99 under 5 s",
    "last copy after the bus was back": "under 5 s",
    "SIGTERM to exit": "under 10 s",
    "a killed node serves again": "under 3 s",
    "the storm was over": "under 15 s",
    **dict.fromkeys(("lost", "doubled", "out of order"), "0"),
}

# Which broken promises count as what.
COUNTED = {
    "lost": ("lost", "refused", "complete", "honest"),
    "doubled": ("doubled", "phantom"),
    "out of order": ("dense", "sends_in_order", "order", "revs_in_order"),
    "wrong figures and receipts": ("unread", "receipts"),
    "told to outsiders": ("walls", "shut_out"),
    "a 500, or an error in a log": ("unspeakable",),
    "did not get well again": ("stuck",),
}


def figures(outcome: Outcome) -> dict[str, str]:
    """Every figure, by its name."""
    meter, found = outcome.meter, outcome.evidence
    broken = Counter(violation.invariant for violation in outcome.violations)
    times = absences(meter.absences, outcome.outages, meter.storms)
    lags = lags_after(found, meter.bus_outages)
    told = repeats(found)
    return {
        "acknowledged": f"{meter.acked:,}",
        "delivered": f"{meter.heard:,}",
        **{name: f"{sum(broken[kind] for kind in kinds):,}" for name, kinds in COUNTED.items()},
        "kills": f"{meter.kills.total()}: " + _listed(meter.kills),
        "attempts without an answer": f"{meter.unsure:,}",
        "sockets opened": f"{meter.sockets:,}",
        "back after losing the socket": _spread(times),
        "last copy after the bus was back": _spread(lags),
        "the storm was over": _spread(sorted(end - began for began, end in meter.storms)),
        **{name: _spread(sorted(values)) for name, values in sorted(meter.figures.items())},
        "repeats on one socket": _listed(told) or "none",
    }


def show(console: Console, outcome: Outcome) -> None:
    """A table, what was skipped and why, and the evidence of what was broken."""
    table = Table(title=f"seed {outcome.plan.setting.seed}", title_justify="left", box=box.SIMPLE)
    table.add_column("what")
    table.add_column("figure")
    table.add_column("goal")
    for name, value in figures(outcome).items():
        table.add_row(name, value, GOALS.get(name, ""))
    for name, reason in outcome.meter.skipped.items():
        table.add_row(f"skipped: {name}", reason)
    console.print(table)
    if outcome.violations:
        console.print(outcome.verdict(), markup=False, highlight=False, soft_wrap=True)
    else:
        console.print("No promise was broken.")


def _spread(times: list[float]) -> str:
    """p50, p99 and the most, of sorted seconds."""
    if not times:
        return "none"
    p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
    return f"p50 {p50:.2f} s, p99 {p99:.2f} s, max {times[-1]:.2f} s, of {len(times):,}"


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))
