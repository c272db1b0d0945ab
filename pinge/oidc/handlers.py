"""HTTP face of logging in by an account elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web

from pinge.accounts.actions import Proof, Token, device_of
from pinge.config import SETTINGS
from pinge.errors import PingeError
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, QUERY, endpoint
from pinge.http.limits import per_address, per_user
from pinge.http.schemas import Done
from pinge.oidc import actions, journeys, schemas

routes = web.RouteTableDef()

COOKIE = "pinge_oidc"
HERE = "/authentication/oidc"
TRAVELLING = per_address("oidc")
CHANGING = per_user("login-ways")


@routes.get(f"{HERE}/start")
@endpoint(
    query=schemas.StartJourney(),
    gives=Done(),
    status=302,
    public=True,
    limit=TRAVELLING,
    errors=(400, 404),
)
async def start(request: web.Request) -> web.Response:
    """Send my browser to where I have another account, to log in by it."""
    page, cookie = await journeys.begin(request.app, **request[QUERY])
    response = _sent_to(page, "Go on at the provider")
    base = urlsplit(request.app[SETTINGS].base_url)
    response.set_cookie(
        COOKIE,
        cookie,
        path=base.path + HERE,
        max_age=journeys.JOURNEY_LASTS,
        secure=base.scheme == "https",
        httponly=True,
        samesite="Lax",  # it has to come along from the provider's page
    )
    return response


@routes.get(f"{HERE}/callback")
@endpoint(
    query=schemas.EndJourney(),
    gives=Done(),
    status=302,
    public=True,
    limit=TRAVELLING,
    errors=(400,),
)
async def callback(request: web.Request) -> web.Response:
    """Come back from there to the page that began: with `#ticket=`, or `#error=` and a code."""
    said = request[QUERY]
    journey = journeys.journey_in(request.app, request.cookies.get(COOKIE, ""), said["state"])
    try:
        ticket = await journeys.arrive(request.app, journey, code=said["code"], iss=said["iss"])
        brought = f"ticket={ticket}"
    except PingeError as error:
        brought = f"error={error.code}"
    # After the #, so that no server, and no log of one, ever sees it.
    response = _sent_to(f"{journey['return_to']}#{brought}", "Go on where you began")
    base = urlsplit(request.app[SETTINGS].base_url)
    response.del_cookie(COOKIE, path=base.path + HERE)
    return response


@routes.post(f"{HERE}/login")
@endpoint(
    takes=schemas.RedeemTicket(),
    gives=Token(),
    public=True,
    limit=TRAVELLING,
    errors=(400, 401, 403, 406, 409),
)
async def log_in(request: web.Request) -> web.Response:
    """Log in by that ticket, on one more device; the second factor is asked for as ever."""
    token = await actions.log_in(request.app, **request[BODY], device=device_of(request))
    return answer({"access_token": token, "token_type": "bearer"})


@routes.get("/authentication/me/oidc")
@endpoint(gives=schemas.Identity())
async def identity(request: web.Request) -> web.Response:
    """By which account elsewhere I can log in."""
    return answer(await actions.identity(request.app, request[CALLER]))


@routes.post("/authentication/me/oidc")
@endpoint(
    takes=schemas.LinkElsewhere(), gives=schemas.Identity(), limit=CHANGING, errors=(400, 403, 409)
)
async def link(request: web.Request) -> web.Response:
    """Let me log in by the account elsewhere that this ticket is of."""
    return answer(await actions.link(request.app, request[CALLER], **request[BODY]))


@routes.delete("/authentication/me/oidc")
@endpoint(takes=Proof(), gives=Done(), limit=CHANGING, errors=(403, 404, 409))
async def unlink(request: web.Request) -> web.Response:
    """Let me log in by it no more."""
    await actions.unlink(request.app, request[CALLER], **request[BODY])
    return answer({"message": "Unlinked"})


def _sent_to(page: str, message: str) -> web.Response:
    response = answer({"message": message}, status=302)
    response.headers[hdrs.LOCATION] = page
    return response
