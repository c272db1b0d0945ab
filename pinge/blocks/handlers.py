"""HTTP face of blocks."""

from __future__ import annotations

from aiohttp import web

from pinge.blocks import actions, schemas
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope

routes = web.RouteTableDef()

BLOCKING = per_user("blocks")


@routes.get("/blocks")
@endpoint(gives=schemas.Block(), many=True, scope=Scope.CONTACTS_READ)
async def blocks(request: web.Request) -> web.Response:
    """Whom I block, the latest first."""
    return answer(await actions.blocks(request.app, request[CALLER]))


@routes.put("/blocks/{user_id}")
@endpoint(gives=schemas.Block(), scope=Scope.CONTACTS_WRITE, limit=BLOCKING, errors=(400, 404))
async def block(request: web.Request) -> web.Response:
    """Block somebody, who is not told: neither hears of the other from now on."""
    user_id = path_id(request, "user_id")
    return answer(await actions.block(request.app, request[CALLER], user_id))


@routes.delete("/blocks/{user_id}")
@endpoint(gives=Done(), scope=Scope.CONTACTS_WRITE, limit=BLOCKING, errors=(400, 404))
async def unblock(request: web.Request) -> web.Response:
    """Block somebody no more; what they tried meanwhile is not made up for."""
    user_id = path_id(request, "user_id")
    await actions.lift(request.app, request[CALLER].user_id, user_id)
    return answer({"message": "Unblocked"})
