"""Programs that act with tokens."""

from __future__ import annotations

from typing import Any

from pinge.http.scopes import Scope
from tests.people import PASSWORD, Answer, Person

TOKENS, BOTS = "/authentication/tokens", "/bots"
EVERYTHING = tuple(scope.value for scope in Scope)
OF_BOTS = tuple(scope for scope in EVERYTHING if scope != "contacts:write")


async def make(person: Person, *scopes: str, **more: Any) -> Answer:
    """A token of somebody's, for these scopes, or for all there are."""
    body = {"name": "script", "scopes": scopes or EVERYTHING, "password": PASSWORD}
    return await person.post(TOKENS, body | more)


async def program(person: Person, *scopes: str, **more: Any) -> Person:
    """Somebody's program: it acts with a token for these scopes, or for all there are."""
    made = (await make(person, *scopes, **more)).data
    return Person(
        person.pinge,
        email=person.email,
        name=person.name,
        user_id=made["bot_id"] or person.user_id,
        token=made["token"],
    )


async def bot_of(owner: Person, name: str = "helper", **more: Any) -> Person:
    """A bot of somebody's, acting with a token for everything."""
    made = (await owner.post(BOTS, {"username": name, **more})).data
    return await program(owner, *OF_BOTS, bot_id=made["bot_id"])
