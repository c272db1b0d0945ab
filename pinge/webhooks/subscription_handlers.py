"""HTTP face of subscriptions: for those who made them."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.webhooks import schemas, subscribing

routes = web.RouteTableDef()

SUBSCRIPTION = "/subscriptions/{subscription_id}"


@routes.post("/subscriptions")
@endpoint(
    takes=schemas.SubscribeUrl(),
    gives=schemas.MadeWebhookSubscription(),
    status=201,
    scope=Scope.WEBHOOKS_WRITE,
    limit=per_user("webhooks"),
    errors=(400, 403, 404, 409),
)
async def subscribe(request: web.Request) -> web.Response:
    """Have a URL told what happens, where a bot of mine is or in a group of which I am an admin."""
    made = await subscribing.make(request.app, request[CALLER], **request[BODY])
    return answer(made, status=201)


@routes.get("/subscriptions")
@endpoint(gives=schemas.WebhookSubscription(), many=True, scope=Scope.WEBHOOKS_WRITE)
async def mine(request: web.Request) -> web.Response:
    """My subscriptions, the oldest first."""
    return answer(await subscribing.subscriptions(request.app, request[CALLER]))


@routes.patch(SUBSCRIPTION)
@endpoint(
    takes=schemas.ChangeWebhookSubscription(),
    gives=schemas.WebhookSubscription(),
    scope=Scope.WEBHOOKS_WRITE,
    limit=per_user("webhooks"),
    errors=(400, 403, 404),
)
async def change(request: web.Request) -> web.Response:
    """Change who is told what, or have one that was given up told again from now on."""
    which = path_id(request, "subscription_id")
    changed = await subscribing.change(request.app, request[CALLER], which, **request[BODY])
    return answer(changed)


@routes.delete(SUBSCRIPTION)
@endpoint(gives=Done(), scope=Scope.WEBHOOKS_WRITE, errors=(400, 404))
async def delete(request: web.Request) -> web.Response:
    """Have it told nothing any more."""
    await subscribing.delete(request.app, request[CALLER], path_id(request, "subscription_id"))
    return answer({"message": "Subscription deleted"})


@routes.get(f"{SUBSCRIPTION}/deliveries")
@endpoint(gives=schemas.WebhookDelivery(), many=True, scope=Scope.WEBHOOKS_WRITE, errors=(400, 404))
async def deliveries(request: web.Request) -> web.Response:
    """What came of telling it within a week: the latest 100."""
    which = path_id(request, "subscription_id")
    return answer(await subscribing.deliveries(request.app, request[CALLER], which))
