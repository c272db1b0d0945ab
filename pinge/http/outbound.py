"""Requests of ours to where users say: to the public internet, and to nowhere inside.

Each address is judged where a socket is about to be made for it, after DNS and for every attempt,
so no name and no spelling of an address leads past it. Redirects are not followed, no proxy of the
environment is asked, and who answers slowly or endlessly is hung up on. Networks of one's own are
reached where PINGE_OUTBOUND_NETWORKS names them, and only they by plain http://.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import (
    AddrInfoType,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
    hdrs,
    web,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

import pinge
from pinge.config import SETTINGS, Network
from pinge.errors import BadRequest

LONGEST = 10.0  # seconds a request may take, from the name to the last byte of the answer
LARGEST_ANSWER = 16 * 2**10  # bytes that are read of one; the rest is left
AT_ONCE, AT_ONCE_TO_ONE = 64, 8  # connections
LOOKING_UP = 8  # names at once, in threads of their own: a slow DNS delays nothing else
LONGEST_URL = 2048  # characters
SCHEMES = ("http", "https")
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last four bytes
# Some clouds give out their secrets there; Python takes it for public before 3.11.10.
PROTOCOLS = IPv4Network("192.0.0.0/24")

Address = IPv4Address | IPv6Address


class Unreached(Exception):
    """No answer came; the message is fit for who gave the address."""


class _Refused(OSError):
    """The address is none we go to."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; the body is cut at what was to be read of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Sends requests for as long as the service runs."""

    def __init__(self, networks: tuple[Network, ...]) -> None:
        self._networks = networks
        self._names = _Names()
        self._sessions = {scheme: self._session(scheme == "https") for scheme in SCHEMES}

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send this there; Unreached where no answer comes, be it for what is refused here."""
        return await self._ask(hdrs.METH_POST, url, body, headers)

    async def get(self, url: str, *, most: int = LARGEST_ANSWER) -> Reply:
        """What is there, up to so many bytes; Unreached as above."""
        return await self._ask(hdrs.METH_GET, url, None, {}, most)

    async def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        most: int = LARGEST_ANSWER,
    ) -> Reply:
        where = self.checked(url)
        try:
            async with self._sessions[where.scheme].request(
                method, where, data=body, headers=headers, allow_redirects=False
            ) as response:
                return Reply(response.status, response.headers, await _beginning(response, most))
        except TimeoutError:
            raise Unreached("It took too long.") from None
        except (ClientError, OSError, ValueError) as error:
            is_refused = isinstance(getattr(error, "os_error", None), _Refused)
            raise Unreached(_REFUSED if is_refused else type(error).__name__) from None

    def checked(self, url: str) -> URL:
        """The URL, if it can be one to send to: BadRequest says what is wrong with it."""
        try:
            where = URL(url)
        except ValueError:
            raise BadRequest("This is not a URL.") from None
        schemes = SCHEMES if self._networks else ("https",)
        if len(url) > LONGEST_URL or where.scheme not in schemes or not where.host:
            raise BadRequest(f"This is not like {schemes[-1]}://example.org/path.")
        if where.user is not None or where.password is not None:
            raise BadRequest("A URL with a user or a password in it is not called.")
        return where

    async def close(self) -> None:
        """Hang up on all."""
        for session in self._sessions.values():
            await session.close()
        self._names.threads.shutdown(wait=False, cancel_futures=True)

    def _session(self, is_safe: bool) -> ClientSession:
        def socket_to(found: AddrInfoType) -> socket.socket:
            family, kind, protocol, _, where = found
            if not may_reach(ip_address(where[0]), self._networks, is_safe=is_safe):
                raise _Refused
            return socket.socket(family, kind, protocol)

        return ClientSession(
            connector=TCPConnector(
                resolver=self._names,
                socket_factory=socket_to,
                limit=AT_ONCE,
                limit_per_host=AT_ONCE_TO_ONE,
            ),
            timeout=ClientTimeout(total=LONGEST),
            headers={"User-Agent": f"Pinge/{pinge.__version__}"},
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,  # little can become much
        )


OUTBOUND = web.AppKey("OUTBOUND", Outbound)

_REFUSED = "This address is not reached from here."


def may_reach(address: Address, networks: tuple[Network, ...], *, is_safe: bool) -> bool:
    """Whether a socket may be made for this address; `is_safe` where TLS proves who is there."""
    inner = _inner(address)
    return any(inner in network for network in networks) or (is_safe and _is_public(inner))


async def outbound(app: web.Application) -> AsyncIterator[None]:
    """Be ready to send."""
    app[OUTBOUND] = Outbound(app[SETTINGS].outbound_networks)
    yield
    await app[OUTBOUND].close()


class _Names(AbstractResolver):
    """What the system's resolver knows, asked in threads that nobody else waits for."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(LOOKING_UP, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        def ask() -> list[tuple[int, int, int, str, tuple[str, int]]]:
            return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)  # type: ignore[return-value]

        found = await asyncio.get_running_loop().run_in_executor(self.threads, ask)
        return [
            ResolveResult(
                hostname=host,
                host=where[0],
                port=port,
                family=family,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for family, _, protocol, _, where in found
        ]

    async def close(self) -> None:
        """Both sessions ask this one: Outbound ends it."""


async def _beginning(response: ClientResponse, most: int) -> bytes:
    read = bytearray()
    async for piece in response.content.iter_chunked(LARGEST_ANSWER):
        read += piece
        if len(read) >= most:
            break
    return bytes(read[:most])


def _is_public(address: Address) -> bool:
    if address.is_multicast or address.is_reserved or address in PROTOCOLS:
        return False
    return address.is_global and not getattr(address, "is_site_local", False)


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to in the end, where it is of such a kind."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
