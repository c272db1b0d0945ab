"""Whom somebody keeps away from them, as a client shows it: blocks, and what strangers wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.blocks.people import block, unblock

Told = dict[str, Any]


@dataclass
class Apart:
    """Whom one blocks, and conversations that are requests still, declined ones too."""

    blocks: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)

    def block(self, told: Told) -> None:
        """Somebody more."""
        self.blocks.add(told["blocked_id"])

    def unblock(self, told: Told) -> None:
        """Somebody less; one who came and went while the device was away was never there."""
        self.blocks.discard(told["blocked_id"])

    def hear(self, key: str, *, is_new: bool, is_mine: bool) -> None:
        """Whoever writes first is a stranger; to answer is to take it."""
        if is_mine:
            self.strange.discard(key)
        elif is_new:
            self.strange.add(key)

    def take(self, key: str) -> None:
        """Whoever became a contact is no stranger."""
        self.strange.discard(key)

    def answer(self, told: Told) -> None:
        """What is declined stays a request."""
        if told["status"] == "accepted":
            self.strange.discard(told["conversation_id"])


async def shut_out(world: Any) -> None:
    """Two people more who are blocked, and one who blocks."""
    await block(world.sender, world.member)
    await block(world.sender, world.stranger)
    await block(world.former, world.sender)


async def let_in(world: Any) -> None:
    """All blocks are lifted."""
    for person in (world.sender, world.former):
        for row in (await person.get("/blocks")).data:
            await person.delete(f"/blocks/{row['blocked_id']}")
    await unblock(world.sender, world.member)


async def approach(world: Any) -> None:
    """The stranger writes, be they taken or not."""
    await world.stranger.write(world.sender, "you do not know me")


async def requests_of(person: Any) -> list[str]:
    """The conversations that strangers began, and that were not answered."""
    page = (await person.get("/conversations?requests=true")).data
    return [row["conversation_id"] for row in page["conversations"]]


async def take(world: Any) -> None:
    """All that strangers wrote is taken, after it was read."""
    for key in await requests_of(world.sender):
        await world.sender.post(f"/messages/mark-read/contact/{world.stranger.user_id}")
        await world.sender.post(f"/conversations/{key}/accept")


async def turn_down(world: Any) -> None:
    """All that strangers wrote is declined."""
    for key in await requests_of(world.sender):
        await world.sender.post(f"/conversations/{key}/decline")
