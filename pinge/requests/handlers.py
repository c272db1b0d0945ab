"""HTTP face of message requests."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import endpoint, path_id
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.requests import actions

routes = web.RouteTableDef()


@routes.post("/conversations/{conversation_id}/accept")
@endpoint(gives=Done(), scope=Scope.CONTACTS_WRITE, errors=(400, 404))
async def accept(request: web.Request) -> web.Response:
    """Take what a stranger wrote to me; to answer does so too."""
    await actions.accept(request.app, request[CALLER], path_id(request, "conversation_id"))
    return answer({"message": "Message request accepted"})


@routes.post("/conversations/{conversation_id}/decline")
@endpoint(gives=Done(), scope=Scope.CONTACTS_WRITE, errors=(400, 404))
async def decline(request: web.Request) -> web.Response:
    """Have it out of my sight until they write again; they are not told."""
    await actions.decline(request.app, request[CALLER], path_id(request, "conversation_id"))
    return answer({"message": "Message request declined"})
