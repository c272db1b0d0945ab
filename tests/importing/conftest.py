"""Originals to bring in, and empty databases to bring them into."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest
from click.testing import CliRunner

from pinge.importing.command import import_original
from tests.conftest import url_of
from tests.importing.crowd import Crowd


@dataclass
class Run:
    """What a command came to."""

    code: int
    said: str
    complained: str


class Importer:
    """Runs the command as an operator does: to its end, or in a process that can be killed."""

    def __init__(self, home):
        self.home = home

    def given(self, target):
        """The environment."""
        home = {"PINGE_HOME": str(self.home), "COLUMNS": "160"}
        return {**os.environ, **home, "DATABASE_URL": url_of(target)}

    async def start(self, original, target, *options):
        """A process of its own."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pinge", "import", url_of(original), *options),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=self.given(target),
            cwd=self.home,
        )

    async def run(self, original, target, *options):
        """What it came to; the original may be a URL."""
        url = original if isinstance(original, str) else url_of(original)
        arguments = [url, "--report", str(self.report), *options]
        runner = CliRunner(env=self.given(target))
        result = await asyncio.to_thread(runner.invoke, import_original, arguments)
        return Run(result.exit_code, result.stdout, result.stderr)

    @property
    def report(self):
        """Where it names what did not fit."""
        return self.home / "named" / "report.csv"


@pytest.fixture
def importer(tmp_path):
    return Importer(tmp_path)


@pytest.fixture(scope="module")
def made(cluster):
    """Makes databases that are gone when the module is done: empty ones, or like another."""
    names = []

    async def administer(statement):
        conn = await asyncpg.connect(**cluster)
        await conn.execute(statement)
        await conn.close()

    async def make(template="template0"):
        names.append(f"import_{secrets.token_hex(4)}")
        await administer(f"CREATE DATABASE {names[-1]} TEMPLATE {template} STRATEGY FILE_COPY")
        return cluster | {"database": names[-1]}

    yield make
    for name in names:
        asyncio.run(administer(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="module")
def crowd():
    """Who is in the original; override it for others."""
    return Crowd()


@pytest.fixture(scope="module")
def original(made, crowd):
    """The original's database, with its crowd in it."""

    async def make():
        arguments = await made()
        async with connected(arguments) as conn:
            name = arguments["database"]
            await conn.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Kolkata'")
            await crowd.settle(conn)
        return arguments

    return asyncio.run(make())


@asynccontextmanager
async def connected(arguments):
    conn = await asyncpg.connect(**arguments)
    try:
        yield conn
    finally:
        await conn.close()


# When something was begun or done here, and what each process finds anew.
OWN = {"schema_migrations", "epochs", "nodes"}


async def contents(arguments):
    """Every row of every table, as one text each, but for when the import was made."""
    async with connected(arguments) as conn:
        tables = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = {
            name: await conn.fetch(f"SELECT to_jsonb(t)::text FROM {name} AS t ORDER BY 1")
            for (name,) in tables
            if name not in OWN
        }
    stamp = re.compile(r'"(begun_at|finished_at)": "[^"]*"')
    return {name: [stamp.sub("", row[0]) for row in rows] for name, rows in found.items()}
