"""What a client shows on messages besides what they say: emojis, stars and pins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import Person

Told = dict[str, Any]
Place = tuple[str, int]  # the conversation and the seq


@dataclass
class Marks:
    """All of them, in a form that can be compared."""

    me: str
    reactions: dict[Place, dict[str, tuple[int, bool]]] = field(default_factory=dict)
    stars: set[Place] = field(default_factory=set)
    pins: set[Place] = field(default_factory=set)

    async def fetch(self, person: Person, key: str, messages: list[Told]) -> None:
        """Those of one conversation, whose messages are these."""
        for row in messages:
            figures = {one["emoji"]: (one["count"], one["me"]) for one in row["reactions"]}
            if figures:
                self.reactions[key, row["seq"]] = figures
        starred = (await person.get("/messages/starred?limit=100")).data["messages"]
        self.stars |= {(key, row["seq"]) for row in starred if row["conversation_id"] == key}
        pinned = await person.get(f"/conversations/{key}/pins")
        if pinned.status == 200:
            self.pins |= {(key, row["seq"]) for row in pinned.data}

    def forget(self, key: str, seq: int | None = None) -> None:
        """A message is gone, or a conversation with all in it."""
        gone = {
            place
            for place in (*self.reactions, *self.stars, *self.pins)
            if place[0] == key and seq in (None, place[1])
        }
        self.reactions = {place: self.reactions[place] for place in self.reactions.keys() - gone}
        self.stars -= gone
        self.pins -= gone

    def react(self, place: Place, data: Told) -> None:
        """Somebody put an emoji on a message, or took theirs back."""
        figures = self.reactions.pop(place, {})
        _, mine = figures.pop(data["emoji"], (0, False))
        if data["count"]:
            mine = data["is_on"] if data["user_id"] == self.me else mine
            figures[data["emoji"]] = (data["count"], mine)
        if figures:
            self.reactions[place] = figures

    def star(self, place: Place, data: Told) -> None:
        """I starred a message."""
        self.stars.add(place)

    def unstar(self, place: Place, data: Told) -> None:
        """I took its star off."""
        self.stars.discard(place)

    def pin(self, place: Place, data: Told) -> None:
        """Somebody pinned a message."""
        self.pins.add(place)

    def unpin(self, place: Place, data: Told) -> None:
        """Somebody took its pin off."""
        self.pins.discard(place)


APPLY = {
    "reaction_changed": Marks.react,
    "message_starred": Marks.star,
    "message_unstarred": Marks.unstar,
    "message_pinned": Marks.pin,
    "message_unpinned": Marks.unpin,
}


async def latest(world: Any, person: Person) -> list[Told]:
    """The latest message of each conversation that somebody reads."""
    found = []
    for key in (world.group_id, world.direct_id):
        page = await person.get(f"/conversations/{key}/messages?limit=1")
        found += page.data["messages"]
    return found


async def react(world: Any) -> None:
    """Two of them put emojis on the latest messages."""
    for person, emojis in ((world.sender, "👍👀"), (world.member, "👍")):
        for message in await latest(world, person):
            for emoji in emojis:
                await person.call("PUT", f"/messages/{message['message_id']}/reactions/{emoji}")


async def take_back(world: Any) -> None:
    """Both take one off again."""
    for person in (world.member, world.sender):
        for message in await latest(world, person):
            await person.delete(f"/messages/{message['message_id']}/reactions/👍")


async def mark(world: Any) -> None:
    """Both star and pin the latest messages."""
    for person in (world.sender, world.member):
        for message in await latest(world, person):
            for what in ("star", "pin"):
                await person.call("PUT", f"/messages/{message['message_id']}/{what}")


async def unmark(world: Any) -> None:
    """One of them does so no longer."""
    for message in await latest(world, world.sender):
        for what in ("star", "pin"):
            await world.sender.delete(f"/messages/{message['message_id']}/{what}")


async def archive(world: Any) -> None:
    """Both put the conversations away, and mark them unread."""
    for key in (world.direct_id, world.group_id):
        for person in (world.sender, world.member):
            for what in ("archive", "marked-unread"):
                await person.call("PUT", f"/conversations/{key}/{what}")
