"""HTTP face of sync, for devices without a socket."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint
from pinge.http.scopes import Scope
from pinge.sync import resuming, schemas
from pinge.sync.commands import SYNCING
from pinge.sync.resuming import Known, Resync

routes = web.RouteTableDef()


@routes.post("/sync")
@endpoint(takes=schemas.Known(), gives=schemas.Synced(), scope=Scope.EVENTS_READ, limit=SYNCING)
async def sync(request: web.Request) -> web.Response:
    """Everything that changed since the positions I know."""
    try:
        resumed = await resuming.missed(request.app, request[CALLER], Known(**request[BODY]))
    except Resync as resync:
        return answer({"resync": True, **resync.event.data()})
    return answer({"resync": False, **resumed.body})
