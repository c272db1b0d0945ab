"""HTTP face of reactions."""

from __future__ import annotations

from aiohttp import web

from pinge.errors import Invalid
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import QUERY, endpoint, path_id
from pinge.http.scopes import Scope
from pinge.reactions import actions, emojis, schemas
from pinge.reactions.commands import REACTING

routes = web.RouteTableDef()

EMOJI = {
    "emoji": {
        "type": "string",
        "minLength": 1,
        "maxLength": emojis.LONGEST,
        "description": "One emoji, percent-encoded",
        "example": "👍",
    }
}


@routes.put("/messages/{message_id}/reactions/{emoji}")
@endpoint(
    gives=schemas.Reacted(),
    path=EMOJI,
    scope=Scope.MESSAGES_WRITE,
    limit=REACTING,
    errors=(400, 404, 409, 422),
)
async def react(request: web.Request) -> web.Response:
    """Put an emoji on a message; to do it twice is as good as once."""
    return await _react(request, "Reacted", is_on=True)


@routes.delete("/messages/{message_id}/reactions/{emoji}")
@endpoint(
    gives=schemas.Reacted(),
    path=EMOJI,
    scope=Scope.MESSAGES_WRITE,
    limit=REACTING,
    errors=(400, 404, 422),
)
async def take_back(request: web.Request) -> web.Response:
    """Take my emoji off a message, if it is there."""
    return await _react(request, "Taken back", is_on=False)


@routes.get("/messages/{message_id}/reactions")
@endpoint(
    query=schemas.ReactionsPage(),
    gives=schemas.Reactions(),
    scope=Scope.MESSAGES_READ,
    errors=(400, 404),
)
async def reactions(request: web.Request) -> web.Response:
    """Who put which emojis on a message, the latest first."""
    message_id = path_id(request, "message_id")
    return answer(await actions.page(request.app, request[CALLER], message_id, **request[QUERY]))


async def _react(request: web.Request, done: str, *, is_on: bool) -> web.Response:
    message_id, emoji = path_id(request, "message_id"), emojis.spelt(request.match_info["emoji"])
    if emoji is None:
        raise Invalid("emoji: Not an emoji.", fields={"emoji": ["Not an emoji."]})
    now = await actions.react(
        request.app, request[CALLER], message_id=message_id, emoji=emoji, is_on=is_on
    )
    return answer({"message": done, **now})
