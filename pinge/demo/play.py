"""Lets the story happen, by the same actions that clients cause."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.accounts.actions import Device
from pinge.contacts import actions as contacts
from pinge.conversations import groups
from pinge.demo.people import CAST, LATECOMER, PASSWORD, Person
from pinge.demo.story import CONTACTS, GROUPS, REQUESTS, SCENES, Group, Scene, Where
from pinge.errors import AlreadyContacts, AlreadyRequested, EmailTaken
from pinge.http.caller import AUTHENTICATOR, Caller
from pinge.messages import actions as messages
from pinge.messages import reading

DEVICE = Device("127.0.0.1", user_agent="pinge demo", location=None, device_info=None)


async def play(app: web.Application) -> bool:
    """Let happen what has not happened yet; False when that is nothing."""
    if await accounts.user_id_at(app, LATECOMER.email) is not None:
        return False
    await Play(app).perform()
    return True


class Play:
    """One performance; it takes up where an earlier one was cut short."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._callers: dict[str, Caller] = {}
        self._groups: dict[Group, UUID] = {}

    async def perform(self) -> None:
        """Everything in its order; the latecomer's account says that all before is there."""
        for person in CAST:
            await self._arrive(person)
        await self._befriend()
        for group in GROUPS:
            await self._gather(group)
        for number, scene in enumerate(SCENES):
            await self._show(number, scene)
        await self._arrive(LATECOMER)
        for asker, asked in REQUESTS:
            await self._ask(asker, asked)
        for caller in self._callers.values():
            await accounts.log_out(self._app, caller)

    async def _arrive(self, person: Person) -> None:
        with suppress(EmailTaken):
            await accounts.register(
                self._app,
                email=person.email,
                username=person.name,
                password=PASSWORD,
                gender=person.gender,
                country=person.country,
            )
        token = await accounts.log_in(
            self._app, email=person.email, password=PASSWORD, device=DEVICE
        )
        self._callers[person.key] = await self._app[AUTHENTICATOR].authenticate(token)

    async def _ask(self, asker: str, asked: str) -> None:
        with suppress(AlreadyContacts, AlreadyRequested):
            receiver_email = self._callers[asked].email
            await contacts.send_request(
                self._app, self._callers[asker], receiver_email=receiver_email
            )

    async def _befriend(self) -> None:
        for asker, asked in CONTACTS:
            await self._ask(asker, asked)
        for caller in self._callers.values():
            for request in await contacts.waiting_requests(self._app, caller):
                await contacts.accept(self._app, caller, request_id=request["request_id"])

    async def _gather(self, group: Group) -> None:
        admin = self._callers[group.admin]
        for known in await groups.groups(self._app, admin):
            if known["name"] == group.name:
                self._groups[group] = known["group_id"]
                return
        made = await groups.create_group(
            self._app,
            admin,
            name=group.name,
            description=group.description,
            members=[self._callers[key].user_id for key in group.members],
        )
        self._groups[group] = made.group["group_id"]

    async def _show(self, number: int, scene: Scene) -> None:
        for who, text in scene.lines:
            # The same id in every run: what an earlier one said is not said again.
            client_id = uuid5(NAMESPACE_URL, f"pinge:demo/{number}/{who}: {text}")
            await self._say(scene.where, who, text, client_id)
        for who in scene.readers:
            await self._read(scene.where, who)

    async def _say(self, where: Where, who: str, text: str, client_id: UUID) -> None:
        app, sender = self._app, self._callers[who]
        said: dict[str, Any] = {"content": text, "client_id": client_id}
        if isinstance(where, Group):
            queued = messages.send_to_group(app, sender, group_id=self._groups[where], **said)
        else:
            queued = messages.send_direct(app, sender, receiver_id=self._other(where, who), **said)
        await (await queued)

    async def _read(self, where: Where, who: str) -> None:
        if isinstance(where, Group):
            await reading.mark_group_read(self._app, self._callers[who], self._groups[where])
        else:
            other_id = self._other(where, who)
            await reading.mark_direct_read(self._app, self._callers[who], other_id)

    def _other(self, pair: tuple[str, str], who: str) -> UUID:
        return self._callers[pair[1] if who == pair[0] else pair[0]].user_id
