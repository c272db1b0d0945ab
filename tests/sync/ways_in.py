"""How somebody logs in, as a client shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.passkeys.authenticator import MINE, Authenticator, add
from tests.people import PASSWORD, Person
from tests.second_factors.codes import REAUTHENTICATE, TOTP, turn_on

LOCAL = "http://localhost:8000"


@dataclass
class WaysIn:
    """A second factor, and passkeys by their names; how often they are used is not told."""

    factor: dict[str, Any] = field(default_factory=dict)
    passkeys: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def fetched(cls, person: Person) -> WaysIn:
        """As HTTP tells it now."""
        passkeys = (await person.get(MINE)).data
        labels = {row["passkey_id"]: row["label"] for row in passkeys}
        return cls((await person.get(TOTP)).data, labels)

    def have(self, factor: dict[str, Any]) -> None:
        """It is on, or off."""
        self.factor = {name: factor[name] for name in self.factor}

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
