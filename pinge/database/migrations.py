"""Applies migrations/ in order, once each, one runner at a time.

`pinge migrate` runs the plan; `pinge migrate --print` writes the very same statements as a psql
script, for a DBA to read and to apply by hand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal

import asyncpg

from pinge.database.locking import alone
from pinge.database.queries import Connection, Queries

SQL = Queries("database")
LOCK = int.from_bytes(b"pinge")
SHIPPED = files("pinge.migrations")

_FILE_NAME = re.compile(r"(\d{4})_[a-z][a-z0-9_]*\.sql")
_NO_TRANSACTION = re.compile(r"^-- pinge: no-transaction$", re.MULTILINE)

State = Literal["applied", "pending", "edited", "unknown"]


class MigrationError(Exception):
    """The files and the database do not fit each other, or a migration failed."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of migrations/."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """What tells whether the file is still the one that was applied."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def steps(self) -> list[str]:
        """What the server is sent, one message each: by the runner and by psql alike."""
        entry = (
            "INSERT INTO schema_migrations (version, name, sha256)"
            f" VALUES ({self.version}, '{self.name}', '{self.sha256}');"
        )
        if _NO_TRANSACTION.search(self.sql):
            # No lock_timeout: CONCURRENTLY waits for old transactions, and blocks nobody meanwhile.
            return [self.sql.strip(), entry]
        return [f"BEGIN;\nSET LOCAL lock_timeout = '5s';\n{entry}\n\n{self.sql.strip()}\n\nCOMMIT;"]


@dataclass(frozen=True, slots=True)
class Status:
    """What the files and the ledger say of one version."""

    version: int
    name: str
    state: State
    applied_at: datetime | None = None
    applied_by: str | None = None


def shipped(folder: Traversable = SHIPPED) -> list[Migration]:
    """Every migration there is, oldest first; MigrationError unless numbered without gaps."""
    found: list[Migration] = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            numbered = _FILE_NAME.fullmatch(file.name)
            if numbered is None or int(numbered[1]) != len(found) + 1:
                raise MigrationError(
                    f"{file.name} stands where {len(found) + 1:04d}_<feature>_<change>.sql should"
                )
            found.append(Migration(int(numbered[1]), file.name, file.read_text(encoding="utf-8")))
    return found


async def status(conn: Connection) -> list[Status]:
    """Every version known to the files or to the database, oldest first.

    `edited` was changed after it was applied; `unknown` was applied by a newer Pinge.
    """
    ledger = await SQL.ledger.rows(conn) if await SQL.has_ledger.value(conn) else []
    known = {migration.version: migration for migration in shipped()}
    found = {version: Status(version, file.name, "pending") for version, file in known.items()}
    for entry in ledger:
        version, name, sha, applied_at, applied_by = entry
        file = known.get(version)
        state: State = "unknown" if file is None else "applied" if file.sha256 == sha else "edited"
        found[version] = Status(version, name, state, applied_at, applied_by)
    return [found[version] for version in sorted(found)]


async def pending(conn: Connection) -> list[Migration]:
    """What the database still lacks; MigrationError when it cannot be brought up from here."""
    missing: list[int] = []
    for entry in await status(conn):
        if entry.state == "edited":
            raise MigrationError(f"{entry.name} was edited after it was applied")
        if entry.state == "pending":
            missing.append(entry.version)
        elif missing:
            raise MigrationError(f"{entry.name} was applied before {missing[0]:04d}")
    return [migration for migration in shipped() if migration.version in missing]


async def migrate(
    conn: Connection, on_applied: Callable[[Migration], None] | None = None
) -> list[Migration]:
    """Bring the database up to date; a second runner waits, then finds nothing left to do."""
    async with alone(conn, LOCK):
        await SQL.create_ledger.run(conn)
        todo = await pending(conn)
        for migration in todo:
            await _apply(conn, migration)
            if on_applied is not None:
                on_applied(migration)
    return todo


def script(todo: Iterable[Migration]) -> Iterator[str]:
    """The plan, piece by piece, as psql runs it."""
    yield "-- Run this with psql -X -f, and without -1.\n\\set ON_ERROR_STOP on"
    yield (
        f"DO $$ BEGIN\n    IF NOT pg_try_advisory_lock({LOCK}) THEN\n"
        "        RAISE EXCEPTION 'another migration is running';\n    END IF;\nEND $$;"
    )
    yield SQL.create_ledger.text
    for migration in todo:
        yield from migration.steps
    yield f"SELECT pg_advisory_unlock({LOCK});"


async def _apply(conn: Connection, migration: Migration) -> None:
    try:
        for step in migration.steps:
            await conn.execute(step)
    except BaseException as error:
        if not conn.is_closed():
            # A step that failed half-way leaves its transaction open, and with it the lock taken.
            await conn.execute("ROLLBACK")
        if isinstance(error, asyncpg.PostgresError):
            raise MigrationError(f"{migration.name} failed: {error}") from error
        raise
