"""Where a request comes from, seen through the proxies that are trusted."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

from pinge.config import SETTINGS, Network

NEIGHBOURS = 64  # bits: the least an IPv6 customer gets, so the least that is one customer

Address = IPv4Address | IPv6Address


def client_address(request: web.Request) -> str:
    """The nearest address that is not a trusted proxy's; IPv6 by its /64."""
    trusted = request.app[SETTINGS].trusted_proxies
    address = _parsed(request.remote or "")
    if address is None:
        return "unknown"
    # A proxy may add a line of its own below the client's.
    told = request.headers.getall("X-Forwarded-For", []) if trusted else []
    hops = [hop for line in told for hop in line.split(",")]
    while hops and _among(address, trusted):
        before = _parsed(hops.pop().strip())
        if before is None:  # somebody wrote nonsense: believe the last hop that was an address
            break
        address = before
    return _grouped(address)


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _among(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _grouped(address: Address) -> str:
    if address.version == 4:
        return str(address)
    return str(IPv6Address(int(address) >> NEIGHBOURS << NEIGHBOURS))
