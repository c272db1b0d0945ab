"""HTTP face of contacts."""

from __future__ import annotations

from aiohttp import web

from pinge.contacts import actions, schemas
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope

routes = web.RouteTableDef()


@routes.post("/contacts/send-request")
@endpoint(
    takes=schemas.SendRequest(),
    gives=schemas.RequestSent(),
    status=201,
    scope=Scope.CONTACTS_WRITE,
    limit=per_user("contact-requests"),
    errors=(400, 404),
)
async def send_request(request: web.Request) -> web.Response:
    """Ask somebody to become a contact."""
    request_id = await actions.send_request(request.app, request[CALLER], **request[BODY])
    return answer({"message": "Contact request sent", "request_id": request_id}, status=201)


@routes.get("/contacts/requests")
@endpoint(gives=schemas.ContactRequest(), many=True, scope=Scope.CONTACTS_READ)
async def requests(request: web.Request) -> web.Response:
    """Who waits for my answer."""
    return answer(await actions.waiting_requests(request.app, request[CALLER]))


@routes.post("/contacts/accept/{request_id}")
@endpoint(gives=schemas.Accepted(), scope=Scope.CONTACTS_WRITE, errors=(400, 404))
async def accept(request: web.Request) -> web.Response:
    """Say yes: we become contacts."""
    contact_id = await actions.accept(
        request.app, request[CALLER], request_id=path_id(request, "request_id")
    )
    return answer({"message": "Contact request accepted", "contact_id": contact_id})


@routes.post("/contacts/reject/{request_id}")
@endpoint(gives=Done(), scope=Scope.CONTACTS_WRITE, errors=(400, 404))
async def reject(request: web.Request) -> web.Response:
    """Say no."""
    await actions.reject(request.app, request[CALLER], request_id=path_id(request, "request_id"))
    return answer({"message": "Contact request rejected"})


@routes.get("/contacts")
@routes.get("/contacts/")
@endpoint(gives=schemas.Contact(), many=True, scope=Scope.CONTACTS_READ)
async def contacts(request: web.Request) -> web.Response:
    """Whom I am connected with."""
    return answer(await actions.contacts(request.app, request[CALLER]))


@routes.delete("/contacts/{contact_id}")
@endpoint(gives=Done(), scope=Scope.CONTACTS_WRITE, errors=(400, 404))
async def remove(request: web.Request) -> web.Response:
    """Part: neither is the other's contact any more."""
    await actions.remove(request.app, request[CALLER], contact_id=path_id(request, "contact_id"))
    return answer({"message": "Contact removed"})
