"""What operators ask: does it run, can it serve, how much does it do."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest

import pinge as package
from tests.people import Pinge


@pytest.fixture
async def road(database, tmp_path):
    """A road to PostgreSQL that can be cut."""
    async with Road.built(database, tmp_path) as built:
        yield built


class Road:
    """Passes bytes on between Pinge and PostgreSQL until it is cut."""

    def __init__(self, database, folder):
        self._target = f"{database['host']}/.s.PGSQL.{database.get('port', 5432)}"
        self._entry = str(folder / ".s.PGSQL.5432")
        self.database = database | {"host": str(folder), "port": 5432}
        self._travellers: set[asyncio.StreamWriter] = set()

    @classmethod
    @contextlib.asynccontextmanager
    async def built(cls, database, folder):
        road = cls(database, folder)
        await road.open()
        yield road
        await road.cut()

    async def open(self):
        self._server = await asyncio.start_unix_server(self._travel, self._entry)

    async def cut(self):
        self._server.close()
        for writer in self._travellers:
            writer.transport.abort()
        self._travellers.clear()

    async def _travel(self, reader, writer):
        far_reader, far_writer = await asyncio.open_unix_connection(self._target)
        self._travellers |= {writer, far_writer}
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader, writer):
        while read := await reader.read(65_536):
            writer.write(read)
            await writer.drain()
        writer.close()


async def test_the_service_says_what_it_is(pinge):
    answer = await pinge.call("GET", "/")

    assert (answer.status, answer.data["status"]) == (200, "healthy")
    assert set(answer.data) == {"message", "version", "status"}
    assert answer.data["version"] == package.__version__


async def test_health_says_how_it_runs(pinge):
    answer = await pinge.call("GET", "/health")

    assert answer.status == 200
    assert answer.data == {"status": "healthy", "environment": "dev", "rate_limits": "off"}


async def test_a_running_pinge_is_alive_and_ready(pinge):
    assert (await pinge.call("GET", "/health/live")).status == 200
    assert (await pinge.call("GET", "/health/ready")).status == 200


async def test_while_postgresql_is_away_pinge_lives_and_is_not_ready(settings, road):
    async with Pinge.running(settings, road.database) as pinge:
        ann = await pinge.person("ann")
        await road.cut()

        for path in ("/health/ready", "/contacts/"):
            away = await ann.get(path)
            assert (away.status, away.code) == (503, "unavailable"), path
            assert int(away.headers["Retry-After"]) >= 1
        login = {"username": ann.email, "password": "x"}
        assert (await pinge.call("POST", "/authentication/login", data=login)).status == 503
        assert (await pinge.call("GET", "/health/live")).status == 200
        assert (await pinge.call("GET", "/health")).status == 200

        await road.open()
        assert (await ann.get("/health/ready")).status == 200
        assert (await ann.get("/contacts/")).status == 200


async def test_figures_count_requests_by_route_and_never_by_id(pinge):
    ann = await pinge.person("ann")
    await ann.get(f"/messages/direct/{ann.user_id}")
    await ann.get("/nowhere/at/all")
    await pinge.call("PROPFIND", "/health")

    figures = (await pinge.call("GET", "/metrics")).body

    assert 'route="/messages/direct/{contact_id}"' in figures
    assert 'route="unknown"' in figures
    assert 'method="other"' in figures
    assert ann.user_id not in figures
    assert "nowhere" not in figures


async def test_prod_hides_the_pages_for_developers(settings, database):
    async with Pinge.running(replace(settings, environment="prod"), database) as pinge:
        for path in ("/docs", "/redoc", "/openapi.json", "/docs/openapi.json", "/docs/ui/"):
            answer = await pinge.call("GET", path)
            assert (answer.status, answer.code) == (404, "not_found"), path
        assert (await pinge.call("GET", "/health")).data["environment"] == "prod"
