"""The two bodies a client ever gets: success with its data, or the one error body."""

from __future__ import annotations

from aiohttp import web

from pinge import wire
from pinge.errors import PingeError

JSON = "application/json"


def answer(data: object, *, status: int = 200) -> web.Response:
    """The payload in its envelope."""
    return plain({"success": True, "data": data}, status=status)


def plain(body: object, *, status: int = 200) -> web.Response:
    """A body without the envelope, for the few calls whose form is given from outside."""
    return web.Response(body=wire.encode(body), status=status, content_type=JSON)


def problem(error: PingeError, request_id: str) -> web.Response:
    """The error body, with the headers that go with it."""
    response = plain(error.body() | {"request_id": request_id}, status=error.status)
    response.headers.update(error.headers())
    return response
