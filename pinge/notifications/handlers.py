"""HTTP face of notifications."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.notifications import actions, schemas
from pinge.notifications.browser import Browser
from pinge.notifications.explaining import explain

routes = web.RouteTableDef()

LIMIT = per_user("push")


@routes.get("/push/key")
@endpoint(gives=schemas.Key(), errors=(503,))
async def key(request: web.Request) -> web.Response:
    """What to subscribe a browser with."""
    return answer({"key": actions.public_key(request.app)})


@routes.post("/push/subscriptions")
@endpoint(
    takes=schemas.Subscribe(),
    gives=schemas.Subscription(),
    status=201,
    limit=LIMIT,
    errors=(400, 409, 503),
)
async def subscribe(request: web.Request) -> web.Response:
    """Have this browser told of messages, for as long as I am logged in on it."""
    body = request[BODY]
    browser = Browser(body["endpoint"], **body["keys"])
    return answer(await actions.subscribe(request.app, request[CALLER], browser), status=201)


@routes.get("/push/subscriptions")
@endpoint(gives=schemas.Subscription(), many=True)
async def subscriptions(request: web.Request) -> web.Response:
    """Which of my devices are told."""
    return answer(await actions.subscriptions(request.app, request[CALLER]))


@routes.delete("/push/subscriptions/{subscription_id}")
@endpoint(gives=Done(), errors=(400, 404))
async def unsubscribe(request: web.Request) -> web.Response:
    """Have a device told no more."""
    await actions.unsubscribe(request.app, request[CALLER], path_id(request, "subscription_id"))
    return answer({"message": "Unsubscribed"})


@routes.post("/push/test")
@endpoint(gives=schemas.Tried(), many=True, limit=LIMIT)
async def try_out(request: web.Request) -> web.Response:
    """Push a test to all my devices."""
    return answer(await actions.try_out(request.app, request[CALLER]))


@routes.get("/notifications/explain/{message_id}")
@endpoint(gives=schemas.Explanation(), scope=Scope.MESSAGES_READ, errors=(400, 404))
async def explained(request: web.Request) -> web.Response:
    """Why I was, or was not, notified of a message."""
    message_id = path_id(request, "message_id")
    return answer(await explain(request.app, request[CALLER], message_id))
