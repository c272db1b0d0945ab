"""The calls behind links in mails, as the pages make them."""

from __future__ import annotations

from tests.people import PASSWORD

NEW = "Better horse 8"


async def use(pinge, path, token, **more):
    """Use a link."""
    body = {"token": token, **more}
    return await pinge.call("POST", f"/authentication/{path}", json=body)


async def ask(pinge, path, email):
    """Ask for a mail."""
    return await pinge.call("POST", f"/authentication/{path}", json={"email": email})


async def reset_token(pinge, mailbox, email):
    """A link to choose a new password."""
    assert (await ask(pinge, "forgot-password", email)).status == 200
    return (await mailbox.next(email, "new password")).token


async def reset(pinge, token, password=NEW):
    """Choose a new password."""
    return await use(pinge, "reset-password", token, password=password)


async def log_in(pinge, email, password=PASSWORD):
    """The status of a login."""
    form = {"username": email, "password": password}
    return (await pinge.call("POST", "/authentication/login", data=form)).status


async def change_email(person, email, password=PASSWORD):
    """Ask for another address."""
    return await person.post("/authentication/me/email", {"email": email, "password": password})


async def moved(pinge, mailbox, person, email):
    """Have somebody change their address; the link that takes it back."""
    assert (await change_email(person, email)).status == 200
    token = (await mailbox.next(email, "Confirm")).token
    assert (await use(pinge, "confirm-email", token)).status == 200
    return (await mailbox.next(about="was changed")).token


async def expire(db):
    """Every link has been in the mail for too long."""
    await db.execute("UPDATE mail_tokens SET expires_at = now()")
