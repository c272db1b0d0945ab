"""A real PostgreSQL and a real Pinge for every test, started by the tests themselves.

One forgetful cluster a session, a migrated template, a fresh database for each test.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

from pinge.config import Settings
from pinge.database import migrations
from pinge.database.cluster import FORGETFUL, Cluster
from tests.broker import Broker
from tests.mailbox import Mailbox
from tests.oidc.provider import Provider
from tests.people import Pinge

ROOM = 512 * 2**20  # bytes: enough memory for some hundred small databases
TEMPLATE = "template_pinge"

Arguments = dict[str, Any]
Command = Callable[..., Awaitable[tuple[int | None, str, str]]]


def url_of(database: Arguments) -> str:
    """A database's connection arguments in one."""
    host, user = quote(database["host"], safe=""), database["user"]
    return f"postgresql://{user}@/{database['database']}?host={host}&port={database['port']}"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A few at a time, each with a cluster of its own; faults one after the other."""
    return 0 if config.getoption("markexpr") == "faults" else min(os.cpu_count() or 1, 4)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Arguments]:
    """Connection arguments of a cluster that forgets everything at a crash."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    home = Path(tempfile.mkdtemp(prefix="pinge-tests-", dir=memory if roomy else None))
    home.chmod(0o755)  # for the account that PostgreSQL runs as
    binaries = os.environ.get("PINGE_POSTGRES_BIN")
    try:
        with Cluster(
            home / "postgres", binaries=Path(binaries) if binaries else None, settings=FORGETFUL
        ) as arguments:
            yield arguments | {"database": "postgres"}
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def template(cluster: Arguments) -> str:
    """The name of a migrated database to make others of."""

    async def make() -> None:
        await _administer(cluster, f"CREATE DATABASE {TEMPLATE}")
        conn = await asyncpg.connect(**cluster | {"database": TEMPLATE})
        await migrations.migrate(conn)
        await conn.close()

    asyncio.run(make())
    return TEMPLATE


@pytest.fixture
async def database(cluster: Arguments, template: str) -> AsyncIterator[Arguments]:
    """A fresh migrated database."""
    name = f"test_{secrets.token_hex(4)}"
    await _administer(cluster, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield cluster | {"database": name}
    await _administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def blank_database(cluster: Arguments) -> AsyncIterator[Arguments]:
    """A fresh database without any schema."""
    name = f"blank_{secrets.token_hex(4)}"
    await _administer(cluster, f"CREATE DATABASE {name}")
    yield cluster | {"database": name}
    await _administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def db(database: Arguments) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the test's database."""
    conn = await asyncpg.connect(**database)
    yield conn
    await conn.close()


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A NATS server."""
    running = Broker()
    yield running
    running.stop()


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """An SMTP server; what takes mail there says so in its settings."""
    running = Mailbox()
    await running.start()
    yield running
    running.stop()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """An OpenID provider, at which people have another account."""
    async with Provider() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for tests: cheap passwords, no limits; override the fixture to change them."""
    return Settings(home=tmp_path, bcrypt_cost=4, rate_limits=False)


@pytest.fixture
async def pinge(settings: Settings, database: Arguments) -> AsyncIterator[Pinge]:
    """A running Pinge, and people to talk through it."""
    async with Pinge.running(settings, database) as running:
        yield running


@pytest.fixture
async def server_url(pinge: Pinge) -> str:
    """Where it runs."""
    return pinge.url


@pytest.fixture
def command(database: Arguments, settings: Settings) -> Command:
    """Run `pinge` as an operator would, on the test's database; its exit code and words."""
    home = {"PINGE_HOME": str(settings.home), "PINGE_BCRYPT_COST": "4"}
    given = {"DATABASE_URL": url_of(database), **home}

    async def run(*arguments: str, **environment: str) -> tuple[int | None, str, str]:
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pinge", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **given, **environment},
            cwd=settings.home,
        )
        printed, complained = await command.communicate()
        return command.returncode, printed.decode(), complained.decode()

    return run


async def _administer(cluster: Arguments, statement: str) -> None:
    conn = await asyncpg.connect(**cluster)
    try:
        await conn.execute(statement)
    finally:
        await conn.close()
