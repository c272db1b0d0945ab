"""`pinge bench`: what a running server carries."""

from __future__ import annotations

import asyncio
import resource
import sys
from functools import partial
from typing import Any

import click
from rich.console import Console

from pinge.bench import report
from pinge.bench.crowd import Crowd
from pinge.bench.link import Address, HttpLink, LinkError
from pinge.bench.progress import Watching
from pinge.bench.scenarios import SCENARIOS
from pinge.bench.server import Server
from pinge.bench.stage import Sizes, Skipped, Stage

SECONDS = click.FloatRange(min=0.1)
_count = partial(click.option, type=click.IntRange(min=1), metavar="N")


class LimitsAreOn(click.ClickException):
    """The server holds back whoever asks too much of it, which is all this does."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__(
            "This server's rate limits are on, and would be all there is to measure: "
            "start it with PINGE_RATE_LIMITS=off."
        )


def _scenarios(ctx: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    if value is None:
        return tuple(SCENARIOS)
    asked = {name.strip() for name in value.split(",")}
    if unknown := asked - SCENARIOS.keys():
        raise click.BadParameter(f"no such scenario: {', '.join(sorted(unknown))}")
    return tuple(name for name in SCENARIOS if name in asked)


def _group_sizes(ctx: click.Context, option: click.Parameter, value: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(size) for size in value.split(","))
    except ValueError:
        raise click.BadParameter("numbers separated by commas, please") from None
    if min(sizes) < 2:
        raise click.BadParameter("a group needs two members to talk in")
    return sizes


def _address(ctx: click.Context, argument: click.Parameter, value: str) -> Address:
    try:
        return Address.parse(value)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from None


def _far(ctx: click.Context, option: click.Parameter, value: str | None) -> Address | None:
    return None if value is None else _address(ctx, option, value)


@click.command(
    epilog=f"Scenarios: {', '.join(SCENARIOS)}.", context_settings={"show_default": True}
)
@click.argument("address", metavar="[URL]", default="http://localhost:8000", callback=_address)
@click.option(
    "--only", callback=_scenarios, metavar="NAMES", help="These scenarios, say direct-w1,history."
)
@click.option("--seconds", default=5.0, type=SECONDS, metavar="S", help="For each measurement.")
@_count("--pairs", default=50, help="Pairs who write to each other.")
@click.option("--groups", default="100,500", callback=_group_sizes, help="Members of each.")
@_count("--depth", default=100_000, help="Messages back in the history.")
@_count("--conversations", default=200, help="In the unread summary, the overview and the search.")
@_count("--connects", default=500, help="Sockets opened in a row.")
@_count("--idle", default=1_000, help="Sockets that only listen.")
@_count("--old", default=200_000, help="Messages that fill the tables.")
@_count("--logins", default=20, help="At the same instant.")
@_count("--storm", default=2_000, help="Devices that come back at once.")
@click.option(
    "--far", callback=_far, metavar="URL", help="Another process of this Pinge, for the receivers."
)
@_count("--pid", help="The server, if it is not found by its port.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and no table.")
def bench(
    address: Address,
    far: Address | None,
    only: tuple[str, ...],
    pid: int | None,
    as_json: bool,
    **sizes: Any,
) -> None:
    """Measure the running server at URL (http://localhost:8000) from outside.

    It registers accounts of its own and leaves them, and a few hundred thousand messages, behind:
    point it at a throw-away database, with PINGE_RATE_LIMITS=off and, but for the logins,
    PINGE_BCRYPT_COST=4. Give server and bench a core each; where the bench's own is full, a figure
    is marked and does not count.
    """
    _raise_file_limit()
    with Watching(Console(stderr=True)) as watching:
        ends = (address, far or address)
        stage = asyncio.run(_run(ends, Sizes(**sizes), only, pid, watching))
    if as_json:
        click.echo(report.as_json(stage))
    else:
        report.print_table(Console(), stage)
    sys.exit(1 if stage.failed else 0)


async def _run(
    ends: tuple[Address, Address],
    sizes: Sizes,
    names: tuple[str, ...],
    pid: int | None,
    watching: Watching,
) -> Stage:
    address, far = [await _reached(end) for end in ends]
    server, crowd = Server.find(address, pid), Crowd(address, watching)
    if far != address and server is not None and (other := Server.find(far, None)) is not None:
        server = Server(server.pids + other.pids)
    stage = Stage(address, far, sizes, server, watching, crowd)
    for name in names:
        try:
            stage.figures.extend(await SCENARIOS[name](stage, name))
        except Skipped as reason:
            stage.skipped[name] = str(reason)
        except (LinkError, OSError) as reason:
            stage.failed[name] = str(reason) or "an answer took too long"
    return stage


async def _reached(address: Address) -> Address:
    try:
        resolved = await address.resolved()
        await _refuse_limits(resolved)
    except (LinkError, OSError) as error:
        raise click.ClickException(f"No Pinge answers at {address}: {error}") from error
    return resolved


async def _refuse_limits(address: Address) -> None:
    link = await HttpLink.open(address)
    try:
        health = await link.ask("GET", "/health")
    finally:
        link.close()
    if health.get("rate_limits") == "on":
        raise LimitsAreOn


def _raise_file_limit() -> None:
    """A socket is a file, and the usual limit of 1,024 of them is meant for less than this."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
