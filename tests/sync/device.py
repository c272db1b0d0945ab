"""A client of pinge.v1 as the README describes one: it applies events and keeps positions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.people import Person, Socket


@dataclass
class Device:
    """Somebody's device: what it knows, whether connected or not."""

    person: Person
    epoch: str
    user_rev: int = 0
    positions: dict[str, list[int]] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)
    socket: Socket | None = None

    @classmethod
    async def of(cls, person: Person) -> Device:
        """A new device that has fetched everything."""
        socket = await person.pinge.socket(
            person, "/ws", protocols=("pinge.v1",), headers=person.bearer
        )
        hello = (await socket.next("hello"))["data"]
        await socket.close()
        device = cls(person, hello["epoch"])
        await device.sync()
        device.heard.clear()
        return device

    @property
    def known(self) -> dict[str, Any]:
        """What it says when it comes back."""
        return {
            "epoch": self.epoch,
            "user_rev": self.user_rev,
            "conversations": self.positions,
        }

    async def sync(self) -> dict[str, Any]:
        """Come back over HTTP."""
        answer = await self.person.post("/sync", self.known)
        assert answer.status == 200, answer.body
        self.take(answer.data)
        return answer.data

    async def resume(self) -> dict[str, Any]:
        """Come back over a socket; what it was answered."""
        self.socket = await self.person.pinge.socket(
            self.person, "/ws", protocols=("pinge.v1",), headers=self.person.bearer
        )
        await self.socket.next("hello")
        await self.socket.say("resume", self.known, id=1)
        answer = await self.socket.next()
        assert (await self.socket.next())["event"] == "ack"
        if answer["event"] == "resumed":
            self.take(answer["data"])
        return answer

    async def hear(self, event: str) -> dict[str, Any]:
        """The next event of that name, with all that came before it applied."""
        assert self.socket is not None
        while True:
            told = await self.socket.next()
            self.apply(told)
            if told["event"] == event:
                return told["data"]

    def take(self, resumed: dict[str, Any]) -> None:
        """Apply an answer."""
        if resumed.get("resync"):
            return
        for told in resumed["changes"]:
            self.apply(told)
        self.user_rev = resumed["user_rev"]
        for conversation in resumed["conversations"]:
            for told in conversation["changes"]:
                self.apply(told)
            place = [conversation["seq"], conversation["rev"]]
            self.positions[conversation["conversation_id"]] = place

    def apply(self, told: dict[str, Any]) -> None:
        """Apply one event."""
        self.heard.append(told)
        data = told["data"]
        if "user_rev" in data:
            self.user_rev = max(self.user_rev, data["user_rev"])
        if "rev" in data and "conversation_id" in data:
            seq, rev = self.positions.get(data["conversation_id"], [0, 0])
            if "message_id" in data:
                seq = max(seq, data["seq"])
            self.positions[data["conversation_id"]] = [seq, max(rev, data["rev"])]

    def contents(self) -> list[str]:
        """What it was told that was said, in order."""
        return [told["data"]["content"] for told in self.heard if "content" in told["data"]]

    def names(self) -> list[str]:
        """The events it heard, in order."""
        return [told["event"] for told in self.heard]
