"""What can be done to accounts by whoever runs the server, free of the command line."""

from __future__ import annotations

from uuid import UUID

import asyncpg

from pinge.accounts import actions as accounts
from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.config import Settings
from pinge.database.queries import Connection, Queries
from pinge.errors import Conflict, NotFound
from pinge.second_factors import actions as second_factors

SQL = Queries("administration")


async def user_named(conn: Connection, name: str) -> asyncpg.Record:
    """The account with this id or this address; NotFound when there is none."""
    user = await SQL.user.row(conn, user_id=_as_id(name), email=accounts.looked_up_form(name))
    if user is None:
        raise NotFound(f"There is no account {name}.")
    return user


async def users(conn: Connection, *, part: str, state: str, limit: int) -> list[asyncpg.Record]:
    """Accounts whose name or address holds this part, the newest first."""
    return await SQL.users.rows(conn, part=part, state=state, limit=limit)


async def disable(conn: Connection, name: str) -> asyncpg.Record:
    """Let nobody log in to an account, and log out who is; twice is as good as once."""
    async with conn.transaction():
        user = await _changeable(conn, name)
        rev = (await accounts.touch(conn, user["user_id"]))[user["user_id"]]
        await SQL.set_active.run(conn, user_id=user["user_id"], is_active=False)
        await accounts.end_sessions(conn, user["user_id"], rev=rev)
        await audit.record(conn, Kind.DISABLED, user_id=user["user_id"], actor="admin")
    return user


async def enable(conn: Connection, name: str) -> asyncpg.Record:
    """Let its owner log in to an account again; twice is as good as once."""
    async with conn.transaction():
        user = await _changeable(conn, name)
        await SQL.set_active.run(conn, user_id=user["user_id"], is_active=True)
        await audit.record(conn, Kind.ENABLED, user_id=user["user_id"], actor="admin")
    return user


async def reset_link(conn: Connection, settings: Settings, name: str) -> str:
    """A link for an hour, to choose a new password with; until it is used nothing changes."""
    async with conn.transaction():
        user = await _changeable(conn, name)
        await audit.record(conn, Kind.RESET_LINK_MADE, user_id=user["user_id"], actor="admin")
        return await accounts.reset_link(settings, conn, user["user_id"], user["email"])


async def forget_second_factor(conn: Connection, name: str) -> asyncpg.Record:
    """Let somebody in who lost device and recovery codes; NotFound if they are asked for none."""
    async with conn.transaction():
        user = await _changeable(conn, name)
        rev = (await accounts.touch(conn, user["user_id"]))[user["user_id"]]
        await second_factors.forget(conn, user["user_id"], actor="admin")
        await second_factors.mark_changed(conn, user["user_id"], rev=rev)
    return user


async def stats(conn: Connection) -> asyncpg.Record:
    """How much there is of everything."""
    row = await SQL.stats.row(conn)
    assert row is not None
    return row


async def _changeable(conn: Connection, name: str) -> asyncpg.Record:
    user = await user_named(conn, name)
    if user["deleted_at"] is not None:
        raise Conflict("This account was deleted by its owner, for good.")
    return user


def _as_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
