"""What acts for somebody and what is told for them, as a client shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import PASSWORD, Person
from tests.tokens.acting import BOTS, TOKENS, bot_of, make

Told = dict[str, Any]

SUBSCRIPTIONS = "/subscriptions"
PROOF = {"password": PASSWORD}
NOWHERE = "https://127.0.0.1/"  # which is refused before anything is sent


@dataclass
class Programs:
    """Their tokens by name, their bots, and the URLs that are told; when they were used is not."""

    tokens: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    bots: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    subscriptions: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @classmethod
    async def fetched(cls, person: Person) -> Programs:
        """As HTTP tells it now."""
        programs = cls()
        for row in (await person.get(TOKENS)).data:
            programs.hear("token_made", {"token": row})
        for row in (await person.get(BOTS)).data:
            programs.hear("bot_updated", {"bot": row})
        for row in (await person.get(SUBSCRIPTIONS)).data:
            programs.hear("subscription_updated", {"subscription": row})
        return programs

    def hear(self, event: str, data: Told) -> None:
        """One of EVENTS; what came and went while the device was away was never there."""
        if event == "token_made":
            row = data["token"]
            self.tokens[row["token_id"]] = row["bot_id"], row["name"]
        elif event == "token_revoked":
            self.tokens.pop(data["token_id"], None)
        elif event == "bot_updated":
            names = ("username", "about", "is_public")
            self.bots[data["bot"]["bot_id"]] = tuple(data["bot"][name] for name in names)
        elif event == "bot_deleted":
            self.bots.pop(data["bot_id"], None)
            mine = self.tokens.items()
            self.tokens = {key: row for key, row in mine if row[0] != data["bot_id"]}
        elif event == "subscription_updated":
            row = data["subscription"]
            shown = row["url"], tuple(row["events"]), row["disabled_at"]
            self.subscriptions[row["subscription_id"]] = shown
        else:
            self.subscriptions.pop(data["subscription_id"], None)


EVENTS = {
    *("token_made", "token_revoked", "bot_updated", "bot_deleted"),
    *("subscription_updated", "subscription_deleted"),
}


async def hand_out(world: Any) -> None:
    """Make two tokens, and one of a bot."""
    for scope in ("profile:read", "messages:read"):
        await make(world.sender, scope)
    bot = (await world.sender.post(BOTS, {"username": "helper"})).data
    await make(world.sender, "messages:read", bot_id=bot["bot_id"])


async def take_in(world: Any) -> None:
    """Revoke all tokens."""
    for row in (await world.sender.get(TOKENS)).data:
        await world.sender.delete(f"{TOKENS}/{row['token_id']}")


async def build(world: Any) -> None:
    """Have a bot, which says something."""
    bot = await bot_of(world.sender)
    await bot.write(world.sender, "at your service")
    await world.sender.patch(f"{BOTS}/{bot.user_id}", {"about": "helps", "is_public": True})


async def scrap(world: Any) -> None:
    """Delete all bots."""
    for row in (await world.sender.get(BOTS)).data:
        await world.sender.delete(f"{BOTS}/{row['bot_id']}")


async def subscribe(world: Any) -> None:
    """Have two URLs told, one of them of less and then nothing."""
    wanted = {"url": NOWHERE, "events": ["message_created", "member_left"]} | PROOF
    made = [
        await world.sender.post(SUBSCRIPTIONS, wanted | {"conversation_id": world.group_id})
        for _ in range(2)
    ]
    path = f"{SUBSCRIPTIONS}/{made[0].data['subscription_id']}"
    await world.sender.patch(path, PROOF | {"events": ["message_created"], "is_enabled": False})


async def unsubscribe(world: Any) -> None:
    """Have none told any more."""
    for row in (await world.sender.get(SUBSCRIPTIONS)).data:
        await world.sender.delete(f"{SUBSCRIPTIONS}/{row['subscription_id']}")


CASES = {
    "token_made": [hand_out],
    "token_revoked": [hand_out, take_in, hand_out],
    "bot_updated": [build],
    "bot_deleted": [build, scrap],
    "subscription_updated": [subscribe],
    "subscription_deleted": [subscribe, unsubscribe, subscribe],
}
