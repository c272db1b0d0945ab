"""The people of the bench: made through the API as they are needed, and used by every scenario."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from pinge.bench.link import Address, HttpLink
from pinge.bench.many import at_once, http_links
from pinge.bench.progress import Watching

DOMAIN = "bench.pinge.example"
CONNECTIONS = 16

T = TypeVar("T")
R = TypeVar("R")

Couple = tuple["Person", "Person"]


@dataclass(frozen=True, slots=True)
class Person:
    """An account that is logged in."""

    user_id: str
    email: str
    token: str


class Crowd:
    """Everybody registered so far; more are made when a scenario asks for more."""

    def __init__(self, address: Address, watching: Watching) -> None:
        self._address = address
        self._watching = watching
        self._run = secrets.token_hex(5)
        self._password = f"Bench-{secrets.token_urlsafe(12)}-1"
        self._people: list[Person] = []
        self._contacts: set[frozenset[Person]] = set()

    async def people(self, count: int) -> list[Person]:
        """The first so many people."""
        missing = range(len(self._people), count)
        self._people += await self._each(f"registering {len(missing)}", missing, self._join)
        return self._people[:count]

    async def couples(self, count: int) -> list[Couple]:
        """So many pairs of contacts, nobody in two of them."""
        people = await self.people(2 * count)
        couples = list(zip(people[::2], people[1::2], strict=True))
        await self.befriend(couples)
        return couples

    async def befriend(self, couples: Sequence[Couple]) -> None:
        """Make contacts of those who are not yet."""
        strangers = [couple for couple in couples if frozenset(couple) not in self._contacts]
        await self._each(f"introducing {len(strangers)} pairs", strangers, self._introduce)
        self._contacts.update(map(frozenset, strangers))

    async def group(self, size: int) -> tuple[str, list[Person]]:
        """A new group and its members."""
        members = await self.people(size)
        founder, *others = members
        invited = {"name": f"bench of {size}", "members": [person.user_id for person in others]}

        async def found(link: HttpLink, person: Person) -> str:
            made = await link.ask("POST", "/messages/groups", token=person.token, payload=invited)
            return str(made["group_id"])

        (group_id,) = await self._each(f"founding a group of {size}", [founder], found)
        return group_id, members

    async def write(self, couples: Sequence[Couple], content: str) -> None:
        """The first of each pair writes to the second."""

        async def send(link: HttpLink, couple: Couple) -> None:
            sender, receiver = couple
            message = {"receiver_id": receiver.user_id, "content": content}
            await link.ask("POST", "/messages/direct", token=sender.token, payload=message)

        await self._each(f"writing {len(couples)} messages", couples, send)

    def login_request(self, email: str) -> bytes:
        """What opens another session of one of these people."""
        form = urlencode({"username": email, "password": self._password}).encode()
        kind = "application/x-www-form-urlencoded"
        return self._address.request("POST", "/authentication/login", body=form, body_type=kind)

    async def _join(self, link: HttpLink, number: int) -> Person:
        email = f"{self._run}-{number}@{DOMAIN}"
        account = {
            "email": email,
            "username": f"bench {number}",
            "password": self._password,
            "gender": "Others",
            "country": "India",
        }
        made = await link.ask("POST", "/authentication/register_user", payload=account)
        session = await link.call(self.login_request(email))
        return Person(made["user_id"], email, session["access_token"])

    async def _introduce(self, link: HttpLink, couple: Couple) -> None:
        asking, asked = couple
        wish = {"receiver_email": asked.email}
        made = await link.ask("POST", "/contacts/send-request", token=asking.token, payload=wish)
        await link.ask("POST", f"/contacts/accept/{made['request_id']}", token=asked.token)

    async def _each(
        self, what: str, items: Sequence[T], act: Callable[[HttpLink, T], Awaitable[R]]
    ) -> list[R]:
        """Do something for every item, some at a time; the results in order."""
        if not items:
            return []
        self._watching.begin(what, len(items))
        async with http_links(self._address, min(CONNECTIONS, len(items))) as links:
            idle: asyncio.LifoQueue[HttpLink] = asyncio.LifoQueue()
            for link in links:
                idle.put_nowait(link)

            async def one(item: T) -> R:
                link = await idle.get()
                result = await act(link, item)
                idle.put_nowait(link)
                self._watching.advance()
                return result

            return await at_once(one, items)
