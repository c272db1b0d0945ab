"""HTTP face of invitations."""

from __future__ import annotations

from aiohttp import web

from pinge.conversations import invites, schemas
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope

routes = web.RouteTableDef()

TOKEN = {"token": {"type": "string", "minLength": 1}}
JOINING = per_user("joins")


@routes.post("/messages/groups/{group_id}/invites")
@endpoint(
    takes=schemas.Invite(),
    gives=schemas.InviteMade(),
    status=201,
    scope=Scope.GROUPS_WRITE,
    limit=per_user("invites"),
    errors=(400, 403),
)
async def invite(request: web.Request) -> web.Response:
    """Make a link by which people come in; its token is told this once."""
    group_id = path_id(request, "group_id")
    made = await invites.invite(request.app, request[CALLER], group_id, **request[BODY])
    return answer(made, status=201)


@routes.get("/messages/groups/{group_id}/invites")
@endpoint(gives=schemas.InviteShown(), many=True, scope=Scope.GROUPS_READ, errors=(400, 403))
async def listed(request: web.Request) -> web.Response:
    """The links that are still good: to admins all, to others their own."""
    return answer(await invites.invites(request.app, request[CALLER], path_id(request, "group_id")))


@routes.delete("/messages/groups/{group_id}/invites/{invite_id}")
@endpoint(gives=Done(), scope=Scope.GROUPS_WRITE, errors=(400, 403, 404))
async def revoke(request: web.Request) -> web.Response:
    """Let nobody in by it any more."""
    group_id, invite_id = path_id(request, "group_id"), path_id(request, "invite_id")
    await invites.revoke(request.app, request[CALLER], group_id, invite_id)
    return answer({"message": "Invitation revoked"})


@routes.get("/invites/{token}")
@endpoint(
    gives=schemas.Invitation(),
    path=TOKEN,
    scope=Scope.GROUPS_READ,
    limit=JOINING,
    errors=(404,),
)
async def preview(request: web.Request) -> web.Response:
    """What a link leads to."""
    token = request.match_info["token"]
    return answer(await invites.preview(request.app, request[CALLER], token))


@routes.post("/invites/{token}")
@endpoint(
    gives=schemas.Group(),
    path=TOKEN,
    scope=Scope.GROUPS_WRITE,
    limit=JOINING,
    errors=(400, 403, 404),
)
async def join(request: web.Request) -> web.Response:
    """Come in by a link."""
    token = request.match_info["token"]
    return answer(await invites.join(request.app, request[CALLER], token))
