"""HTTP face of the overview."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import QUERY, endpoint
from pinge.http.scopes import Scope
from pinge.overview import actions, schemas

routes = web.RouteTableDef()


@routes.get("/conversations")
@endpoint(query=schemas.OverviewPage(), gives=schemas.Overview(), scope=Scope.MESSAGES_READ)
async def overview(request: web.Request) -> web.Response:
    """All my conversations at a glance, the latest active first."""
    return answer(await actions.overview(request.app, request[CALLER], **request[QUERY]))
