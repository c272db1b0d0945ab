"""HTTP face of passkeys."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts.actions import Proof, Token, device_of
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint, path_id
from pinge.http.limits import per_address, per_user
from pinge.http.schemas import Done
from pinge.passkeys import actions, schemas

routes = web.RouteTableDef()

CHANGING = per_user("login-ways")
ASKING = per_address("passkey-challenges")


@routes.get("/authentication/me/passkeys")
@endpoint(gives=schemas.Passkey(), many=True)
async def passkeys(request: web.Request) -> web.Response:
    """My passkeys, the latest first."""
    return answer(await actions.passkeys_of(request.app, request[CALLER]))


@routes.post("/authentication/me/passkeys/options")
@endpoint(takes=Proof(), gives=schemas.PasskeyOptions(), limit=CHANGING, errors=(403,))
async def begin(request: web.Request) -> web.Response:
    """Have what my browser makes a passkey of."""
    options = await actions.begin(request.app, request[CALLER], **request[BODY])
    return answer({"public_key": options})


@routes.post("/authentication/me/passkeys")
@endpoint(
    takes=schemas.AddPasskey(),
    gives=schemas.Passkey(),
    status=201,
    limit=CHANGING,
    errors=(403, 409),
)
async def add(request: web.Request) -> web.Response:
    """Add the passkey that my browser made."""
    return answer(await actions.add(request.app, request[CALLER], **request[BODY]), status=201)


@routes.patch("/authentication/me/passkeys/{passkey_id}")
@endpoint(takes=schemas.NamePasskey(), gives=schemas.Passkey(), limit=CHANGING, errors=(400, 404))
async def rename(request: web.Request) -> web.Response:
    """Call a passkey otherwise."""
    passkey_id = path_id(request, "passkey_id")
    return answer(await actions.rename(request.app, request[CALLER], passkey_id, **request[BODY]))


@routes.delete("/authentication/me/passkeys/{passkey_id}")
@endpoint(takes=Proof(), gives=Done(), limit=CHANGING, errors=(400, 403, 404))
async def remove(request: web.Request) -> web.Response:
    """Remove a passkey: it opens nothing any more."""
    passkey_id = path_id(request, "passkey_id")
    await actions.remove(request.app, request[CALLER], passkey_id, **request[BODY])
    return answer({"message": "Passkey removed"})


@routes.post("/authentication/passkeys/options")
@endpoint(gives=schemas.PasskeyOptions(), public=True, limit=ASKING)
async def options(request: web.Request) -> web.Response:
    """Have what a browser signs with a passkey, to log in or to prove that it is me."""
    return answer({"public_key": await actions.options(request.app)})


@routes.post("/authentication/passkeys/login")
@endpoint(takes=schemas.UsePasskey(), gives=Token(), public=True, limit=ASKING, errors=(401, 403))
async def log_in(request: web.Request) -> web.Response:
    """Log in by what a passkey signed, on one more device."""
    token = await actions.log_in(request.app, **request[BODY], device=device_of(request))
    return answer({"access_token": token, "token_type": "bearer"})
