"""Every route and every socket command, crossed with everybody who might try it.

A route or command that is missing from the tables of roles.py fails the test.
"""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from aiohttp import WSServerHandshakeError

from pinge.realtime.commands import COMMANDS
from tests.attachments.files import upload
from tests.media.pictures import picture
from tests.notifications.service import Browser
from tests.passkeys.authenticator import Authenticator, add
from tests.people import PASSWORD, Person
from tests.roles import (
    ANSWERS,
    BODIES,
    EXPECTED,
    LATER,
    QUERIES,
    ROLES,
    TO_BLOCKED,
    WITH_BODY,
    rows,
)
from tests.webhooks.things import made

OWN_AVATAR = "/authentication/me/avatar"


class Nobody(Person):
    """Somebody without a token."""

    bearer = {}  # noqa: RUF012


class World:
    """One of each role, and what they might do something to."""

    def __init__(self, people, ids, of_blocked):
        self.people, self.ids, self._of_blocked = people, ids, of_blocked

    @classmethod
    async def made(cls, pinge):
        admin, member, former, contact, blocked, stranger, other, newcomer = await pinge.people(
            *("ann", "mel", "fay", "con", "bly", "sid", "guy", "zoe")
        )
        gone = await admin.device()
        await gone.post("/authentication/logout")
        session_id = (await (await admin.device()).get("/authentication/sessions")).data[0]
        nobody = Nobody(pinge, email="", name="", user_id="", token="")
        said_to = {}
        for person in (blocked, contact):
            await person.befriend(admin)
            written = (await person.write(admin, "hello")).data
            said_to[person] = {
                "message_id": written["message_id"],
                "direct_id": written["conversation_id"],
            }
        await admin.call("PUT", f"/blocks/{blocked.user_id}")
        group_id = await admin.group(member, former, other)
        await former.post(f"/messages/groups/{group_id}/leave")
        await stranger.group(other)  # an admin, but elsewhere
        said = (await admin.write_group(group_id, "hello")).data
        invite = (await admin.post(f"/messages/groups/{group_id}/invites", {})).data
        ids = {
            **invite,
            "group_id": group_id,
            "user_id": other.user_id,
            "contact_id": admin.user_id,
            "email": admin.email,
            "newcomer_id": newcomer.user_id,
            "request_id": await newcomer.ask(admin),
            **said_to[contact],
            "said_id": said["message_id"],
            "conversation_id": group_id,
            "page": "verify",
            "emoji": "%F0%9F%91%8D",
            "session_id": session_id["session_id"],
        }
        people = [nobody, gone, stranger, contact, blocked, former, member, admin]
        return cls(dict(zip(ROLES, people, strict=True)), ids, said_to[blocked])

    def ids_of(self, person):
        """What somebody might do something to."""
        own = self._of_blocked if person is self.people["blocked"] else {}
        return self.ids | own | {"fresh": str(uuid4())}

    def filled(self, template, person):
        """A path, or JSON, with its ids put in."""
        ids = self.ids_of(person)
        return re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], template)

    async def status(self, person, method, path):
        """How a route answers somebody."""
        if path == "/ws":
            return await handshake(person)
        if path == "/authentication/login":
            form = {"username": self.ids["email"], "password": PASSWORD}
            return (await person.call(method, path, data=form)).status
        if method == "PUT" and path.endswith("/avatar"):
            return (await person.call(method, self.filled(path, person), data=picture())).status
        if path == "/avatars/{avatar}/{size}":
            shown = await self.people["admin"].call("PUT", OWN_AVATAR, data=picture())
            self.ids |= {"avatar": shown.data["avatar"], "size": "64"}
        if "{attachment_id}" in path and "link" not in self.ids:
            await self.send_picture()
        if "{passkey_id}" in path and "passkey_id" not in self.ids:
            added = await add(self.people["admin"], Authenticator(origin="http://localhost:8000"))
            self.ids |= {"passkey_id": added.data["passkey_id"]}
        if "{scheduled_id}" in path and "scheduled_id" not in self.ids:
            where = f"/conversations/{self.ids['conversation_id']}/scheduled-messages"
            scheduled = await self.people["admin"].post(where, LATER)
            self.ids |= {"scheduled_id": scheduled.data["scheduled_id"]}
        if path == "/push/subscriptions/{subscription_id}":
            browser = Browser("https://fcm.googleapis.com/hers")
            hers = await self.people["admin"].post("/push/subscriptions", browser.subscription)
            self.ids |= {"subscription_id": hers.data["subscription_id"]}
        if not self.ids.keys() >= set(re.findall(r"\{(\w+)\}", path)):
            self.ids |= await made(self.people["admin"], path, self.ids["group_id"])
        query = QUERIES.get(path, "")
        if path == "/docs/ui":
            path += "/swagger-ui.css"
        body = json.dumps(BODIES.get(path) if method in WITH_BODY else None)
        url, sent = self.filled(path + query, person), json.loads(self.filled(body, person))
        answer = await person.call(method, url, sent)
        assert answer.status < 400 or answer.code
        return answer.status

    async def send_picture(self):
        """The admin shows the group a picture, and links to it."""
        admin = self.people["admin"]
        file = (await upload(admin, picture(), "x.jpeg"))["attachment_id"]
        await admin.write_group(self.ids["group_id"], "", attachment_ids=[file])
        url = (await admin.post(f"/attachments/{file}/link")).data["url"]
        self.ids |= {"attachment_id": file, "link": url.partition("link=")[2]}


def payload(kind, place, target):
    """What a command says about its target."""
    if kind == "send_message":
        return {"client_id": str(uuid4()), "content": "hello", place: target}
    if kind == "forward_messages":
        nowhere = [{"group_id": str(uuid4())}]
        return {"client_id": str(uuid4()), "to": nowhere, place: [target]}
    if kind == "resume":
        return {"epoch": str(uuid4())}
    if kind == "typing":
        return {place: target, "is_typing": True}
    if kind == "edit_message":
        return {place: target, "content": "hello", "base_rev": 1}
    if kind == "react":
        return {place: target, "emoji": "👍", "is_on": True}
    return {place: [target]} if place == "message_ids" else {place: target, "seq": 1}


async def handshake(person):
    try:
        await person.pinge.socket(person, "/ws", headers=person.bearer)
    except WSServerHandshakeError as refused:
        return refused.status
    return 101


async def test_no_route_and_no_command_is_without_expectations(pinge):
    routes = {(route.method, route.resource.canonical) for route in pinge.app.router.routes()}

    assert {route for route in routes if route[0] != "HEAD"} == EXPECTED.keys()
    assert pinge.app[COMMANDS]._known.keys() == {kind for kind, *_ in rows(ANSWERS)}


@pytest.mark.parametrize(("method", "path"), EXPECTED, ids=" ".join)
async def test_a_route_is_open_to_some_and_closed_to_others(pinge, method, path):
    world = await World.made(pinge)

    found = {
        role: await world.status(person, method, path) for role, person in world.people.items()
    }

    assert found == EXPECTED[method, path]


@pytest.mark.parametrize("row", rows(ANSWERS), ids=lambda row: " ".join(row[:2]))
async def test_a_command_is_obeyed_for_some_and_refused_to_others(pinge, row):
    kind, target, *answers = row
    expected = dict(zip([role for role in ROLES[2:] if role != "blocked"], answers, strict=True))
    expected["blocked"] = TO_BLOCKED[kind, target]
    world = await World.made(pinge)
    place, _, thing = target.partition("=")
    found = {}
    for role in ROLES[2:]:
        person = world.people[role]
        socket = await person.live()
        reply = await socket.ask(kind, payload(kind, place, world.ids_of(person).get(thing)))
        found[role] = reply["data"].get("code", reply["event"])

    assert found == expected
