"""HTTP face of drafts."""

from __future__ import annotations

from aiohttp import web

from pinge.drafts import actions, schemas
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope

routes = web.RouteTableDef()

SAVING = per_user("drafts")


@routes.get("/drafts")
@endpoint(gives=schemas.MessageDraft(), many=True, scope=Scope.MESSAGES_READ)
async def drafts(request: web.Request) -> web.Response:
    """What I am about to say, wherever that is."""
    return answer(await actions.drafts(request.app, request[CALLER]))


@routes.put("/conversations/{conversation_id}/draft")
@endpoint(
    takes=schemas.SaveDraft(),
    gives=schemas.MessageDraft(),
    scope=Scope.MESSAGES_WRITE,
    limit=SAVING,
    errors=(400, 403),
)
async def save(request: web.Request) -> web.Response:
    """Keep what I am about to say, for my other devices."""
    conversation_id = path_id(request, "conversation_id")
    return answer(
        await actions.save(request.app, request[CALLER], conversation_id, **request[BODY])
    )


@routes.delete("/conversations/{conversation_id}/draft")
@endpoint(gives=Done(), scope=Scope.MESSAGES_WRITE, limit=SAVING, errors=(400, 403))
async def delete(request: web.Request) -> web.Response:
    """I said it, or will not."""
    conversation_id = path_id(request, "conversation_id")
    await actions.save(request.app, request[CALLER], conversation_id, content="")
    return answer({"message": "Draft deleted"})
