"""`pinge user`, `pinge audit` and `pinge stats`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import asyncpg
import click
from rich import box
from rich.console import Console
from rich.table import Table

from pinge import wire
from pinge.administration import actions
from pinge.audit import actions as audit
from pinge.database.queries import Connection
from pinge.running import connected, read_settings, refusing, running_database

T = TypeVar("T")
Row = asyncpg.Record

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
how_many = click.option("--limit", default=50, type=click.IntRange(1, 10_000), show_default=True)


@click.group()
def user() -> None:
    """Look at accounts, close and open them; NAME is an address or an id."""


@user.command("list")
@click.option("--part", default="", help="Only those whose name or address holds this.")
@click.option("--state", default="all", type=click.Choice(["all", "active", "inactive", "deleted"]))
@how_many
@as_json
def list_users(*, part: str, state: str, limit: int, as_json: bool) -> None:
    """List accounts, the newest first."""
    found = ask(lambda conn: actions.users(conn, part=part, state=state, limit=limit))
    show(found, as_json=as_json)


@user.command("show")
@click.argument("name")
@as_json
def show_user(*, name: str, as_json: bool) -> None:
    """Show one account."""
    show_one(ask(lambda conn: actions.user_named(conn, name)), as_json=as_json)


@user.command()
@click.argument("name")
def disable(*, name: str) -> None:
    """Let nobody log in to an account, and log out who is."""
    click.echo(f"{ask(lambda conn: actions.disable(conn, name))['email']} is disabled")


@user.command()
@click.argument("name")
def enable(*, name: str) -> None:
    """Let its owner log in to an account again."""
    click.echo(f"{ask(lambda conn: actions.enable(conn, name))['email']} is enabled")


@user.command("reset-password")
@click.argument("name")
def reset_password(*, name: str) -> None:
    """Print a link to choose a new password with, good for an hour, once."""
    settings = read_settings()
    click.echo(ask(lambda conn: actions.reset_link(conn, settings, name)))


@user.command("forget-second-factor")
@click.argument("name")
def forget_second_factor(*, name: str) -> None:
    """Let its owner in by the password alone: be sure that it is them."""
    found = ask(lambda conn: actions.forget_second_factor(conn, name))
    click.echo(f"{found['email']} logs in without a second factor")


@click.command("audit")
@click.option("--user", "name", help="Only what concerns this account: an address or an id.")
@click.option("--kind", type=click.Choice([kind.value for kind in audit.Kind]))
@click.option("--days", type=click.IntRange(1, 36_500), help="Only what is no older than this.")
@how_many
@as_json
def audit_events(
    *, name: str | None, kind: str | None, days: int | None, limit: int, as_json: bool
) -> None:
    """Show what happened to accounts, the latest first."""
    since = None if days is None else datetime.now(UTC) - timedelta(days=days)

    async def read(conn: Connection) -> list[Row]:
        user_id = None if name is None else (await actions.user_named(conn, name))["user_id"]
        return await audit.events(conn, user_id=user_id, kind=kind, since=since, limit=limit)

    show(ask(read), as_json=as_json)


@click.command()
@as_json
def stats(*, as_json: bool) -> None:
    """Show how much there is of everything."""
    show_one(ask(actions.stats), as_json=as_json)


def ask(question: Callable[[Connection], Awaitable[T]]) -> T:
    """What the database answers, whether Pinge serves meanwhile or not."""

    async def answer(database: dict[str, Any]) -> T:
        async with connected(database) as conn:
            return await question(conn)

    with refusing(), running_database(read_settings()) as database:
        return asyncio.run(answer(database))


def show(rows: list[Row], *, as_json: bool) -> None:
    """Print rows as a table, or each as a line of JSON."""
    if as_json:
        for row in rows:
            click.echo(wire.encode(row))
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in dict(rows[0]) if rows else ["nothing found"]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(_told, row))
    Console().print(table)


def show_one(row: Row, *, as_json: bool) -> None:
    """Print a row, a line for each thing it says."""
    if as_json:
        click.echo(wire.encode(row))
        return
    said = dict(row)
    widest = max(map(len, said))
    for name, value in said.items():
        click.echo(f"{name:{widest}}  {_told(value)}")


def _told(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return wire.encode(value).decode() if isinstance(value, dict) else str(value)
