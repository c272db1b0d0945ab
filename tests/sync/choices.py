"""What people set, as clients do."""

from __future__ import annotations

import random
from typing import Any


async def change_settings(world: Any) -> None:
    """One of them has other settings."""
    choices = {"findable": random.random() < 0.5, "snoozed_until": "2030-01-01T00:00:00+01:00"}
    await world.sender.patch("/settings", choices)


async def hide_receipts(world: Any) -> None:
    """The other one hides how far messages reached them."""
    await world.member.patch("/settings", {"sends_receipts": False})


async def turn_receipts(world: Any) -> None:
    """Both hide it, or show it again."""
    for person in (world.sender, world.member):
        turned = not (await person.get("/settings")).data["sends_receipts"]
        await person.patch("/settings", {"sends_receipts": turned})


async def tune(world: Any) -> None:
    """Two have another level for both conversations."""
    level = {"notifications": random.choice(("all", "mentions", "none", None))}
    for key in (world.direct_id, world.group_id):
        for person in (world.sender, world.former):
            await person.patch(f"/conversations/{key}/settings", level)
