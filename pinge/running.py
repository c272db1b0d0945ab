"""What the commands share: settings, a database that is ready, and refusals in one line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import click
import structlog

from pinge import config
from pinge.config import Settings, SettingsError
from pinge.database import migrations
from pinge.database.cluster import Cluster, ClusterError
from pinge.database.guard import guarded
from pinge.database.migrations import MigrationError
from pinge.database.pool import speak_json
from pinge.database.queries import Connection, Queries
from pinge.errors import PingeError

SQL = Queries("database")

logger = structlog.get_logger("pinge")


def read_settings() -> Settings:
    """The settings of this environment, or one line that says which is wrong."""
    with refusing():
        return config.from_environment()


@contextmanager
def refusing() -> Iterator[None]:
    """Say in one line what keeps Pinge from running."""
    try:
        yield
    except (SettingsError, ClusterError, MigrationError, PingeError) as error:
        raise click.ClickException(str(error)) from None
    except (OSError, asyncpg.PostgresError) as error:
        raise click.ClickException(f"{type(error).__name__}: {error}") from None


@contextmanager
def running_database(settings: Settings) -> Iterator[dict[str, Any]]:
    """How to connect: as DATABASE_URL says, or to the embedded PostgreSQL, which then runs."""
    if settings.database_url is not None:
        yield {"dsn": settings.database_url}
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(settings.home / "postgres", binaries=settings.postgres_bin)
    with cluster as database, guarded(cluster):
        yield database


async def make_ready(settings: Settings, database: dict[str, Any]) -> None:
    """Bring the database up, and refuse to run on one that an import has not filled yet."""
    async with connected(database) as conn:
        await bring_up(settings, conn)
        if await SQL.is_half_imported.value(conn):
            raise MigrationError("an import was cut short: run `pinge import` again, to its end")


async def bring_up(settings: Settings, conn: Connection) -> None:
    """Migrate a database of our own; MigrationError for another's that is not up to date."""
    if settings.database_url is None:
        await migrations.migrate(conn)
        return
    todo = await migrations.pending(conn)
    if todo:
        raise MigrationError(f"{len(todo)} migrations are pending: run `pinge migrate` first")
    if any(row.state == "unknown" for row in await migrations.status(conn)):
        logger.warning("the database is ahead: it was migrated by a newer Pinge")


async def check_durability(settings: Settings, database: dict[str, Any]) -> None:
    """What is acknowledged has to survive a crash: SettingsError in prod, in dev only a warning."""
    async with connected(database) as conn:
        off = [row["name"] for row in await SQL.durability_off.rows(conn)]
    if off:
        complaint = f"PostgreSQL may lose messages in a crash: {', '.join(off)} = off"
        if settings.in_prod:
            raise SettingsError(complaint)
        logger.warning(complaint)


@asynccontextmanager
async def connected(database: dict[str, Any]) -> AsyncIterator[Connection]:
    """A connection without the limits of the pool: a migration takes as long as it takes."""
    conn = await asyncpg.connect(**database)
    try:
        await speak_json(conn)
        yield conn
    finally:
        await conn.close()
