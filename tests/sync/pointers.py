"""What messages point to, as a client shows it: answers, mentions, and words of others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import Person

Told = dict[str, Any]
NAMES = ("reply_to", "mentions", "forwarded")


@dataclass
class Pointers:
    """All of them that point to anything, and how many unread messages mention me."""

    me: str
    messages: dict[tuple[str, int], Told] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def fetch(self, key: str, messages: list[Told]) -> None:
        """Those of one conversation, whose messages are these."""
        for row in messages:
            self._keep(key, row)

    def count(self, mentions: dict[str, int]) -> None:
        """As the server counts."""
        self.counts = dict(mentions)

    def hear(self, key: str, data: Told) -> None:
        """A new message."""
        self._keep(key, data)
        if self.me in data["mentions"] and data["sender_id"] != self.me:
            self.counts[key] = self.counts.get(key, 0) + 1

    def _keep(self, key: str, row: Told) -> None:
        pointing = {name: row[name] for name in NAMES if row[name]}
        for name in pointing.keys() - {
            "mentions"
        }:  # a client shows the name that it knows by the id
            pointing[name] = {at: it for at, it in row[name].items() if at != "sender_name"}
        if pointing:
            self.messages[key, row["seq"]] = pointing

    def edited(self, key: str, data: Told) -> None:
        """A message says something else, and those that quote it show that."""
        mine = self.messages.pop((key, data["seq"]), {})
        mine.pop("mentions", None)
        if data["mentions"]:
            mine["mentions"] = data["mentions"]
        if mine:
            self.messages[key, data["seq"]] = mine
        self._requote(key, data, {"content": data["content"][:200]})

    def deleted(self, key: str, data: Told) -> None:
        """Nothing of a message is left, in those that quote it neither."""
        self.messages.pop((key, data["seq"]), None)
        gone = {"content": "", "attachment_count": 0, "deleted_at": data["deleted_at"]}
        self._requote(key, data, gone)

    def hidden(self, key: str, data: Told) -> None:
        """I see a message no more, nor what quotes of it."""
        self.messages.pop((key, data["seq"]), None)
        for place in [place for place in self.messages if place[0] == key]:
            if self.messages[place].get("reply_to", {}).get("seq") == data["seq"]:
                del self.messages[place]["reply_to"]
                if not self.messages[place]:
                    del self.messages[place]

    def recount(self, key: str, count: int) -> None:
        """So many unread messages of a conversation mention me."""
        self.counts.pop(key, None)
        if count:
            self.counts[key] = count

    def forget(self, key: str) -> None:
        """I am in a conversation no more."""
        self.messages = {place: it for place, it in self.messages.items() if place[0] != key}
        self.counts.pop(key, None)

    def _requote(self, key: str, data: Told, now: Told) -> None:
        for (where, _), pointing in self.messages.items():
            quote = pointing.get("reply_to", {})
            if where == key and quote.get("seq") == data["seq"]:
                quote |= now


async def mention(sender: Person, other: Person, group_id: str) -> None:
    """Each mentions the other, as they are called by now."""
    for one, meant in ((sender, other), (other, sender)):
        name = (await meant.get("/authentication/me")).data["username"]
        await one.write_group(group_id, f"@{name}!")


async def unmention(sender: Person, other: Person, group_id: str) -> None:
    """The latest that each said in the group mentions nobody any more, or then the other."""
    for one, meant in ((sender, other), (other, sender)):
        name = (await meant.get("/authentication/me")).data["username"]
        for message in await _said(one, group_id):
            content = "nobody" if message["mentions"] else f"@{name}"
            edit = {"content": content, "base_rev": message["rev"]}
            await one.patch(f"/messages/{message['message_id']}", edit)


async def answer(sender: Person, other: Person, *conversation_ids: str) -> None:
    """Each answers the latest that the other said."""
    for one, asked in ((sender, other), (other, sender)):
        for key in conversation_ids:
            for message in await _said(asked, key):
                answer = {"content": "indeed", "reply_to": message["message_id"]}
                sent = await one.write_group(key, **answer)
                if sent.status == 403:  # it is that of the two
                    await one.write(asked, **answer)


async def forward(sender: Person, group_id: str, direct_id: str) -> None:
    """The latest of each conversation is said again in both."""
    to = [{"group_id": group_id}, {"conversation_id": direct_id}]
    for key in (group_id, direct_id):
        page = (await sender.get(f"/conversations/{key}/messages?limit=1")).data
        ids = [message["message_id"] for message in page["messages"]]
        await sender.post("/messages/forward", {"message_ids": ids, "to": to})


async def _said(person: Person, key: str) -> list[Told]:
    """The latest that somebody said there in their own words, if it is still there."""
    page = (await person.get(f"/conversations/{key}/messages?limit=50")).data
    mine = [one for one in page["messages"] if one["sender_id"] == person.user_id]
    return [one for one in mine if not one["deleted_at"] and not one["forwarded"]][:1]
