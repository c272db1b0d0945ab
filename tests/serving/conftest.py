"""One home for a module: its PostgreSQL is kept running between the processes that use it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pinge.database.cluster import FORGETFUL, Cluster
from tests.serving.process import Served


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where the database's account can go too."""
    with tempfile.TemporaryDirectory(prefix="pinge-serving-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def home(folder: Path) -> Iterator[Path]:
    """A home with a database that others use too."""
    programs = os.environ.get("PINGE_POSTGRES_BIN")
    binaries = Path(programs) if programs else None
    with Cluster(folder / "postgres", binaries=binaries, settings=FORGETFUL):
        yield folder


@pytest.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    """A process that serves."""
    async with Served.running(home) as process:
        yield process
