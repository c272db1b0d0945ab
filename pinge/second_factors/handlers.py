"""HTTP face of second factors."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts.actions import Proof
from pinge.database.pool import POOL
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint
from pinge.http.limits import per_user
from pinge.http.schemas import Done
from pinge.second_factors import actions, schemas

routes = web.RouteTableDef()

CHANGING = per_user("login-ways")
KEEP = "Keep these where the device is not: each is good once, in the place of a code"


@routes.get("/authentication/me/totp")
@endpoint(gives=schemas.SecondFactor())
async def second_factor(request: web.Request) -> web.Response:
    """Whether my logins take a second factor."""
    return answer(await actions.state(request.app[POOL], request[CALLER].user_id))


@routes.post("/authentication/me/totp")
@endpoint(takes=Proof(), gives=schemas.OfferedSecret(), limit=CHANGING, errors=(403,))
async def begin(request: web.Request) -> web.Response:
    """Have a secret for an authenticator app, which is to be confirmed by a code."""
    return answer(await actions.begin(request.app, request[CALLER], **request[BODY]))


@routes.post("/authentication/me/totp/confirm")
@endpoint(
    takes=schemas.ConfirmSecret(), gives=schemas.RecoveryCodes(), limit=CHANGING, errors=(400, 403)
)
async def confirm(request: web.Request) -> web.Response:
    """Have my logins take a code of the app from now on; gives recovery codes."""
    codes = await actions.confirm(request.app, request[CALLER], **request[BODY])
    return answer({"message": KEEP, "recovery_codes": codes})


@routes.delete("/authentication/me/totp")
@endpoint(takes=Proof(), gives=Done(), limit=CHANGING, errors=(403, 404))
async def turn_off(request: web.Request) -> web.Response:
    """Have my logins take no code any more."""
    await actions.turn_off(request.app, request[CALLER], **request[BODY])
    return answer({"message": "Second factor turned off"})


@routes.post("/authentication/me/recovery-codes")
@endpoint(takes=Proof(), gives=schemas.RecoveryCodes(), limit=CHANGING, errors=(403, 404))
async def renew_codes(request: web.Request) -> web.Response:
    """Have other recovery codes; those before are good no more."""
    codes = await actions.renew_codes(request.app, request[CALLER], **request[BODY])
    return answer({"message": KEEP, "recovery_codes": codes})
