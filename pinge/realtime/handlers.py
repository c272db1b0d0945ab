"""GET /ws, the one WebSocket endpoint, and the tickets that open it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, hdrs, web

import pinge
from pinge.config import SETTINGS
from pinge.errors import OriginRefused, TooMany, Unauthenticated
from pinge.http.address import client_address
from pinge.http.answers import answer
from pinge.http.caller import AUTHENTICATOR, CALLER, Caller, bearer_token
from pinge.http.cors import allows, is_own
from pinge.http.endpoint import endpoint
from pinge.http.scopes import Scope
from pinge.realtime import schemas, tickets
from pinge.realtime.commands import COMMANDS, refuse
from pinge.realtime.epoch import EPOCH
from pinge.realtime.events import frame
from pinge.realtime.feed import FEED
from pinge.realtime.flood import BURST, FRAMES_PER_SECOND, PATIENCE, FrameBucket
from pinge.realtime.gate import OUTBOX_BYTES, Gate
from pinge.realtime.hub import HUB
from pinge.realtime.socket import Close, Socket

routes = web.RouteTableDef()

# What tells a plain socket again what was said since a message; `sync` brings it.
Replay = Callable[[web.Application, Socket, str], Awaitable[None]]
REPLAY: web.AppKey[Replay] = web.AppKey("REPLAY")

# What features say of their limits to who connects, beside those of sockets themselves.
SERVED: web.AppKey[dict[str, float]] = web.AppKey("SERVED")

SUBPROTOCOL = "pinge.v1"
BEARER = "bearer."
HEARTBEAT = 20.0  # seconds between pings of ours; a peer that answers none in half of it is gone
LARGEST_FRAME = 131_072  # bytes
WRITER_LIMIT = 16_384  # bytes of our pings that may wait for a reader
# Frames that are already buffered come without yielding: one flooding client would starve the rest
# (measured in reliability.md, e17).
BREATHER = 20  # frames


@routes.post("/ws/ticket")
@endpoint(gives=schemas.Ticket(), status=201, scope=Scope.EVENTS_READ)
async def make_ticket(request: web.Request) -> web.Response:
    """Get a ticket that opens one socket within 30 seconds."""
    ticket = await tickets.issue(request.app, request[CALLER])
    return answer({"ticket": ticket, "expires_in": tickets.LIFETIME}, status=201)


@routes.get("/ws")
async def connect(request: web.Request) -> web.WebSocketResponse:
    """Stay connected, hear events, give commands."""
    _check_origin(request)
    caller = await _authenticated(request)
    caller.must_have(Scope.EVENTS_READ)
    address = client_address(request)
    request.app[HUB].admit(address)
    ws = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        compress=False,
        heartbeat=HEARTBEAT,
        max_msg_size=LARGEST_FRAME,
        writer_limit=WRITER_LIMIT,
    )
    # Before the handshake is answered: what the client then fetches is as new as what it hears.
    await request.app[FEED].follow(caller.user_id)
    try:
        await ws.prepare(request)
        transport = request.transport
        if transport is not None:  # else gone before it began
            socket = Socket(ws, transport, caller, address)
            await _converse(request.app, ws, socket, request.query.get("since"))
    finally:
        request.app[FEED].unfollow(caller.user_id)
    return ws


async def _converse(
    app: web.Application, ws: web.WebSocketResponse, socket: Socket, since: str | None
) -> None:
    hub = app[HUB]
    hub.join(socket)
    try:
        if app[AUTHENTICATOR].has_ended(socket.caller.session_id):
            # It ended while the handshake was under way, when there was no socket yet to close.
            socket.end(Close.SESSION_ENDED, "This session has ended: log in again.")
        if socket.v1:
            socket.push(_hello(app, socket.caller))
            socket.gate = Gate(socket)
            socket.gate.open_soon()
        elif since is not None:
            await app[REPLAY](app, socket, since)
        await _listen(app, ws, socket)
    finally:
        hub.leave(socket)
        socket.gone()


async def _listen(app: web.Application, ws: web.WebSocketResponse, socket: Socket) -> None:
    commands = app[COMMANDS]
    bucket = FrameBucket() if app[SETTINGS].rate_limits else None
    heard = 0
    async for message in ws:
        heard += 1
        if heard % BREATHER == 0:
            await asyncio.sleep(0)
        if bucket is not None and not bucket.take():
            _restrain(socket, bucket)
        elif message.type is WSMsgType.TEXT:
            await commands.obey(app, socket, message.data)
        elif message.type is WSMsgType.BINARY:
            socket.end(Close.UNSUPPORTED, "Frames are text.")


def _restrain(socket: Socket, bucket: FrameBucket) -> None:
    if bucket.over == 1:
        refuse(socket, TooMany(f"More than {FRAMES_PER_SECOND:g} frames a second: slow down."))
    elif bucket.over > PATIENCE:
        socket.end(Close.FLOOD, "Too many frames.")


def _hello(app: web.Application, caller: Caller) -> bytes:
    limits = app[SERVED] | {
        "frame_bytes": LARGEST_FRAME,
        "frames_per_second": FRAMES_PER_SECOND,
        "frames_burst": BURST,
        "outbox_bytes": OUTBOX_BYTES,
    }
    place = app[FEED].place(caller.user_id)
    assert place is not None  # it is followed for as long as it has a socket
    return frame(
        "hello",
        {
            "epoch": app[EPOCH].epoch_id,
            "user_id": caller.user_id,
            "session_id": caller.session_id,
            "user_rev": place.rev,
            "heartbeat_seconds": HEARTBEAT,
            "version": pinge.__version__,
            "limits": limits,
        },
    )


def _check_origin(request: web.Request) -> None:
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or is_own(request, origin) or allows(request.app[SETTINGS], origin):
        return  # no Origin: not a browser
    raise OriginRefused


async def _authenticated(request: web.Request) -> Caller:
    """The caller, by header, subprotocol, ticket, or the token in the URL that old clients use."""
    authenticator = request.app[AUTHENTICATOR]
    if hdrs.AUTHORIZATION in request.headers:
        return await authenticator.authenticate(bearer_token(request), afresh=True)
    for offered in request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(","):
        if offered.strip().startswith(BEARER):
            token = offered.strip().removeprefix(BEARER)
            return await authenticator.authenticate(token, afresh=True)
    if "ticket" in request.query:
        return await tickets.redeem(request.app, request.query["ticket"])
    if "token" in request.query:
        return await authenticator.authenticate(request.query["token"], afresh=True)
    raise Unauthenticated
