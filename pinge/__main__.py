"""The `pinge` command: serve, migrate, bench, demo."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import click
import structlog
from aiohttp import web

import pinge
from pinge import app, config
from pinge.bench.command import bench
from pinge.config import Settings, SettingsError
from pinge.database import migrations, schema
from pinge.database.cluster import Cluster, ClusterError
from pinge.database.migrations import MigrationError
from pinge.database.queries import Connection
from pinge.demo.command import demo
from pinge.http import logs

logger = structlog.get_logger("pinge")

SHUTDOWN = 5.0  # seconds that requests under way get
DESCRIBED = "\n".join(f"  {name:24}{meaning}" for name, meaning in config.DESCRIBED.items())


@click.group()
@click.version_option(pinge.__version__)
def main() -> None:
    """Pinge, a self-hosted real-time messenger."""


@main.command(epilog=f"\b\nSettings, from the environment or a .env in this folder:\n{DESCRIBED}")
def serve() -> None:
    """Serve until stopped; without DATABASE_URL, on a PostgreSQL of its own."""
    settings = _settings()
    logs.setup(in_prod=settings.in_prod)
    with _refusing(), _database(settings) as database:
        asyncio.run(_make_ready(settings, database))
        web.run_app(
            app.build(settings, database),
            host=settings.host,
            port=settings.port,
            access_log=None,
            shutdown_timeout=SHUTDOWN,
            print=lambda _: logger.info(
                "serving", url=f"http://{settings.host}:{settings.port}", home=str(settings.home)
            ),
        )


@main.command()
@click.option("--print", "only_print", is_flag=True, help="Print the plan for psql, run nothing.")
@click.option("--status", "only_status", is_flag=True, help="Show what is applied and what is not.")
@click.option("--dump", "only_dump", is_flag=True, help="Print the schema as it is now.")
def migrate(*, only_print: bool, only_status: bool, only_dump: bool) -> None:
    """Bring the database to this version's schema."""
    with _refusing(), _database(_settings()) as database:
        if only_print:
            asyncio.run(_print_plan(database))
        elif only_status:
            asyncio.run(_print_status(database))
        elif only_dump:
            asyncio.run(_print_schema(database))
        else:
            asyncio.run(_migrate(database))


main.add_command(bench)
main.add_command(demo)


def _settings() -> Settings:
    try:
        return config.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _refusing() -> Iterator[None]:
    """Say in one line what keeps Pinge from running."""
    try:
        yield
    except (SettingsError, ClusterError, MigrationError) as error:
        raise click.ClickException(str(error)) from None
    except (OSError, asyncpg.PostgresError) as error:
        raise click.ClickException(f"{type(error).__name__}: {error}") from None


@contextmanager
def _database(settings: Settings) -> Iterator[dict[str, Any]]:
    """How to connect: as DATABASE_URL says, or to the embedded PostgreSQL, which then runs."""
    if settings.database_url is not None:
        yield {"dsn": settings.database_url}
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    with Cluster(settings.home / "postgres", binaries=settings.postgres_bin) as database:
        yield database


async def _make_ready(settings: Settings, database: dict[str, Any]) -> None:
    """Migrate a database of our own; refuse to serve on another's that is not up to date."""
    async with _connected(database) as conn:
        if settings.database_url is None:
            await migrations.migrate(conn)
            return
        todo = await migrations.pending(conn)
        if todo:
            raise MigrationError(f"{len(todo)} migrations are pending: run `pinge migrate` first")


async def _migrate(database: dict[str, Any]) -> None:
    async with _connected(database) as conn:
        done = await migrations.migrate(conn, on_applied=lambda one: click.echo(one.name))
    click.echo(f"{len(done)} applied" if done else "nothing to do")


async def _print_plan(database: dict[str, Any]) -> None:
    async with _connected(database) as conn:
        click.echo("\n\n".join(migrations.script(await migrations.pending(conn))))


async def _print_status(database: dict[str, Any]) -> None:
    async with _connected(database) as conn:
        for row in await migrations.status(conn):
            when = (
                f"{row.applied_at:%Y-%m-%d %H:%M:%S} by {row.applied_by}" if row.applied_at else ""
            )
            click.echo(f"{row.version:04}  {row.state:8}  {row.name:40}  {when}".rstrip())


async def _print_schema(database: dict[str, Any]) -> None:
    async with _connected(database) as conn:
        click.echo(await schema.dump(conn, database), nl=False)


@asynccontextmanager
async def _connected(database: dict[str, Any]) -> AsyncIterator[Connection]:
    """A connection without the limits of the pool: a migration takes as long as it takes."""
    conn = await asyncpg.connect(**database)
    try:
        yield conn
    finally:
        await conn.close()


if __name__ == "__main__":
    main()
