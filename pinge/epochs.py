"""`pinge epoch`: the history that positions of clients refer to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import click

from pinge.database.queries import Connection
from pinge.realtime.epoch import begin, current
from pinge.running import connected, read_settings, refusing, running_database


@click.group(invoke_without_command=True)
@click.pass_context
def epoch(context: click.Context) -> None:
    """Show the epoch: what clients know of one means nothing in another."""
    if context.invoked_subcommand is None:
        _show(current)


@epoch.command()
def new() -> None:
    """Begin a new one, after restoring an older state: clients then fetch everything anew."""
    _show(begin)


def _show(asked: Callable[[Connection], Awaitable[UUID]]) -> None:
    async def ask(database: dict[str, Any]) -> UUID:
        async with connected(database) as conn:
            return await asked(conn)

    with refusing(), running_database(read_settings()) as database:
        click.echo(asyncio.run(ask(database)))
