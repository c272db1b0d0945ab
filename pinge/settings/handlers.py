"""HTTP face of settings."""

from __future__ import annotations

from aiohttp import web

from pinge.database.pool import POOL
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.scopes import Scope
from pinge.settings import actions, schemas

routes = web.RouteTableDef()

CHANGING = per_user("settings")


@routes.get("/settings")
@endpoint(gives=schemas.UserSettings())
async def settings(request: web.Request) -> web.Response:
    """What I am notified of, and what others may do to me and see of me."""
    return answer(await actions.of_user(request.app[POOL], request[CALLER].user_id))


@routes.patch("/settings")
@endpoint(
    takes=schemas.ChangeSettings(), gives=schemas.UserSettings(), limit=CHANGING, errors=(400,)
)
async def update(request: web.Request) -> web.Response:
    """Change some of it; the whole comes back."""
    return answer(await actions.update(request.app, request[CALLER], **request[BODY]))


@routes.get("/conversations/{conversation_id}/settings")
@endpoint(gives=schemas.ConversationSettings(), scope=Scope.MESSAGES_READ, errors=(400, 403))
async def of_conversation(request: web.Request) -> web.Response:
    """What I set for one conversation."""
    conversation_id = path_id(request, "conversation_id")
    return answer(
        await actions.of_conversation(request.app[POOL], request[CALLER], conversation_id)
    )


@routes.patch("/conversations/{conversation_id}/settings")
@endpoint(
    takes=schemas.ChangeConversationSettings(),
    gives=schemas.ConversationSettings(),
    scope=Scope.MESSAGES_WRITE,
    limit=CHANGING,
    errors=(400, 403),
)
async def update_conversation(request: web.Request) -> web.Response:
    """Mute it, or say what is worth a notification in it; the whole comes back."""
    conversation_id = path_id(request, "conversation_id")
    return answer(
        await actions.update_conversation(
            request.app, request[CALLER], conversation_id, **request[BODY]
        )
    )


@routes.put("/conversations/{conversation_id}/archive")
@endpoint(
    gives=schemas.ConversationSettings(),
    scope=Scope.MESSAGES_WRITE,
    limit=CHANGING,
    errors=(400, 403),
)
async def archive(request: web.Request) -> web.Response:
    """Put a conversation away, until others say something in it that is not muted."""
    return await _turned(request, is_archived=True)


@routes.delete("/conversations/{conversation_id}/archive")
@endpoint(
    gives=schemas.ConversationSettings(),
    scope=Scope.MESSAGES_WRITE,
    limit=CHANGING,
    errors=(400, 403),
)
async def unarchive(request: web.Request) -> web.Response:
    """Take a conversation out again."""
    return await _turned(request, is_archived=False)


@routes.put("/conversations/{conversation_id}/marked-unread")
@endpoint(
    gives=schemas.ConversationSettings(),
    scope=Scope.MESSAGES_WRITE,
    limit=CHANGING,
    errors=(400, 403),
)
async def mark_unread(request: web.Request) -> web.Response:
    """Remember that there is something to come back to, until I mark anything in it as read."""
    return await _turned(request, is_marked_unread=True)


@routes.delete("/conversations/{conversation_id}/marked-unread")
@endpoint(
    gives=schemas.ConversationSettings(),
    scope=Scope.MESSAGES_WRITE,
    limit=CHANGING,
    errors=(400, 403),
)
async def unmark(request: web.Request) -> web.Response:
    """There is nothing to come back to any more."""
    return await _turned(request, is_marked_unread=False)


async def _turned(request: web.Request, **change: bool) -> web.Response:
    conversation_id = path_id(request, "conversation_id")
    return answer(
        await actions.update_conversation(request.app, request[CALLER], conversation_id, **change)
    )
