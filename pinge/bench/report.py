"""The figures, as a table for people and as JSON for programs."""

from __future__ import annotations

import platform
from dataclasses import asdict

import orjson
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pinge.bench.figures import SATURATED, Figure
from pinge.bench.stage import Stage

WIDTH_OF_A_PIPE = 120


def as_json(stage: Stage) -> bytes:
    """One object: what was asked for, what was measured, and what was not and why."""
    figures = [asdict(one) | {"is_lower_bound": one.is_lower_bound} for one in stage.figures]
    whole = {
        "url": str(stage.address),
        "python": platform.python_version(),
        "sizes": asdict(stage.sizes),
        "figures": figures,
        "skipped": stage.skipped,
        "failed": stage.failed,
    }
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2)


def print_table(console: Console, stage: Stage) -> None:
    """A line for each figure, and what has to be said of it."""
    if not console.is_terminal:
        console.width = WIDTH_OF_A_PIPE
    table = Table(title=f"pinge bench {stage.address}", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("measured")
    for name in ("figure", "p50 ms", "p99 ms", "bench", "server", "database"):
        table.add_column(name, justify="right", no_wrap=True)
    for figure in stage.figures:
        table.add_row(*_cells(figure))
    for verdict, scenarios in (("skipped", stage.skipped), ("failed", stage.failed)):
        for scenario, reason in scenarios.items():
            table.add_row(f"{scenario}\n[dim]{escape(reason)}[/]", verdict)
    console.print(table)
    if any(figure.is_lower_bound for figure in stage.figures):
        console.print(
            f"[yellow]*[/] the bench's own core was more than {SATURATED:.0%} busy: "
            "the server may do better, and this figure does not count"
        )


def _cells(figure: Figure) -> list[str]:
    """One row."""
    ratio = None if figure.ratio is None else f"{figure.ratio:.2f} x {figure.ratio_of}"
    remarks = "".join(f"\n[dim]{escape(each)}[/]" for each in (ratio, figure.note) if each)
    mark = " [yellow]*[/]" if figure.is_lower_bound else ""
    return [
        figure.what + remarks,
        f"{figure.value:,.{0 if figure.value >= 100 else 1}f} {figure.unit}{mark}",
        _number(figure.p50_ms),
        _number(figure.p99_ms),
        _share(figure.generator_load),
        _share(figure.server_load),
        _share(figure.database_load),
    ]


def _share(load: float | None) -> str:
    return "" if load is None else f"{load:.0%}"


def _number(milliseconds: float | None) -> str:
    return "" if milliseconds is None else f"{milliseconds:.2f}"
