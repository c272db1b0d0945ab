"""Steps that tests of notifications share."""

from __future__ import annotations

import asyncio
from typing import Any

from pinge.database.queries import Connection
from tests.notifications.service import PATIENCE, Browser, PushService
from tests.people import Answer, Person


async def subscribe(person: Person, service: PushService) -> Browser:
    """A browser of theirs that is told from now on."""
    browser = service.browser()
    subscribed = await person.post("/push/subscriptions", browser.subscription)
    assert subscribed.status == 201, subscribed.body
    return browser


async def until(db: Connection, condition: str) -> None:
    """Wait until something holds in the database."""
    async with asyncio.timeout(PATIENCE):
        while not await db.fetchval(f"SELECT {condition}"):
            await asyncio.sleep(0.01)


async def explained(person: Person, sent: Answer) -> dict[str, Any]:
    """What they are told of the reasons, as it is now."""
    answer = await person.get(f"/notifications/explain/{sent.data['message_id']}")
    assert answer.status == 200, answer.body
    explanation: dict[str, Any] = answer.data
    return explanation


async def settled(person: Person, sent: Answer) -> dict[str, Any]:
    """As explained, once something was decided."""
    async with asyncio.timeout(PATIENCE):
        while not (explanation := await explained(person, sent))["devices"]:
            await asyncio.sleep(0.01)
    return explanation


async def waiting(person: Person, sent: Answer) -> dict[str, Any]:
    """As explained, once it is in the queue."""
    async with asyncio.timeout(PATIENCE):
        while not (explanation := await explained(person, sent))["is_waiting"]:
            await asyncio.sleep(0.01)
    return explanation
