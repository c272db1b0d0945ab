"""SIGTERM: nobody is cut off who need not be, and nobody holds the process up."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from tests.people import Pinge
from tests.serving.process import Served
from tests.serving.stalled import stalled

IN_TIME = 10.0  # seconds, the promise


def database_processes(home: Path) -> list[int]:
    """Those of the home's PostgreSQL, all of which live in its data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == home / "postgres" / "data":
                found.append(int(process.name))
        except OSError:
            continue
    return found


@contextmanager
def frozen(home: Path) -> Iterator[None]:
    """A PostgreSQL that takes connections and answers nobody."""
    pids = database_processes(home)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def became_unready(served: Pinge):
    """Ask until the process says that it is about to go."""
    while (answer := await served.call("GET", "/health/ready")).status == 200:
        pass
    return answer


async def test_who_is_about_to_go_says_so_while_it_still_listens(served):
    served.process.send_signal(signal.SIGTERM)

    answer = await became_unready(served)

    assert (answer.status, answer.code) == (503, "unavailable")
    assert answer.headers["Connection"] == "close"
    assert await served.gone() == 0


async def test_sockets_are_told_when_to_come_back_and_new_ones_to_go_elsewhere(served):
    ann, bob = await served.people("ann", "bob")
    sockets = [await ann.live(), await bob.plain()]
    served.process.send_signal(signal.SIGTERM)
    await became_unready(served)

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await bob.plain()
    last = [await heard.ws.receive(5) for heard in sockets]

    assert refused.value.status == 503
    assert [frame.data for frame in last] == [1012, 1012]
    hints = [float(frame.extra.removeprefix("Restarting: retry_after=")) for frame in last]
    assert all(1 <= hint <= 2 for hint in hints)
    assert await served.gone() == 0


async def test_a_request_under_way_is_answered(served, home):
    ann, bob = await served.friends("ann", "bob")
    conn = await asyncpg.connect(host=str(home / "postgres"), user="pinge", database="pinge")
    async with conn.transaction():
        await conn.execute("LOCK TABLE messages IN EXCLUSIVE MODE")
        sending = asyncio.create_task(ann.write(bob, "Until tomorrow!"))
        while not await conn.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            pass
        served.process.send_signal(signal.SIGTERM)
        await became_unready(served)
    await conn.close()

    assert (await sending).status == 201
    assert await served.gone() == 0


async def test_stalled_readers_hold_nobody_up(served):
    ann, bob = await served.friends("ann", "bob")
    idle = [await stalled(bob) for _ in range(30)]
    await asyncio.gather(*(ann.write(bob, "x" * 8000) for _ in range(100)))

    code, seconds = await served.told_to_leave()

    assert code == 0
    assert seconds < IN_TIME
    for raw in idle:
        raw.close()


async def test_a_second_signal_ends_it_at_once_and_its_database_too(folder):
    async with Served.running(folder / "hurried") as served:
        served.process.send_signal(signal.SIGTERM)
        await became_unready(served)
        served.process.send_signal(signal.SIGTERM)

        assert await served.gone() == 1
        assert database_processes(folder / "hurried") == []


async def test_the_database_of_its_own_is_stopped(folder):
    async with Served.running(folder / "own") as served:
        assert (await served.call("GET", "/health/ready")).status == 200

        assert (await served.told_to_leave(signal.SIGINT))[0] == 0
        assert database_processes(folder / "own") == []


@pytest.mark.slow
async def test_a_frozen_database_holds_nobody_up_and_is_left_to_the_next_start(folder):
    async with Served.running(folder / "frozen") as served:
        ann, bob = await served.friends("ann", "bob")
        with frozen(folder / "frozen"):
            sending = [asyncio.create_task(ann.write(bob, "Hello")) for _ in range(20)]

            _, seconds = await served.told_to_leave()

            assert seconds < IN_TIME
            assert {answer.status for answer in await asyncio.gather(*sending)} == {503}

    async with Served.running(folder / "frozen") as served:
        assert (await served.told_to_leave())[0] == 0
    assert database_processes(folder / "frozen") == []
