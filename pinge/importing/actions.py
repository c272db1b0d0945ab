"""An import from its first look to its last row; a later run of it does only what is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from pinge.bench.progress import Watching
from pinge.database.locking import Held, alone
from pinge.database.queries import Connection, Queries
from pinge.importing.judging import Finding, judge
from pinge.importing.original import LONG, ImportRefused, opened
from pinge.importing.staging import fill, lay_out
from pinge.running import connected

SQL = Queries("importing")

LOCK = int.from_bytes(b"import")
PATIENCE = 10.0  # seconds, for one that was killed and whose last statement still runs
SESSION = LONG | {
    "timezone": "UTC",  # of which the digest is made
    "temp_buffers": "64MB",
    "work_mem": "64MB",
}
PEOPLE = (SQL.write_users, SQL.write_requests, SQL.write_contacts)
WHOLE = (SQL.write_conversations, SQL.write_members, SQL.write_messages)


@dataclass(frozen=True, slots=True)
class Imported:
    """What there was of each table, in which zone its times are, and what did not fit.

    `earlier` is when the same was finished before, so that nothing was left to do.
    """

    sizes: Mapping[str, int]
    time_zone: str
    findings: list[Finding]
    earlier: datetime | None


async def bring_in(
    database: dict[str, Any],
    url: str,
    *,
    time_zone: str | None,
    size: int,
    only_look: bool,
    watching: Watching,
) -> Imported:
    """Bring in the original at this URL, or only look what it would come to.

    `size` is how many messages are written at once. Raises ImportRefused where anything is in the
    way.
    """
    async with connected(database | {"server_settings": SESSION}) as conn:
        try:
            async with alone(conn, LOCK, PATIENCE):
                begun = await SQL.begun.row(conn)
                if not only_look:
                    await _must_be_free(conn, begun)
                async with opened(url, time_zone) as original:
                    digest = await fill(conn, original, watching)
                _must_be_the_same(begun, digest)
                findings = await judge(conn)
                earlier = begun["finished_at"] if begun else None
                if not only_look and begun is None:
                    await _write_people(conn, digest)
                if not only_look and earlier is None:
                    await _write_conversations(conn, size, watching)
                return Imported(original.sizes, original.time_zone, findings, earlier)
        except Held:
            raise ImportRefused("another import is under way") from None


async def _must_be_free(conn: Connection, begun: asyncpg.Record | None) -> None:
    if begun is not None and begun["finished_at"] is not None:
        return
    await _must_not_serve(conn)
    if begun is None and await SQL.is_in_use.value(conn):
        raise ImportRefused(
            "there are accounts here already: bring the original into an empty database"
        )


async def _must_not_serve(conn: Connection) -> None:
    if await SQL.serving.value(conn):
        raise ImportRefused("Pinge is serving from this database: stop it first")


def _must_be_the_same(begun: asyncpg.Record | None, digest: str) -> None:
    if begun is not None and begun["digest"] != digest:
        raise ImportRefused(
            f"an import was begun here at {begun['begun_at']:%Y-%m-%d %H:%M} UTC, and since then"
            " the original changed, or is another, or --time-zone is: use an empty database"
        )


async def _write_people(conn: Connection, digest: str) -> None:
    """Begin: from here on nobody serves before all is there."""
    async with conn.transaction():
        await SQL.begin.run(conn, digest=digest)
        for step in PEOPLE:
            await step.run(conn)
        await _must_not_serve(conn)  # one may have been started meanwhile


async def _write_conversations(conn: Connection, size: int, watching: Watching) -> None:
    """Write those that are not there yet, and say that nothing is left."""
    slices = await lay_out(conn, size=size, watching=watching)
    watching.begin("writing messages", sum(slices.values()))
    written = 0
    for number, messages in slices.items():
        async with conn.transaction():
            for step in WHOLE:
                await step.run(conn, slice=number)
            await _must_not_serve(conn)
        written += messages
        watching.advance(to=written)
    await SQL.finish.run(conn)
    await SQL.analyze.run(conn)
