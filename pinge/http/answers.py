"""The two bodies a client ever gets: success with its data, or the one error body."""

from __future__ import annotations

import math

from aiohttp import hdrs, web

from pinge import wire
from pinge.errors import PingeError, Retryable, Unauthenticated

JSON = "application/json"


def answer(data: object, *, status: int = 200) -> web.Response:
    """The payload in its envelope."""
    return plain({"success": True, "data": data}, status=status)


def plain(body: object, *, status: int = 200) -> web.Response:
    """A body without the envelope, for the few calls whose form is given from outside."""
    return web.Response(body=wire.encode(body), status=status, content_type=JSON)


def problem(error: PingeError, request_id: str) -> web.Response:
    """The error body, with the headers that go with its status."""
    response = plain(error.body() | {"request_id": request_id}, status=error.status)
    if isinstance(error, Unauthenticated):
        response.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    if isinstance(error, Retryable):
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(error.retry_after))
    return response
