"""What somebody is about to say, now and later, as a client shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import Person

Told = dict[str, Any]
AT = "/scheduled-messages"


@dataclass
class Plans:
    """Drafts by conversation, and messages for later by id."""

    drafts: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    later: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    async def fetched(cls, person: Person) -> Plans:
        """As HTTP tells it now."""
        plans = cls()
        for row in (await person.get("/drafts")).data:
            plans.draft(row)
        for row in (await person.get(AT)).data:
            plans.schedule(row)
        return plans

    def draft(self, draft: Told) -> None:
        """Another one, or none any more."""
        self.drafts.pop(draft["conversation_id"], None)
        if draft["content"] or draft["reply_to"]:
            self.drafts[draft["conversation_id"]] = draft["content"], draft["reply_to"]

    def schedule(self, message: Told) -> None:
        """It waits, or could not be sent; else it is over."""
        self.later.pop(message["scheduled_id"], None)
        if message["status"] in ("pending", "failed"):
            self.later[message["scheduled_id"]] = message["content"], message["send_at"]


async def draft(person: Person, *keys: str) -> None:
    """Be about to say something in these conversations, and then nothing in the first."""
    for key in keys:
        await person.call("PUT", f"/conversations/{key}/draft", {"content": "I"})
    await person.delete(f"/conversations/{keys[0]}/draft")


async def schedule(person: Person, key: str) -> None:
    """Have three messages sent later; one of them is changed then, and one cancelled."""
    body = {"content": "later", "send_at": "2027-05-01T12:00:00Z"}
    at = f"/conversations/{key}/scheduled-messages"
    made = [(await person.post(at, body)).data["scheduled_id"] for _ in range(3)]
    await person.patch(f"{AT}/{made[0]}", {"content": "sooner"})
    await person.delete(f"{AT}/{made[1]}")
