"""How somebody logs in, as a client shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.oidc.browser import MINE as OIDC
from tests.oidc.browser import VERIFIER, Browser
from tests.passkeys.authenticator import MINE, Authenticator, add
from tests.people import PASSWORD, Person
from tests.second_factors.codes import REAUTHENTICATE, TOTP, turn_on

LOCAL = "http://localhost:8000"


@dataclass
class WaysIn:
    """A second factor, passkeys by their names, and who they are elsewhere."""

    factor: dict[str, Any] = field(default_factory=dict)
    passkeys: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, Any] = field(default_factory=dict)

    @classmethod
    async def fetched(cls, person: Person) -> WaysIn:
        """As HTTP tells it now."""
        passkeys = (await person.get(MINE)).data
        labels = {row["passkey_id"]: row["label"] for row in passkeys}
        factor, elsewhere = (await person.get(TOTP)).data, (await person.get(OIDC)).data
        return cls(factor, labels, elsewhere)

    def have(self, factor: dict[str, Any]) -> None:
        """It is on, or off."""
        self.factor = {name: factor[name] for name in self.factor}

    def be(self, elsewhere: dict[str, Any]) -> None:
        """They are this elsewhere, or nobody."""
        self.elsewhere = {name: elsewhere[name] for name in self.elsewhere}

    def hold(self, passkey: dict[str, Any]) -> None:
        """It is there, and is called so."""
        self.passkeys[passkey["passkey_id"]] = passkey["label"]

    def drop(self, passkey: dict[str, Any]) -> None:
        """It is gone; one that came and went while the device was away was never there."""
        self.passkeys.pop(passkey["passkey_id"], None)


async def lock(world: Any) -> None:
    """Turn a second factor on, and use a recovery code."""
    app = await turn_on(world.sender)
    await world.sender.post(REAUTHENTICATE, {"otp": app.recovery_codes[0]})


async def unlock(world: Any) -> None:
    """Turn it off again."""
    await world.sender.call("DELETE", TOTP, {})


async def forge(world: Any) -> None:
    """Have two more passkeys, and call one otherwise."""
    made = [(await add(world.sender, Authenticator(origin=LOCAL))).data for _ in range(2)]
    await world.sender.patch(f"{MINE}/{made[0]['passkey_id']}", {"label": "Key"})


async def throw_away(world: Any) -> None:
    """Remove all passkeys."""
    for row in (await world.sender.get(MINE)).data:
        await world.sender.call("DELETE", f"{MINE}/{row['passkey_id']}", {"password": PASSWORD})


async def link(world: Any) -> None:
    """Be somebody elsewhere."""
    browser = Browser(world.pinge)
    proof = {"verifier": VERIFIER, "password": PASSWORD}
    await world.sender.post(OIDC, {"ticket": await browser.ticket(), **proof})


async def unlink(world: Any) -> None:
    """Be nobody there."""
    await world.sender.call("DELETE", OIDC, {"password": PASSWORD})
