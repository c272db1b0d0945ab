"""Looking at what sockets were told, and when."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from pinge.presence import telling
from pinge.realtime import presence
from pinge.realtime.hub import HUB
from tests.people import PATIENCE, Person, Pinge, Socket


async def settled(pinge: Pinge) -> None:
    """Have all that moved written and told."""
    for _ in range(2):
        await presence.tell(pinge.app)
    for _ in range(2):
        await telling.tell(pinge.app)


async def heard(socket: Socket) -> list[dict[str, Any]]:
    """All that has been told by now, ambient events too."""
    await socket.say("ping")  # a plain socket may not, which is an answer too
    frames = []
    while (frame := (await socket.ws.receive(PATIENCE)).json())["event"] not in ("pong", "error"):
        frames.append(frame)
    return frames


async def hung_up(person: Person, *sockets: Socket) -> None:
    """Close these, the person's last at their process, and wait until the process knows."""
    for socket in sockets:
        await socket.close()
    async with asyncio.timeout(PATIENCE):
        while person.pinge.app[HUB].count(UUID(person.user_id)):
            await asyncio.sleep(0.01)


async def shown(viewer: Person, *others: Person) -> dict[str, str]:
    """Names and statuses of those whose presence the viewer may know."""
    names = {other.user_id: other.name for other in others}
    answer = await viewer.get(f"/presence?user_ids={','.join(names)}")
    return {names[row["user_id"]]: row["status"] for row in answer.data}
