"""HTTP face of tokens: made by people who are logged in, and by no token."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts import token_schemas as schemas
from pinge.accounts import tokens
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done

routes = web.RouteTableDef()


@routes.post("/authentication/tokens")
@endpoint(
    takes=schemas.MakeToken(),
    gives=schemas.MadeToken(),
    status=201,
    limit=per_user("tokens"),
    errors=(400, 404, 409),
)
async def make(request: web.Request) -> web.Response:
    """Make a token with which a program acts for me, or for a bot of mine."""
    made = await tokens.make(request.app, request[CALLER], **request[BODY])
    return answer(made, status=201)


@routes.get("/authentication/tokens")
@endpoint(gives=schemas.AccessToken(), many=True)
async def mine(request: web.Request) -> web.Response:
    """My tokens and those of my bots that are good, the latest first."""
    return answer(await tokens.tokens_of(request.app, request[CALLER]))


@routes.delete("/authentication/tokens/{token_id}")
@endpoint(gives=Done(), errors=(400, 404))
async def revoke(request: web.Request) -> web.Response:
    """Make a token good for nothing: at once, and its sockets close."""
    await tokens.revoke(request.app, request[CALLER], path_id(request, "token_id"))
    return answer({"message": "Token revoked"})
