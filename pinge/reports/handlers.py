"""HTTP face of reports."""

from __future__ import annotations

from aiohttp import web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint
from pinge.http.limits import per_user
from pinge.http.scopes import Scope
from pinge.reports import actions, schemas

routes = web.RouteTableDef()


@routes.post("/reports")
@endpoint(
    takes=schemas.Report(),
    gives=schemas.Reported(),
    status=201,
    scope=Scope.CONTACTS_WRITE,
    limit=per_user("reports"),
    errors=(400, 404),
)
async def report(request: web.Request) -> web.Response:
    """Have whoever runs this server look at a message, a person or a group; nobody is told."""
    report_id = await actions.report(request.app, request[CALLER], **request[BODY])
    return answer({"message": "Reported", "report_id": report_id}, status=201)
