"""HTTP face of what is done by mail: proving an address, a forgotten password, another address."""

from __future__ import annotations

from aiohttp import web

from pinge.accounts import email_change, mail_schemas, recovery, verification
from pinge.http.answers import answer
from pinge.http.caller import CALLER
from pinge.http.endpoint import BODY, endpoint
from pinge.http.limits import per_address, per_user
from pinge.http.schemas import Done

routes = web.RouteTableDef()


@routes.post("/authentication/verify-email")
@endpoint(takes=mail_schemas.MailLink(), gives=Done(), public=True, errors=(400,))
async def verify_email(request: web.Request) -> web.Response:
    """Prove my address, by the link that was mailed there."""
    await verification.verify(request.app, **request[BODY])
    return answer({"message": "E-mail address verified"})


@routes.post("/authentication/resend-verification")
@endpoint(
    takes=mail_schemas.EmailAddress(),
    gives=Done(),
    public=True,
    limit=per_address("mail-requests"),
)
async def resend_verification(request: web.Request) -> web.Response:
    """Have that link mailed again; the answer is the same for every address."""
    await verification.ask_again(request.app, **request[BODY])
    return answer({"message": "If this address waits to be verified, a mail is on its way"})


@routes.post("/authentication/forgot-password")
@endpoint(
    takes=mail_schemas.EmailAddress(),
    gives=Done(),
    public=True,
    limit=per_address("mail-requests"),
)
async def forgot_password(request: web.Request) -> web.Response:
    """Have a link mailed to choose a new password; the answer is the same for every address."""
    await recovery.forgot(request.app, **request[BODY])
    return answer({"message": "If somebody registered this address, a mail is on its way"})


@routes.post("/authentication/reset-password")
@endpoint(takes=mail_schemas.NewPassword(), gives=Done(), public=True, errors=(400,))
async def reset_password(request: web.Request) -> web.Response:
    """Choose a new password, by that link; ends all sessions."""
    await recovery.reset(request.app, **request[BODY])
    return answer({"message": "Password changed: log in with it"})


@routes.post("/authentication/me/email")
@endpoint(
    takes=mail_schemas.NewEmail(),
    gives=Done(),
    limit=per_user("mail-requests"),
    errors=(403, 406),
)
async def change_email(request: web.Request) -> web.Response:
    """Ask for another address: it is mine once the link that is mailed there is used."""
    await email_change.ask(request.app, request[CALLER], **request[BODY])
    return answer({"message": "A mail is on its way to the new address"})


@routes.post("/authentication/confirm-email")
@endpoint(takes=mail_schemas.MailLink(), gives=Done(), public=True, errors=(400, 406))
async def confirm_email(request: web.Request) -> web.Response:
    """Have the new address from now on, by that link."""
    await email_change.confirm(request.app, **request[BODY])
    return answer({"message": "E-mail address changed"})


@routes.post("/authentication/revert-email")
@endpoint(takes=mail_schemas.MailLink(), gives=Done(), public=True, errors=(400, 406))
async def revert_email(request: web.Request) -> web.Response:
    """Put the old address back, by the link that was mailed there; ends all sessions."""
    await email_change.revert(request.app, **request[BODY])
    return answer({"message": "E-mail address put back: a mail to choose a password is on its way"})
