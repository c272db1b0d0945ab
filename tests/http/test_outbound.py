"""Requests of ours reach what is public, what the operator named, and nothing else."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address, ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pinge.errors import BadRequest
from pinge.http import outbound
from pinge.http.outbound import Outbound, Unreached

HERE = (ip_network("127.0.0.0/8"),)
REFUSED = "This address is not reached from here."


@pytest.fixture
async def heard():
    """What arrived at the endpoint."""
    return []


@pytest.fixture
async def endpoint(heard):
    """A server on loopback that answers in the manner its path names."""

    async def answer(request):
        heard.append((request.path, await request.read(), request.headers))
        if request.path == "/endless":
            return web.Response(body=b"x" * 5 * outbound.LARGEST_ANSWER)
        if request.path == "/elsewhere":
            raise web.HTTPFound("/")
        if request.path == "/never":
            await asyncio.Event().wait()
        return web.Response(text="Thanks.", headers={"Retry-After": "7"})

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        yield server


@pytest.fixture
async def to_here():
    """Sends to loopback as well."""
    sending = Outbound(HERE)
    yield sending
    await sending.close()


@pytest.fixture
async def to_public():
    """Sends to the public internet alone."""
    sending = Outbound(())
    yield sending
    await sending.close()


async def test_a_network_that_is_named_is_reached(to_here, endpoint, heard):
    reply = await to_here.post(str(endpoint.make_url("/a")), b"Hello", {"X-Kind": "greeting"})

    assert (reply.status, reply.body, reply.headers["Retry-After"]) == (200, b"Thanks.", "7")
    [(path, body, headers)] = heard
    assert (path, body, headers["X-Kind"]) == ("/a", b"Hello", "greeting")
    assert headers["User-Agent"].startswith("Pinge/")


INSIDE = [
    *("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::1]", "[::]"),
    *("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
]


@pytest.mark.parametrize("host", INSIDE)
async def test_no_spelling_of_this_machine_is_reached(to_public, endpoint, heard, host):
    with pytest.raises(Unreached, match=f"{REFUSED}|InvalidUrl"):
        await to_public.post(f"https://{host}:{endpoint.port}/", b"", {})

    assert heard == []


@pytest.mark.parametrize(
    "address",
    [
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.192"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
        *("fe80::1", "fe80::1%lo", "fec0::1", "fd00::1", "ff02::1", "2001:db8::1", "2001::1"),
        *("::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::"),
    ],
)
def test_what_is_not_public_is_not_reached(address):
    assert not outbound.may_reach(ip_address(address), (), is_safe=True)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::808:808"])
def test_what_is_public_is_reached_but_not_by_plain_http(address):
    assert outbound.may_reach(ip_address(address), (), is_safe=True)
    assert not outbound.may_reach(ip_address(address), HERE, is_safe=False)


async def test_a_name_of_several_addresses_leads_to_none_inside(monkeypatch, endpoint, heard):
    """As a DNS answers that changes its mind: 192.0.2.1 first, and then this machine."""

    def found(*_asked):
        inside = [("192.0.2.1", endpoint.port), ("127.0.0.1", endpoint.port)]
        return [(2, 1, 6, "", address) for address in inside]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", found)
    sending = Outbound(())

    with pytest.raises(Unreached, match=REFUSED):
        await sending.post(f"https://rebinding.example:{endpoint.port}/", b"", {})

    assert heard == []
    await sending.close()


async def test_a_redirect_is_an_answer_and_not_followed(to_here, endpoint, heard):
    reply = await to_here.post(str(endpoint.make_url("/elsewhere")), b"", {})

    assert reply.status == 302
    assert [path for path, *_ in heard] == ["/elsewhere"]


async def test_an_endless_answer_is_cut(to_here, endpoint):
    reply = await to_here.post(str(endpoint.make_url("/endless")), b"", {})

    assert len(reply.body) == outbound.LARGEST_ANSWER


async def test_what_is_fetched_is_as_long_as_it_may_be(to_here, endpoint):
    reply = await to_here.get(str(endpoint.make_url("/endless")), most=40_000)

    assert reply.body == b"x" * 40_000


async def test_who_never_answers_is_hung_up_on(monkeypatch, endpoint):
    monkeypatch.setattr(outbound, "LONGEST", 0.1)
    sending = Outbound(HERE)

    with pytest.raises(Unreached, match="too long"):
        await sending.post(str(endpoint.make_url("/never")), b"", {})

    await sending.close()


async def test_who_is_not_there_is_not_reached(to_here, unused_tcp_port):
    with pytest.raises(Unreached, match="ClientConnectorError"):
        await to_here.post(f"http://127.0.0.1:{unused_tcp_port}/", b"", {})


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "nowhere",
            "ftp://a.example/",
            "//a.example/",
            "https://",
            "https://[::1",
            "file:///x",
        ),
        *("https://user@a.example/", "https://:word@a.example/", "https://a.example:99999/"),
        "https://a.example/" + "x" * outbound.LONGEST_URL,
    ],
)
async def test_what_is_no_url_to_send_to_is_refused(to_here, url):
    with pytest.raises(BadRequest):
        to_here.checked(url)


async def test_plain_http_is_for_named_networks_alone(to_here, to_public):
    with pytest.raises(BadRequest, match="https://"):
        to_public.checked("http://a.example/")

    assert str(to_here.checked("http://a.example/")) == "http://a.example/"
