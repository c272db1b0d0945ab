"""HTTP face of personal data."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import hdrs, web

from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.http.streaming import stream
from pinge.personal import actions, schemas

routes = web.RouteTableDef()

ZIP = "application/zip"


@routes.get("/authentication/me/export")
@endpoint(gives=ZIP, limit=per_user("exports"))
async def export(request: web.Request) -> web.StreamResponse:
    """Get a copy of all that is mine, as a ZIP."""
    response = web.StreamResponse()
    response.content_type = ZIP
    name = f"pinge-{datetime.now(UTC):%Y-%m-%d}.zip"
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
    return await stream(request, response, actions.export(request.app, request[CALLER].user_id))


@routes.post("/authentication/me/deactivate")
@endpoint(takes=schemas.Closing(), gives=Done(), errors=(403,))
async def deactivate(request: web.Request) -> web.Response:
    """Close my account: nobody logs in to it until whoever serves opens it again."""
    await actions.deactivate(request.app, request[CALLER], **request[BODY])
    return answer({"message": "Account deactivated"})


@routes.delete("/authentication/me")
@endpoint(takes=schemas.Closing(), gives=Done(), errors=(403,))
async def delete(request: web.Request) -> web.Response:
    """Delete my account for good; what I said to others stays, under no name."""
    await actions.delete(request.app, request[CALLER], **request[BODY])
    return answer({"message": "Account deleted"})
