"""An embedded PostgreSQL that dies under a running Pinge comes back by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import threading
from contextlib import ExitStack

import asyncpg
import pytest
from structlog.testing import capture_logs

from pinge.database.cluster import FORGETFUL, Cluster
from pinge.database.guard import guarded
from tests.database.servers import OwnServer, living, open_folder, server_pid, until

REVIVED = 10.0  # seconds; on an idle machine it is half of one


@pytest.fixture(scope="module")
def made():
    """A home whose server was started once, and stopped."""
    with open_folder() as folder:
        with Cluster(folder / "made", settings=FORGETFUL):
            pass
        yield folder / "made"


@pytest.fixture
def home(made):
    with open_folder() as folder:
        subprocess.run(["cp", "-a", made, folder / "postgres"], check=True)
        yield folder / "postgres"


async def until_it_answers(arguments):
    async with asyncio.timeout(REVIVED):
        while True:
            try:
                conn = await asyncpg.connect(**arguments)
                break
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(0.01)
    assert await conn.fetchval("SELECT 1") == 1
    await conn.close()


async def test_it_is_revived_and_said_in_two_lines(home):
    with capture_logs() as lines, OwnServer.running(home) as server:
        with guarded(server.cluster):
            server.kill()
            await until_it_answers(server.arguments)
        server.kill()

    assert [line["event"] for line in lines] == ["PostgreSQL died", "PostgreSQL runs again"]
    assert living(home) == set()


async def test_of_many_that_look_after_it_one_revives_it(home):
    with ExitStack() as stack:
        clusters = [Cluster(home) for _ in range(4)]
        arguments = [stack.enter_context(cluster) for cluster in clusters]
        for cluster in clusters:
            stack.enter_context(guarded(cluster))
        for _ in range(3):
            OwnServer(clusters[0], arguments[0]).kill()
            await until_it_answers(arguments[0])
        assert server_pid(home) in living(home)
    assert living(home) == set()
    assert not [one for one in threading.enumerate() if one.name == "postgres-guard"]


async def test_what_keeps_it_from_starting_is_said_once_until_it_is_gone(home, monkeypatch):
    monkeypatch.setattr("pinge.database.guard.BACK_OFF", 0.05)
    setting = home / "data" / "postgresql.auto.conf"
    with capture_logs() as lines, OwnServer.running(home) as server, guarded(server.cluster):
        setting.write_text("no_such_setting = 1\n")
        server.kill()
        await until(lambda: (home / "postgres.log").read_text().count("no_such_setting") > 2)
        setting.write_text("")
        await until_it_answers(server.arguments)

    said = [line["event"] for line in lines]
    assert said == [
        "PostgreSQL died",
        "PostgreSQL does not start, and is tried again",
        "PostgreSQL runs again",
    ]
    assert "no_such_setting" in lines[1]["why"]


async def test_data_that_is_gone_is_waited_for_and_not_begun_anew(home):
    with capture_logs() as lines, OwnServer.running(home) as server, guarded(server.cluster):
        pid = server_pid(home)
        (home / "data").rename(home / "elsewhere")
        os.kill(pid, signal.SIGKILL)
        await until(lambda: len(lines) > 1)
        (home / "elsewhere").rename(home / "data")
        await until_it_answers(server.arguments)

    assert "is gone" in lines[1]["why"]
