"""HTTP face of bots: for their owners, and for no bot."""

from __future__ import annotations

from aiohttp import web

from pinge.bots import actions, schemas
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done

routes = web.RouteTableDef()


@routes.post("/bots")
@endpoint(
    takes=schemas.MakeBot(),
    gives=schemas.Bot(),
    status=201,
    limit=per_user("bots"),
    errors=(409,),
)
async def make(request: web.Request) -> web.Response:
    """Make a bot, which acts by the tokens that I make for it."""
    return answer(await actions.make(request.app, request[CALLER], **request[BODY]), status=201)


@routes.get("/bots")
@endpoint(gives=schemas.Bot(), many=True)
async def mine(request: web.Request) -> web.Response:
    """My bots, the oldest first."""
    return answer(await actions.bots(request.app, request[CALLER]))


@routes.patch("/bots/{bot_id}")
@endpoint(takes=schemas.ChangeBot(), gives=schemas.Bot(), limit=per_user("bots"), errors=(400, 404))
async def change(request: web.Request) -> web.Response:
    """Change what a bot says of itself, or whether it is public; what is not named stays."""
    bot_id = path_id(request, "bot_id")
    return answer(await actions.change(request.app, request[CALLER], bot_id, request[BODY]))


@routes.delete("/bots/{bot_id}")
@endpoint(gives=Done(), errors=(400, 404))
async def delete(request: web.Request) -> web.Response:
    """Delete a bot for good; what it said stays, under no name."""
    await actions.delete(request.app, request[CALLER], path_id(request, "bot_id"))
    return answer({"message": "Bot deleted"})
