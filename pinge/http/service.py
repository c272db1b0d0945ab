"""What the service says of itself: its name, its health, its figures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web
from marshmallow import fields
from prometheus_client import CONTENT_TYPE_LATEST

import pinge
from pinge.config import SETTINGS
from pinge.database.pool import POOL, UNAVAILABLE
from pinge.database.queries import Queries
from pinge.errors import Unavailable
from pinge.http.answers import answer
from pinge.http.endpoint import endpoint
from pinge.http.metrics import figures
from pinge.http.schemas import Output

SQL = Queries("database")

routes = web.RouteTableDef()

PROBE = 1.0  # seconds PostgreSQL has to answer before we are not ready

DRAINING: web.AppKey[asyncio.Event] = web.AppKey("DRAINING", asyncio.Event)
BUS_IS_UP: web.AppKey[Callable[[], bool]] = web.AppKey("BUS_IS_UP")


class Service(Output):
    """What this is."""

    message = fields.Str(required=True)
    version = fields.Str(required=True)
    status = fields.Str(required=True)


class Health(Output):
    """That it runs, and how."""

    status = fields.Str(required=True)
    environment = fields.Str(required=True)
    rate_limits = fields.Str(required=True)


class Alive(Output):
    """That it runs."""

    status = fields.Str(required=True)


@routes.get("/")
@endpoint(gives=Service(), public=True)
async def root(_request: web.Request) -> web.Response:
    """What this is."""
    service = {"message": "Pinge is running", "version": pinge.__version__}
    return answer({**service, "status": "healthy"})


@routes.get("/health")
@endpoint(gives=Health(), public=True)
async def health(request: web.Request) -> web.Response:
    """That it runs, and how."""
    settings = request.app[SETTINGS]
    limits = "on" if settings.rate_limits else "off"
    return answer({"status": "healthy", "environment": settings.environment, "rate_limits": limits})


@routes.get("/health/live")
@endpoint(gives=Alive(), public=True)
async def live(_request: web.Request) -> web.Response:
    """That the process runs; asks nobody else."""
    return answer({"status": "alive"})


@routes.get("/health/ready")
@endpoint(gives=Alive(), public=True)
async def ready(request: web.Request) -> web.Response:
    """Whether to send clients here: 503 while PostgreSQL is away or the process is going.

    Degraded while the bus is away: what other processes say comes late, and all else works.
    """
    if request.app[DRAINING].is_set():
        raise Unavailable("This process is shutting down.")
    try:
        async with asyncio.timeout(PROBE):
            await SQL.ping.value(request.app[POOL])
    except UNAVAILABLE:
        raise Unavailable from None
    return answer({"status": "ready" if request.app[BUS_IS_UP]() else "degraded"})


@routes.get("/metrics")
async def metrics(_request: web.Request) -> web.Response:
    """Figures for Prometheus."""
    return web.Response(body=figures(), headers={"Content-Type": CONTENT_TYPE_LATEST})
