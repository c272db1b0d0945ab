"""What is going on, for whoever watches a long run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tests.faults.figures import quantile
from tests.faults.stage import Stage

LATEST_FAULTS = 8
REFRESHES = 2  # a second


class View:
    """A few lines that are always up to date."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._stage: Stage | None = None

    def watch(self, stage: Stage) -> None:
        """From now on there is something to see."""
        self._stage = stage

    def __rich__(self) -> Group:
        if self._stage is None:
            return Group(Text("setting the stage..."))
        meter, table = self._stage.meter, Table.grid(padding=(0, 2))
        gone = time.monotonic() - meter.began
        kills = ", ".join(f"{count} {kind}" for kind, count in meter.kills.items())
        lags = sorted(meter.lags)
        for name, value in (
            ("time", f"{gone:,.0f} of {self._seconds:,.0f} s"),
            ("acknowledged", f"{meter.acked:,} ({meter.unsure:,} attempts without an answer)"),
            ("delivered", f"{meter.heard:,}"),
            ("connected", f"{meter.connected:,}"),
            ("lag", f"p50 {quantile(lags, 0.5):.3f} s, p99 {quantile(lags, 0.99):.3f} s"),
            ("kills", kills or "none yet"),
            ("now", meter.now or "nothing is broken"),
        ):
            table.add_row(Text(name, style="dim"), value)
        return Group(table, Text("\n".join(meter.log[-LATEST_FAULTS:]), style="dim"))


@contextmanager
def watching(console: Console, seconds: float) -> Iterator[View]:
    """Show the view until the end; in a pipe, nothing moves and nothing is shown."""
    view = View(seconds)
    if not console.is_terminal:
        yield view
        return
    with Live(view, console=console, refresh_per_second=REFRESHES, transient=True):
        yield view
