"""Headers have ten seconds to arrive (here: less), and who dawdles is in nobody's way."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, web

from pinge import app
from pinge.serving import connections
from pinge.serving.runner import Runner
from tests.people import PATIENCE, Pinge

GET = b"GET /health/live HTTP/1.1\r\nHost: pinge\r\n"


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    monkeypatch.setattr(connections, "HEADERS_DEADLINE", 0.2)
    monkeypatch.setattr(connections, "LOOK_EVERY", 0.02)


@pytest.fixture
async def watched(settings, database):
    """A Pinge that is run as `pinge serve` runs it."""
    runner = Runner(app.build(settings, database), linger=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with ClientSession() as client:
        yield Pinge(runner.app, "http://{}:{}".format(*runner.addresses[0]), client)
    await runner.cleanup()


@asynccontextmanager
async def connection(pinge):
    """A connection that says just what the test says."""
    address = urlsplit(pinge.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    yield reader, writer
    writer.close()


async def cut_off(reader):
    """Wait until the server has closed; what it said before."""
    async with asyncio.timeout(PATIENCE):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def drip(writer):
    """Send another header byte by byte, for as long as it is listened to."""
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("said", [b"", b"G", GET, GET + b"X-Long: "])
async def test_who_does_not_finish_the_headers_is_cut_off(watched, said):
    async with connection(watched) as (reader, writer):
        writer.write(said)
        assert await cut_off(reader) == b""


async def test_a_byte_now_and_then_buys_no_time(watched):
    async with connection(watched) as (reader, writer):
        writer.write(GET + b"X-Long: ")
        dripping = asyncio.create_task(drip(writer))
        assert await cut_off(reader) == b""
        writer.close()
        await dripping


async def test_the_next_request_on_a_connection_has_as_long(watched):
    async with connection(watched) as (reader, writer):
        writer.write(GET + b"\r\n")
        assert b"200 OK" in await reader.readuntil(b"}}")
        writer.write(GET)
        assert await cut_off(reader) == b""


async def test_between_two_requests_a_connection_may_rest(watched):
    async with connection(watched) as (reader, writer), connection(watched) as (other, _):
        writer.write(GET + b"\r\n")
        await reader.readuntil(b"}}")
        await cut_off(other)

        writer.write(GET + b"\r\n")
        assert b"200 OK" in await reader.readuntil(b"}}")


async def test_a_body_and_a_socket_are_no_headers(watched):
    ann = await watched.person("ann")
    live = await ann.live()
    async with connection(watched) as (reader, writer), connection(watched) as (other, _):
        writer.write(
            b"POST /authentication/register_user HTTP/1.1\r\nHost: pinge\r\n"
            b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{"
        )
        await cut_off(other)

        writer.write(b"}")
        assert b"422" in await reader.readline()
        assert (await live.ask("ping"))["event"] == "ack"


async def test_a_body_that_nobody_waited_for_is_no_headers_either(watched):
    async with connection(watched) as (reader, writer), connection(watched) as (other, _):
        writer.write(b"POST /messages/direct HTTP/1.1\r\nHost: pinge\r\nContent-Length: 2\r\n\r\n")
        assert b"401" in await reader.readuntil(b"}")
        writer.write(b"{}")
        await cut_off(other)

        writer.write(GET + b"\r\n")
        assert b"200 OK" in await reader.readuntil(b"}}")


async def test_hundreds_of_slow_connections_are_in_nobodys_way(watched):
    slow = [connection(watched) for _ in range(500)]
    opened = [await one.__aenter__() for one in slow]
    for _, writer in opened:
        writer.write(GET)

    assert (await watched.call("GET", "/health/live")).status == 200
    assert {await cut_off(reader) for reader, _ in opened} == {b""}
    for _, writer in opened:
        writer.close()


def test_aiohttp_still_has_the_private_names_that_this_leans_on():
    assert hasattr(web.AppRunner, "_make_server")
    for name in ("_current_request", "_messages", "_waiter", "_task_handler", "_loop"):
        assert hasattr(web.RequestHandler, name), name
