"""Reading histories over HTTP: what clients do who were told that much is missing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.faults.cast import Talk, User

if TYPE_CHECKING:
    from tests.faults.device import Device

PAGE = 100
PAUSE = 1.0  # seconds before a page that did not come is asked for again


async def fetch(device: Device, conversation_id: str, after: int) -> None:
    """Read a history from a place on, and write down what is in it."""
    talk = device.stage.cast.talk_by_id[conversation_id]
    while True:
        answer = await device.ask("GET", history(talk, device.user, after))
        if answer.type == "fail":
            return  # out of it by now
        if answer.type == "info":
            await asyncio.sleep(PAUSE)
            continue
        for row in reversed(answer.data):
            what = {"message_id": row["message_id"], "seq": row["seq"]}
            device.note("fetched", conversation=talk.name, **what)
            after = row["seq"]
        if len(answer.data) < PAGE:
            return


def history(talk: Talk, user: User, after: int) -> str:
    """The path of a page of a conversation, from a place on."""
    if talk.is_group:
        where = f"groups/{talk.conversation_id}/messages"
    else:
        where = f"direct/{talk.other(user).user_id}"
    return f"/messages/{where}?after={after}&limit={PAGE}"
