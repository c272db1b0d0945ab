"""`pinge report`: what users want to be looked at."""

from __future__ import annotations

from uuid import UUID

import click

from pinge.administration.commands import as_json, ask, how_many, show, show_one
from pinge.reports import actions

which = click.argument("report_id", type=click.UUID)


@click.group()
def report() -> None:
    """Look at what users report, and close it."""


@report.command("list")
@click.option("--closed", "is_closed", is_flag=True, help="Those that were closed, latest first.")
@how_many
@as_json
def list_reports(*, is_closed: bool, limit: int, as_json: bool) -> None:
    """List what waits to be looked at, the oldest first."""
    read = actions.closed if is_closed else actions.waiting
    show(ask(lambda conn: read(conn, limit=limit)), as_json=as_json)


@report.command("show")
@which
@as_json
def show_report(*, report_id: UUID, as_json: bool) -> None:
    """Show a report, and what it is about as it was then."""
    show_one(ask(lambda conn: actions.one(conn, report_id)), as_json=as_json)


@report.command("close")
@which
@click.option("--outcome", help="What came of it, for whoever looks it up later.")
def close_report(*, report_id: UUID, outcome: str | None) -> None:
    """Close a report; it is forgotten after 90 days."""
    ask(lambda conn: actions.close(conn, report_id, outcome=outcome))
    click.echo(f"{report_id} is closed")
