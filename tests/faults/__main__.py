"""`python -m tests.faults --minutes 60 --seed 7`: a long run, watched, with a report at its end."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from pathlib import Path

import click
from rich.console import Console

from tests.faults.faults import FAULTS
from tests.faults.live import watching
from tests.faults.report import show
from tests.faults.run import Plan, run
from tests.faults.scene import Setting


@click.command(epilog="\b\nFaults:\n" + "\n".join(f"  {name}" for name in FAULTS))
@click.option("--minutes", default=60.0, show_default=True, help="How long faults strike.")
@click.option("--seed", type=int, help="The same seed, the same plan; made up if not given.")
@click.option("--rate", default=50.0, show_default=True, help="Messages a second.")
@click.option("--storm", default=2000, show_default=True, help="Clients in a reconnect storm.")
@click.option("--only", multiple=True, type=click.Choice(list(FAULTS)), help="Just this fault.")
@click.option("--postgres-bus", is_flag=True, help="Let nodes speak through PostgreSQL, not NATS.")
def main(
    minutes: float, seed: int | None, rate: float, storm: int, only: list[str], postgres_bus: bool
) -> None:
    """Break a Pinge of two nodes again and again, and see whether it keeps its promises."""
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="pinge-journals-"))
    seed = secrets.randbelow(10**6) if seed is None else seed
    setting = Setting(seed, folder, storm=storm, has_nats=not postgres_bus)
    faults = {name: FAULTS[name] for name in only or FAULTS}
    plan = Plan(setting, 60 * minutes, per_second=rate, faults=faults)
    console.print(f"seed {seed}, journals in {folder}")
    with watching(console, plan.seconds) as view:
        outcome = asyncio.run(run(plan, view.watch))
    show(console, outcome)
    if outcome.violations:
        raise SystemExit(1)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
