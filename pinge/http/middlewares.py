"""The chain every request passes, outermost first: log, errors, preflights, caller, limits."""

from __future__ import annotations

import time
from uuid import UUID

import structlog
from aiohttp import hdrs, web
from uuid_utils import uuid7

from pinge import errors as wrong
from pinge.database.pool import UNAVAILABLE
from pinge.http import credentials, metrics
from pinge.http.answers import problem
from pinge.http.caller import AUTHENTICATOR, CALLER, bearer_token
from pinge.http.endpoint import Handler, declaration
from pinge.http.limits import LIMITER

logger = structlog.get_logger("pinge.http")

REQUEST_ID = web.RequestKey("REQUEST_ID", str)
X_REQUEST_ID = "X-Request-ID"

# What aiohttp and its libraries raise by themselves, in our words.
OURS: dict[int, type[wrong.PingeError]] = {
    error.status: error
    for error in (
        wrong.BadRequest,
        wrong.Forbidden,
        wrong.NotFound,
        wrong.MethodNotAllowed,
        wrong.TooLarge,
        wrong.UnsupportedMedia,
    )
}


@web.middleware
async def log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Name the request, and write one line about it: the path without secrets, never the query."""
    request_id = request[REQUEST_ID] = _request_id(request)
    began = time.perf_counter()
    status = 499  # the client went away before there was an answer
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        took = time.perf_counter() - began
        metrics.observe(request, status, took)
        logger.info(
            "request",
            method=request.method,
            path=credentials.without(request.rel_url.raw_path),
            status=status,
            ms=round(took * 1000, 1),
            request_id=request_id,
        )


async def named(request: web.Request, response: web.StreamResponse) -> None:
    """Name the request in its answer, as that is about to leave; a socket's handshake is none."""
    if response.status != 101:
        response.headers[X_REQUEST_ID] = request[REQUEST_ID]


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure into the one error body; those that are ours are logged."""
    try:
        return await handler(request)
    except wrong.PingeError as error:
        return problem(error, request[REQUEST_ID])
    except web.HTTPException as error:
        return _translated(error, request)
    except UNAVAILABLE as error:
        logger.warning("unavailable", why=type(error).__name__, request_id=request[REQUEST_ID])
        return problem(wrong.Unavailable(), request[REQUEST_ID])
    except Exception:
        logger.exception("failed", request_id=request[REQUEST_ID])
        return problem(wrong.PingeError(), request[REQUEST_ID])


@web.middleware
async def caller(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who is asking, wherever somebody has to be, and whether their token is for this."""
    declared = declaration(request)
    if not declared.public:
        found = await request.app[AUTHENTICATOR].authenticate(bearer_token(request))
        found.must_have(declared.scope)
        request[CALLER] = found
    return await handler(request)


@web.middleware
async def limits(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what comes too often, before any work is done for it."""
    limit = declaration(request).limit
    if limit is not None:
        await request.app[LIMITER].spend(limit.name, limit.key(request))
    return await handler(request)


def _translated(error: web.HTTPException, request: web.Request) -> web.StreamResponse:
    if error.status < 400:
        raise error
    kind = OURS.get(error.status, wrong.PingeError if error.status >= 500 else wrong.BadRequest)
    response = problem(kind(), request[REQUEST_ID])
    response.set_status(error.status)
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers[hdrs.ALLOW] = ", ".join(sorted(error.allowed_methods))
    return response


def _request_id(request: web.Request) -> str:
    """The client's own id when it is a UUID, to be found in both logs; else a new one."""
    given = request.headers.get(X_REQUEST_ID)
    if given is not None:
        try:
            return str(UUID(given))
        except ValueError:
            pass
    return str(uuid7())
