"""`pinge demo`: people to log in as, and something for them to read."""

from __future__ import annotations

import asyncio
from typing import Any

import click
from aiohttp import web
from rich import box
from rich.console import Console
from rich.table import Table

from pinge import app
from pinge.config import Settings
from pinge.demo.people import CAST, PASSWORD, PEOPLE
from pinge.demo.play import play
from pinge.http import logs
from pinge.running import make_ready, read_settings, refusing, running_database

NEXT = """\
Try next, with `pinge serve` running:

1. Log in as {name}; the answer holds an access_token:
   curl -s {url}/authentication/login -d username={email} -d password={password}
2. See what she has missed:
   curl -s {url}/messages/unread/count -H 'Authorization: Bearer <access_token>'
3. Or try every call in a browser: {url}/docs
"""


@click.command()
def demo() -> None:
    """Bring in seven people, and what they say to each other.

    They have contacts, requests that wait, groups, and messages read and unread. All goes into the
    database of `pinge serve`, whether that runs or not. A second run adds nothing, and prints the
    logins again.
    """
    settings = read_settings()
    if settings.in_prod:
        raise click.ClickException("everybody knows the demo's passwords: it is refused in prod")
    logs.setup(in_prod=settings.in_prod)
    console = Console()
    waiting = console.status("Everybody comes in and sits down ...")
    with refusing(), waiting, running_database(settings) as database:
        is_new = asyncio.run(_play(settings, database))
    console.print("Everybody is here." if is_new else "Everybody was here already.")
    console.print(_logins())
    start = {"name": CAST[0].name, "email": CAST[0].email, "password": PASSWORD}
    click.echo(NEXT.format(url=f"http://localhost:{settings.port}", **start), nl=False)


async def _play(settings: Settings, database: dict[str, Any]) -> bool:
    await make_ready(settings, database)
    runner = web.AppRunner(app.build(settings, database))
    await runner.setup()  # runs the application's parts, and listens nowhere
    try:
        return await play(runner.app)
    finally:
        await runner.cleanup()


def _logins() -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("who", "e-mail", "password"):
        table.add_column(name, no_wrap=True)
    table.add_column("what is to be seen")
    for person in PEOPLE:
        table.add_row(person.name, person.email, PASSWORD, person.about)
    return table
