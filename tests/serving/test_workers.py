"""`pinge serve --workers`: several processes that are one Pinge."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from tests.serving.process import PATIENCE, Served

TWO = ("--workers", "2")

together = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crew(home):
    """Two processes that serve, for tests that leave them as they were."""
    async with Served.running(home, *TWO) as processes:
        yield processes


@pytest.fixture
async def served(home):
    """Two processes that serve."""
    async with Served.running(home, *TWO) as processes:
        yield processes


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def until(reached):
    """Wait for something that another process does."""
    async with asyncio.timeout(PATIENCE):
        while not reached():
            await asyncio.sleep(0.02)


async def figure(pinge, name):
    """What one of the workers tells, on a connection of its own."""
    figures = (await pinge.call("GET", "/metrics", headers={"Connection": "close"})).body
    return float(re.search(rf"^{name} (.+)", figures, re.MULTILINE)[1])


@together
async def test_what_is_said_at_one_is_heard_at_all(crew):
    ann, bob = await crew.friends("ann", "bob")
    sockets = [await bob.live() for _ in range(12)]

    for n in range(4):
        await ann.write(bob, f"{n}")

    for heard in sockets:
        told = [(await heard.next("new_direct_message"))["data"]["content"] for _ in range(4)]
        assert told == ["0", "1", "2", "3"]


@together
async def test_a_logout_at_one_closes_the_sockets_at_all(crew):
    ann = await crew.person("ann")
    sockets = [await ann.live() for _ in range(12)]

    await ann.post("/authentication/logout")

    assert {await heard.closed() for heard in sockets} == {4401}


@together
async def test_any_of_them_tells_the_figures_of_all(crew):
    ann = await crew.person("ann")
    before = await figure(crew, "pinge_sockets")
    for _ in range(12):
        await ann.live()

    assert {await figure(crew, "pinge_sockets") for _ in range(6)} == {before + 12}
    assert {await figure(crew, "pinge_bus_up") for _ in range(6)} == {1}


@together
async def test_a_port_that_is_taken_is_named(crew, home):
    port = crew.url.rpartition(":")[2]

    for options in ((), TWO):
        with pytest.raises(AssertionError, match=f"127.0.0.1 port {port}: Address already in use"):
            async with Served.running(home, *options, PINGE_PORT=port):
                pass


async def test_all_leave_in_order(served):
    ann = await served.person("ann")
    sockets = [await ann.live() for _ in range(6)]

    code, seconds = await served.told_to_leave()

    assert {await heard.closed() for heard in sockets} == {1012}
    assert (code, seconds < 10) == (0, True)
    assert not any(is_alive(pid) for pid in served.workers)


async def test_workers_that_are_killed_are_replaced_and_their_sockets_counted_no_more(served):
    ann, bob = await served.friends("ann", "bob")
    await ann.live()
    for pid in served.workers:
        os.kill(pid, signal.SIGKILL)

    await until(lambda: len(served.workers) == 4)

    assert {(await ann.write(bob, "Hello")).status for _ in range(10)} == {201}
    assert await figure(served, "pinge_sockets") == 0


async def test_workers_leave_when_their_parent_is_killed_and_the_next_start_takes_over(folder):
    home = folder / "orphaned"
    async with Served.running(home, *TWO) as served:
        ann = await served.person("ann")
        socket = await ann.live()
        served.process.kill()
        assert await socket.closed() == 1012
        await until(lambda: not any(is_alive(pid) for pid in served.workers))

    async with Served.running(home) as after:
        ann.pinge = after
        assert (await ann.get("/authentication/me")).status == 200
        assert (await after.told_to_leave())[0] == 0


async def test_a_second_signal_ends_all_at_once(served):
    served.process.send_signal(signal.SIGTERM)
    await until(lambda: "leaving" in served.log)
    served.process.send_signal(signal.SIGTERM)

    assert await served.gone() == 1
    await until(lambda: not any(is_alive(pid) for pid in served.workers))


async def test_every_line_of_the_log_is_ours(folder):
    prod = {"PINGE_ENVIRONMENT": "prod", "PINGE_BCRYPT_COST": "10"}
    async with Served.running(folder / "prod", *TWO, **prod) as served:
        os.kill(served.workers[0], signal.SIGKILL)
        await until(lambda: len(served.workers) == 3)
        await served.told_to_leave()

    lines = [orjson.loads(line) for line in served.said]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
