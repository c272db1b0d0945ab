"""Who takes part in a run: users, their devices, and the conversations they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

from aiohttp import ClientSession

from tests.faults.journal import Journal

PASSWORD = "Correct horse 7"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    users: int = 60
    devices: int = 200
    pairs: int = 14
    called: str = "u"  # the users are, and a number
    groups: Sequence[int] = (3, 3, 3, 4, 4, 5, 5, 6, 8, 8, 10, 12, 15, 20, 30, 50)


@dataclass(slots=True)
class User:
    """Somebody with an account; in journals they go by their name."""

    name: str
    user_id: str
    email: str
    tokens: list[str] = field(default_factory=list)  # a login for each device


@dataclass(slots=True)
class Talk:
    """A conversation; in journals it goes by its name. Of a group the first member is the admin."""

    name: str
    conversation_id: str
    members: list[User]
    now: set[str] = field(default_factory=set)  # names of who is in it, as far as is known

    @property
    def is_group(self) -> bool:
        return self.name.startswith("group")

    def other(self, user: User) -> User:
        """Whom a user talks to in a direct conversation."""
        return self.members[self.members[0] is user]


class Cast:
    """Everybody and everything by name and by id."""

    def __init__(self, users: list[User], talks: list[Talk]) -> None:
        self.users, self.talks = users, talks
        self.members = {talk.name: set(talk.now) for talk in talks}  # as it was at the start
        self.talk_by_id = {talk.conversation_id: talk for talk in talks}
        self.talk_by_name = {talk.name: talk for talk in talks}
        self.user_by_id = {user.user_id: user for user in users}

    def talks_of(self, user: User) -> list[Talk]:
        """Where somebody is a member now."""
        return [talk for talk in self.talks if user.name in talk.now]


class Casting:
    """Makes accounts, contacts and groups through HTTP, as their owners would."""

    def __init__(self, client: ClientSession, url: str, random: Random, journal: Journal) -> None:
        self._client, self._url, self._random = client, url, random
        self._journal = journal

    async def cast(self, sizes: Sizes) -> Cast:
        """Everybody, each device logged in, all of them in their conversations."""
        names = [f"{sizes.called}{number:02}" for number in range(sizes.users)]
        users = [await self._register(name) for name in names]
        for number in range(sizes.devices):
            await self._log_in(users[number % sizes.users])
        talks = [await self._pair(users, number) for number in range(sizes.pairs)]
        for number, size in enumerate(sizes.groups):
            talks.append(await self._group(users, number, size))
        return Cast(users, talks)

    async def _register(self, name: str) -> User:
        email = f"{name}@faults.example"
        account = {"email": email, "username": name, "password": PASSWORD}
        account |= {"gender": "Others", "country": "Norway"}
        made = await self._post("/authentication/register_user", json=account)
        return User(name, made["data"]["user_id"], email)

    async def _log_in(self, user: User) -> None:
        form = {"username": user.email, "password": PASSWORD}
        user.tokens.append((await self._post("/authentication/login", data=form))["access_token"])

    async def _pair(self, users: list[User], number: int) -> Talk:
        one, two = users[2 * number], users[2 * number + 1]
        asked = await self._post("/contacts/send-request", one, json={"receiver_email": two.email})
        await self._post(f"/contacts/accept/{asked['data']['request_id']}", two)
        return await self._break_the_ice(f"pair {number}", one, two)

    async def _break_the_ice(self, name: str, one: User, two: User) -> Talk:
        """The answer to the first message names the conversation."""
        intent = str(uuid4())
        what = {"conversation": name, "client_id": intent}
        self._journal.write("the cast", one.name, "send", "invoke", **what)
        said = {"receiver_id": two.user_id, "content": intent, "client_id": intent}
        sent = (await self._post("/messages/direct", one, json=said))["data"]
        what |= {"message_id": sent["message_id"], "seq": sent["seq"]}
        self._journal.write("the cast", one.name, "send", **what)
        return Talk(name, sent["conversation_id"], [one, two], {one.name, two.name})

    async def _group(self, users: list[User], number: int, size: int) -> Talk:
        members = self._random.sample(users, min(size, len(users)))
        ids = [member.user_id for member in members[1:]]
        group = {"name": f"group {number}", "members": ids}
        made = await self._post("/messages/groups", members[0], json=group)
        names = {member.name for member in members}
        return Talk(f"group {number}", made["data"]["group_id"], members, names)

    async def _post(self, path: str, user: User | None = None, **what: Any) -> Any:
        headers = {"Authorization": f"Bearer {user.tokens[0]}"} if user else {}
        async with self._client.post(self._url + path, headers=headers, **what) as answer:
            answer.raise_for_status()
            return await answer.json()
