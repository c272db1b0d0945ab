"""HTTP face of search."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import QUERY, endpoint
from pinge.http.limits import per_user
from pinge.http.scopes import Scope
from pinge.search import actions, schemas

routes = web.RouteTableDef()


@routes.get("/search/messages")
@endpoint(
    query=schemas.SearchMessages(),
    gives=schemas.Hits(),
    scope=Scope.MESSAGES_READ,
    limit=per_user("message-search"),
)
async def search_messages(request: web.Request) -> web.Response:
    """Find messages in my conversations, newest first."""
    return answer(await actions.messages(request.app, request[CALLER], **request[QUERY]))


@routes.get("/search/people")
@endpoint(
    query=schemas.SearchPeople(),
    gives=schemas.Found(),
    many=True,
    scope=Scope.PROFILE_READ,
    limit=per_user("people-search"),
)
async def search_people(request: web.Request) -> web.Response:
    """Find people by their e-mail address, or by how their name begins."""
    return answer(await actions.people(request.app, request[CALLER], **request[QUERY]))
