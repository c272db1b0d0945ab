"""HTTP face of accounts."""

from __future__ import annotations

from aiohttp import hdrs, web

from pinge.accounts import actions, schemas
from pinge.http.address import client_address
from pinge.http.answers import answer, plain
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, QUERY, endpoint
from pinge.http.limits import per_address
from pinge.http.schemas import Done

routes = web.RouteTableDef()

LONGEST_HEADER = 300  # characters kept of what a device says of itself


@routes.post("/authentication/register_user")
@endpoint(
    takes=schemas.Registration(),
    gives=schemas.Registered(),
    status=201,
    public=True,
    limit=per_address("register"),
    errors=(400, 406),
)
async def register(request: web.Request) -> web.Response:
    """Make an account."""
    user_id = await actions.register(request.app, **request[BODY])
    return answer({"message": "User registered successfully", "user_id": user_id}, status=201)


@routes.post("/authentication/login")
@endpoint(form=schemas.Login(), gives=schemas.Token(), public=True, bare=True, errors=(401, 403))
async def log_in(request: web.Request) -> web.Response:
    """Log in, on one more device."""
    form = request[BODY]
    token = await actions.log_in(
        request.app, email=form["username"], password=form["password"], device=_device(request)
    )
    return plain({"access_token": token, "token_type": "bearer"})


@routes.post("/authentication/logout")
@endpoint(gives=Done())
async def log_out(request: web.Request) -> web.Response:
    """End this session: its token is dead, its sockets close."""
    await actions.log_out(request.app, request[CALLER])
    return answer({"message": "Logged out successfully"})


@routes.get("/authentication/me")
@endpoint(gives=schemas.User())
async def me(request: web.Request) -> web.Response:
    """Who I am."""
    return answer(await actions.profile(request.app, request[CALLER]))


@routes.get("/authentication/users")
@endpoint(query=schemas.Directory(), gives=schemas.User(), many=True)
async def users(request: web.Request) -> web.Response:
    """Who else is here."""
    return answer(await actions.directory(request.app, request[CALLER], **request[QUERY]))


def _device(request: web.Request) -> actions.Device:
    return actions.Device(
        ip_address=client_address(request),
        user_agent=_header(request, hdrs.USER_AGENT),
        location=_header(request, "X-Location"),
        device_info=_header(request, "X-Device-Info"),
    )


def _header(request: web.Request, name: str) -> str | None:
    """A header as text: aiohttp decodes stray bytes into half surrogates, which nobody can keep."""
    value = request.headers.get(name)
    return value and value.encode("utf-8", "replace").decode()[:LONGEST_HEADER]
