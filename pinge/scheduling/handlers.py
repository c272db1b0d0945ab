"""HTTP face of messages for later."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.scheduling import actions, schemas

routes = web.RouteTableDef()

SCHEDULING = per_user("scheduling")


@routes.get("/scheduled-messages")
@endpoint(gives=schemas.ScheduledMessage(), many=True, scope=Scope.MESSAGES_READ)
async def scheduled(request: web.Request) -> web.Response:
    """What I will say, the next first, and what could not be said."""
    return answer(await actions.scheduled(request.app, request[CALLER]))


@routes.post("/conversations/{conversation_id}/scheduled-messages")
@endpoint(
    takes=schemas.ScheduleMessage(),
    gives=schemas.ScheduledMessage(),
    status=201,
    scope=Scope.MESSAGES_WRITE,
    limit=SCHEDULING,
    errors=(400, 403, 404, 409),
)
async def schedule(request: web.Request) -> web.Response:
    """Say something later."""
    conversation_id = path_id(request, "conversation_id")
    made = await actions.schedule(request.app, request[CALLER], conversation_id, **request[BODY])
    return answer(made, status=201)


@routes.patch("/scheduled-messages/{scheduled_id}")
@endpoint(
    takes=schemas.ChangeScheduled(),
    gives=schemas.ScheduledMessage(),
    scope=Scope.MESSAGES_WRITE,
    limit=SCHEDULING,
    errors=(400, 404, 409),
)
async def change(request: web.Request) -> web.Response:
    """Say something else, or at another time."""
    scheduled_id = path_id(request, "scheduled_id")
    return answer(await actions.change(request.app, request[CALLER], scheduled_id, **request[BODY]))


@routes.delete("/scheduled-messages/{scheduled_id}")
@endpoint(gives=Done(), scope=Scope.MESSAGES_WRITE, errors=(400, 404, 409))
async def cancel(request: web.Request) -> web.Response:
    """Do not say it."""
    await actions.cancel(request.app, request[CALLER], path_id(request, "scheduled_id"))
    return answer({"message": "Message cancelled"})
