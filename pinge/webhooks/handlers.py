"""HTTP face of webhooks: for the admins of a group, and for whoever holds the secret."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.webhooks import incoming, schemas

routes = web.RouteTableDef()


@routes.post("/conversations/{conversation_id}/webhooks")
@endpoint(
    takes=schemas.MakeWebhook(),
    gives=schemas.MadeWebhook(),
    status=201,
    scope=Scope.WEBHOOKS_WRITE,
    limit=per_user("webhooks"),
    errors=(400, 403, 409),
)
async def make(request: web.Request) -> web.Response:
    """Make an address by which programs write to a group of which I am an admin."""
    group_id = path_id(request, "conversation_id")
    made = await incoming.make(request.app, request[CALLER], group_id, **request[BODY])
    return answer(made, status=201)


@routes.get("/conversations/{conversation_id}/webhooks")
@endpoint(gives=schemas.Webhook(), many=True, scope=Scope.WEBHOOKS_WRITE, errors=(400, 403))
async def webhooks(request: web.Request) -> web.Response:
    """The webhooks of a group of which I am an admin."""
    group_id = path_id(request, "conversation_id")
    return answer(await incoming.webhooks(request.app, request[CALLER], group_id))


@routes.delete("/conversations/{conversation_id}/webhooks/{webhook_id}")
@endpoint(gives=Done(), scope=Scope.WEBHOOKS_WRITE, errors=(400, 403, 404))
async def revoke(request: web.Request) -> web.Response:
    """End a webhook: nobody writes by it any more, and what it wrote stays."""
    group_id, webhook_id = path_id(request, "conversation_id"), path_id(request, "webhook_id")
    await incoming.revoke(request.app, request[CALLER], group_id, webhook_id)
    return answer({"message": "Webhook deleted"})


@routes.post("/webhooks/{webhook_id}/{secret}")
@endpoint(
    takes=schemas.WebhookPost(),
    gives=schemas.WebhookMessage(),
    status=201,
    path={"secret": {"type": "string"}},
    public=True,
    errors=(400, 403, 404, 409),
)
async def post(request: web.Request) -> web.Response:
    """Say something in the group of a webhook; its address is all that it takes."""
    webhook_id, secret = path_id(request, "webhook_id"), request.match_info["secret"]
    said = await incoming.post(request.app, webhook_id, secret, **request[BODY])
    return answer(said, status=201)
