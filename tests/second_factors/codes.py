"""An authenticator app, and somebody who uses it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pyotp

from tests.people import PASSWORD, Answer, Person, Pinge

TOTP = "/authentication/me/totp"
LOGIN = "/authentication/login"
REAUTHENTICATE = "/authentication/reauthenticate"


@dataclass
class App:
    """What a phone shows."""

    secret: str
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, steps: int = 0) -> str:
        """The code of this half minute, or of so many later; none of them is taken twice."""
        return pyotp.TOTP(self.secret).at(int(time.time()) + 30 * steps)


async def begin(person: Person) -> App:
    """Give a new secret to the app."""
    offered = await person.post(TOTP, {"password": PASSWORD})
    assert offered.status == 200, offered.body
    return App(offered.data["secret"])


async def turn_on(person: Person) -> App:
    """Have logins take a code; the one of the half minute before is used up by that."""
    app = await begin(person)
    confirmed = await person.post(f"{TOTP}/confirm", {"otp": app.code()})
    assert confirmed.status == 200, confirmed.body
    app.recovery_codes = confirmed.data["recovery_codes"]
    return app


async def log_in(pinge: Pinge, person: Person, **form: str) -> Answer:
    """Try to log in, by the password if the form does not say otherwise."""
    fields = form if "ticket" in form else {"username": person.email, "password": PASSWORD} | form
    return await pinge.call("POST", LOGIN, data=fields)
