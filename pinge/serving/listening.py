"""The sockets that clients come to."""

from __future__ import annotations

import socket

from pinge.config import Settings

UNHEARD = 30_000  # milliseconds that what we sent may go unacknowledged: then the peer is gone
BACKLOG = 1024  # clients that may wait to be accepted: all come back at once after a restart

Address = tuple[str, int]


def listeners(settings: Settings) -> list[socket.socket]:
    """A bound socket for every address of the host.

    Raises OSError, with the address, when somebody else has it.
    """
    found: list[socket.socket] = []
    try:
        for family, address in _addresses(settings.host, settings.port):
            found.append(_bound(family, address))
    except OSError:
        for listener in found:
            listener.close()
        raise
    return found


def places(settings: Settings) -> list[socket.socket]:
    """As listeners, but each only keeps its place: processes of ours may bind one there too."""
    found = []
    for listener in listeners(settings):  # nobody else may have the address, not even to share
        with listener:
            family, address = listener.family, listener.getsockname()[:2]
        found.append(_bound(family, address, shared=True))
    return found


def shared_listener(place: socket.socket) -> socket.socket:
    """One of several at a place: the kernel deals new connections out to those that listen."""
    return _bound(place.family, place.getsockname()[:2], shared=True)


def url(listener: socket.socket) -> str:
    """Where clients reach it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, Address]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    # An IPv6 address has two more parts, which say nothing here.
    return list(dict.fromkeys((family, (str(a[0]), int(a[1]))) for family, _, _, _, a in found))


def _bound(
    family: socket.AddressFamily, address: Address, *, shared: bool = False
) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # on Linux; what is accepted inherits it
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{address[0]} port {address[1]}: {error.strerror}") from None
    return listener
