"""`pinge import`: what people have in the original Pinge, brought in."""

from __future__ import annotations

import asyncio
import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import asyncpg
import click
from rich import box
from rich.console import Console
from rich.table import Table

from pinge.bench.progress import Watching
from pinge.config import Settings
from pinge.importing.actions import Imported, bring_in
from pinge.importing.judging import Finding
from pinge.importing.original import ImportRefused
from pinge.running import bring_up, connected, read_settings, refusing, running_database

# As SQLAlchemy writes it in the original's settings, with or without the name of a driver.
_URL = re.compile(r"postgres(?:ql)?(?:\+\w+)?(://.+)")
REPORT = "import-report.csv"
ZONE = "Of the original's times, like Europe/Oslo.  [default: its server's]"
LOOK = "Write nothing: count, and name what would not come in."
SLICE = "Messages written at once, at least a whole conversation."
WHERE = f"Where each row that did not fit is named.  [default: {REPORT} in PINGE_HOME]"


def _url(ctx: click.Context, argument: click.Parameter, value: str) -> str:
    known = _URL.fullmatch(value)
    if known is None:  # not shown: there may be a password in it
        raise click.BadParameter("this is not like postgresql://user:password@host/database")
    return f"postgresql{known[1]}"


@click.command("import")
@click.argument("url", metavar="URL", callback=_url)
@click.option("--time-zone", metavar="ZONE", help=ZONE)
@click.option("--dry-run", "only_look", is_flag=True, help=LOOK)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help=WHERE)
@click.option(
    "--slice", "size", default=10_000, type=click.IntRange(1), show_default=True, help=SLICE
)
def import_original(
    *, url: str, time_zone: str | None, only_look: bool, report: Path | None, size: int
) -> None:
    """Bring in the original Pinge from its database at URL.

    People keep their ids, passwords, contacts, groups, roles, histories and what they have not
    read; they log in once more. Stop the original, and `pinge serve` if it runs; the database of
    this Pinge must be empty. If it is cut short, run it again.
    """
    settings, console = read_settings(), Console()
    how = {"time_zone": time_zone, "size": size, "only_look": only_look}
    with refusing(), running_database(settings) as database:
        try:
            with Watching(console) as watching:
                imported = asyncio.run(_run(settings, database, url, how | {"watching": watching}))
        except (ImportRefused, asyncpg.InterfaceError) as error:
            raise click.ClickException(str(error)) from None
        named = report or settings.home / REPORT
        _keep(named, imported.findings)
    _tell(console, imported, named, only_look=only_look)


async def _run(
    settings: Settings, database: dict[str, Any], url: str, how: dict[str, Any]
) -> Imported:
    async with connected(database) as conn:
        await bring_up(settings, conn)
    return await bring_in(database, url, **how)


def _keep(path: Path, findings: list[Finding]) -> None:
    """Name every row that did not fit, for whoever wants to know."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(Finding._fields)
        lines.writerows(findings)


def _tell(console: Console, imported: Imported, named: Path, *, only_look: bool) -> None:
    """What came of each table, and what did not fit."""
    refused = Counter(found.table for found in imported.findings if found.outcome == "refused")
    refused["user_sessions"] = imported.sizes["user_sessions"]
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("the original's")
    for heading in ("rows", "would come in" if only_look else "are here", "not"):
        table.add_column(heading, justify="right")
    for name, rows in imported.sizes.items():
        table.add_row(name, f"{rows:,}", f"{rows - refused[name]:,}", f"{refused[name]:,}")
    console.print(table)
    click.echo(f"Times are of {imported.time_zone}. Everybody logs in once more.")
    kinds = Counter((found.outcome, found.table, found.what) for found in imported.findings)
    for (outcome, name, what), count in kinds.items():
        click.echo(f"{outcome} {count:,} of {name}: {what}")
    if kinds:
        click.echo(f"Each is named in {named}")
    if imported.earlier is not None:
        click.echo(f"All is here since {imported.earlier:%Y-%m-%d %H:%M} UTC: nothing was done.")
    elif not only_look:
        click.echo("Done: `pinge serve` may start.")
