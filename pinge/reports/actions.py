"""What can be done with reports, free of HTTP and of the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.database.pool import POOL
from pinge.database.queries import Connection, Queries
from pinge.errors import BadRequest, Conflict, NotFound
from pinge.http.background import repeated
from pinge.http.caller import Caller

SQL = Queries("reports")

KEPT = 90  # days after it was closed
FORGOTTEN_EVERY = 3600.0  # seconds
SLICE = 1000  # rows in one statement

# How a thing is copied as it is now, and as far as the reporter may see it.
COPIES = {"message": SQL.message_as_is, "user": SQL.user_as_is, "group": SQL.group_as_is}


async def report(
    app: web.Application, caller: Caller, *, reason: str, comment: str | None, **target: UUID
) -> UUID:
    """Have a message, a user or a group looked at: `target` is its one id, `message_id` and so on.

    The report that waits then; NotFound where the caller sees no such thing.
    """
    [(name, target_id)] = target.items()
    if target_id == caller.user_id:
        raise BadRequest("You cannot report yourself.")
    kind = name.removesuffix("_id")
    snapshot = await COPIES[kind].value(app[POOL], target_id=target_id, user_id=caller.user_id)
    if snapshot is None:
        raise NotFound(f"There is no such {kind}.")
    report_id: UUID = await SQL.insert_report.value(
        app[POOL],
        report_id=uuid7(),
        reporter_id=caller.user_id,
        kind=kind,
        target_id=target_id,
        reason=reason,
        comment=comment,
        snapshot=snapshot,
    )
    return report_id


async def waiting(conn: Connection, *, limit: int) -> list[asyncpg.Record]:
    """What waits to be looked at, the oldest first."""
    return await SQL.waiting_reports.rows(conn, limit=limit)


async def closed(conn: Connection, *, limit: int) -> list[asyncpg.Record]:
    """What was closed, the latest first."""
    return await SQL.closed_reports.rows(conn, limit=limit)


async def one(conn: Connection, report_id: UUID) -> asyncpg.Record:
    """A report with the copy of what it is about; NotFound when there is none."""
    found = await SQL.report.row(conn, report_id=report_id)
    if found is None:
        raise NotFound(f"There is no report {report_id}.")
    return found


async def close(conn: Connection, report_id: UUID, *, outcome: str | None) -> None:
    """Look at it no more; NotFound when there is none, Conflict when it is closed."""
    await one(conn, report_id)
    if not await SQL.close_report.run(conn, report_id=report_id, outcome=outcome):
        raise Conflict("This report is closed.")


async def forgetting(app: web.Application) -> AsyncIterator[None]:
    """Forget what was closed long ago, for as long as the service runs."""
    async for _ in repeated(app, forget, every=FORGOTTEN_EVERY):
        yield


async def forget(app: web.Application) -> None:
    """Forget what was closed too long ago to be kept."""
    while await SQL.forget_reports.run(app[POOL], days=KEPT, limit=SLICE):
        pass
