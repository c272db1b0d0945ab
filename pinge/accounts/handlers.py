"""HTTP face of accounts."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts import actions, devices, logging_in, profiles, proving, schemas
from pinge.accounts.device import device_of
from pinge.http.answers import answer, plain
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, QUERY, endpoint, path_id
from pinge.http.limits import per_address, per_user
from pinge.http.schemas import Done
from pinge.http.scopes import Scope
from pinge.http.uploads import file_body
from pinge.media import avatars

routes = web.RouteTableDef()


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
    form, device = request[BODY], device_of(request)
    if "ticket" in form:
        token = await logging_in.log_in_by_ticket(
            request.app, ticket=form["ticket"], otp=form["otp"], device=device
        )
    else:
        who = {"email": form["username"], "password": form["password"]}
        token = await logging_in.log_in(request.app, **who, otp=form.get("otp"), device=device)
    return plain({"access_token": token, "token_type": "bearer"})


@routes.post("/authentication/reauthenticate")
@endpoint(takes=schemas.Reauthenticate(), gives=schemas.Proven(), errors=(403,))
async def reauthenticate(request: web.Request) -> web.Response:
    """Prove once more that it is me, for what a stolen session must not do."""
    seconds = await proving.reauthenticate(request.app, request[CALLER], **request[BODY])
    return answer({"message": "This holds for a while, on this session", "expires_in": seconds})


@routes.post("/authentication/logout")
@endpoint(gives=Done())
async def log_out(request: web.Request) -> web.Response:
    """End this session: its token is dead, its sockets close."""
    await actions.log_out(request.app, request[CALLER])
    return answer({"message": "Logged out successfully"})


@routes.get("/authentication/sessions")
@endpoint(gives=schemas.Session(), many=True)
async def sessions(request: web.Request) -> web.Response:
    """Where I am logged in: the latest 100 logins."""
    return answer(await devices.sessions_of(request.app, request[CALLER]))


@routes.delete("/authentication/sessions/{session_id}")
@endpoint(gives=Done(), errors=(400, 404))
async def end_session(request: web.Request) -> web.Response:
    """Log me out on one device."""
    session_id = path_id(request, "session_id")
    await devices.end_one(request.app, request[CALLER], session_id)
    return answer({"message": "Session ended"})


@routes.post("/authentication/sessions/end-others")
@endpoint(gives=schemas.OthersEnded())
async def end_others(request: web.Request) -> web.Response:
    """Log me out everywhere but here."""
    ended = await devices.end_others(request.app, request[CALLER])
    return answer({"message": f"Ended {ended} session(s)", "ended_count": ended})


@routes.post("/authentication/me/password")
@endpoint(takes=schemas.ChangePassword(), gives=Done(), errors=(400, 403))
async def change_password(request: web.Request) -> web.Response:
    """Choose another password, which logs me out everywhere but here."""
    await actions.change_password(request.app, request[CALLER], **request[BODY])
    return answer({"message": "Password changed"})


@routes.get("/authentication/me")
@endpoint(gives=schemas.Profile(), scope=Scope.PROFILE_READ)
async def me(request: web.Request) -> web.Response:
    """Who I am."""
    return answer(await profiles.own_profile(request.app, request[CALLER]))


@routes.patch("/authentication/me")
@endpoint(
    takes=schemas.ChangeProfile(),
    gives=schemas.Profile(),
    scope=Scope.PROFILE_WRITE,
    limit=per_user("profiles"),
    errors=(400,),
)
async def change_me(request: web.Request) -> web.Response:
    """Change what I say of myself: what is named, and nothing else."""
    return answer(await profiles.change_profile(request.app, request[CALLER], request[BODY]))


@routes.put("/authentication/me/avatar")
@endpoint(
    takes="image/*", gives=schemas.Profile(), scope=Scope.PROFILE_WRITE, limit=per_user("avatars")
)
async def set_avatar(request: web.Request) -> web.Response:
    """Have a picture: a JPEG, PNG, GIF or WebP, of which the middle is shown."""
    picture = await file_body(request, most=avatars.LARGEST, within=avatars.WITHIN)
    return answer(await profiles.change_avatar(request.app, request[CALLER], picture))


@routes.delete("/authentication/me/avatar")
@endpoint(gives=schemas.Profile(), scope=Scope.PROFILE_WRITE)
async def delete_avatar(request: web.Request) -> web.Response:
    """Have no picture."""
    return answer(await profiles.change_avatar(request.app, request[CALLER], None))


@routes.get("/authentication/users")
@endpoint(query=schemas.Directory(), gives=schemas.User(), many=True, scope=Scope.PROFILE_READ)
async def users(request: web.Request) -> web.Response:
    """Who else is here."""
    return answer(await actions.directory(request.app, request[CALLER], **request[QUERY]))


@routes.get("/authentication/users/{user_id}")
@endpoint(gives=schemas.Profile(), scope=Scope.PROFILE_READ, errors=(400, 404))
async def user(request: web.Request) -> web.Response:
    """Who somebody is."""
    user_id = path_id(request, "user_id")
    return answer(await profiles.profile_of(request.app, request[CALLER], user_id))
