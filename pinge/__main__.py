"""The `pinge` command, of which serve and migrate stand here; the rest is in parts of its own."""

from __future__ import annotations

import asyncio
from importlib import import_module
from types import ModuleType
from typing import Any

import click

import pinge
from pinge import config
from pinge.administration.commands import audit_events, stats, user
from pinge.administration.reports import report
from pinge.bench.command import bench
from pinge.config import SettingsError
from pinge.database import migrations, schema
from pinge.demo.command import demo
from pinge.epochs import epoch
from pinge.http import logs
from pinge.importing.command import import_original
from pinge.running import (
    check_durability,
    connected,
    make_ready,
    read_settings,
    refusing,
    running_database,
)
from pinge.serving import alone
from pinge.serving.figures import begin_anew_sharing_figures
from pinge.serving.leaving import Hurried, leave_before_serving, vanish

MOST_WORKERS = 64
WORKERS = "Processes that share the port; more than one need gunicorn and a bus."
DESCRIBED = "\n".join(f"  {name:24}{meaning}" for name, meaning in config.DESCRIBED.items())


@click.group()
@click.version_option(pinge.__version__)
def main() -> None:
    """Pinge, a self-hosted real-time messenger."""


@main.command(epilog=f"\b\nSettings, from the environment or a .env in this folder:\n{DESCRIBED}")
@click.option("--workers", default=1, type=click.IntRange(1, MOST_WORKERS), help=WORKERS)
def serve(*, workers: int) -> None:
    """Serve until stopped, on a PostgreSQL of its own if need be."""
    settings = read_settings()
    logs.setup(in_prod=settings.in_prod)
    leave_before_serving()
    if workers > 1:
        begin_anew_sharing_figures()
    try:
        with refusing(), running_database(settings) as database:
            asyncio.run(check_durability(settings, database))
            asyncio.run(make_ready(settings, database))
            if workers == 1:
                alone.serve(settings, database)
            else:
                _several().serve(settings, database, workers)
    except Hurried:
        vanish()


def _several() -> ModuleType:
    """The part that needs gunicorn, which few have."""
    try:
        return import_module("pinge.serving.workers")
    except ModuleNotFoundError as error:
        raise SettingsError(f"--workers needs {error.name}: install pinge[workers]") from None


@main.command()
@click.option("--print", "only_print", is_flag=True, help="Print the plan for psql, run nothing.")
@click.option("--status", "only_status", is_flag=True, help="Show what is applied and what is not.")
@click.option("--dump", "only_dump", is_flag=True, help="Print the schema as it is now.")
def migrate(*, only_print: bool, only_status: bool, only_dump: bool) -> None:
    """Bring the database to this version's schema."""
    with refusing(), running_database(read_settings()) as database:
        if only_print:
            asyncio.run(_print_plan(database))
        elif only_status:
            asyncio.run(_print_status(database))
        elif only_dump:
            asyncio.run(_print_schema(database))
        else:
            asyncio.run(_migrate(database))


main.add_command(demo)
main.add_command(epoch)
main.add_command(bench)
main.add_command(import_original)
for command in (user, report, audit_events, stats):
    main.add_command(command)


async def _migrate(database: dict[str, Any]) -> None:
    async with connected(database) as conn:
        done = await migrations.migrate(conn, on_applied=lambda one: click.echo(one.name))
    click.echo(f"{len(done)} applied" if done else "nothing to do")


async def _print_plan(database: dict[str, Any]) -> None:
    async with connected(database) as conn:
        click.echo("\n\n".join(migrations.script(await migrations.pending(conn))))


async def _print_status(database: dict[str, Any]) -> None:
    async with connected(database) as conn:
        for row in await migrations.status(conn):
            when = (
                f"{row.applied_at:%Y-%m-%d %H:%M:%S} by {row.applied_by}" if row.applied_at else ""
            )
            click.echo(f"{row.version:04}  {row.state:8}  {row.name:40}  {when}".rstrip())


async def _print_schema(database: dict[str, Any]) -> None:
    async with connected(database) as conn:
        click.echo(await schema.dump(conn, database), nl=False)


if __name__ == "__main__":
    main()
