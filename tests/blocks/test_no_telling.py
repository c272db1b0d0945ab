"""Whoever is blocked cannot tell: to them it is as if the other had closed every setting.

All that one person may try at another is tried twice, at somebody who blocks them and at somebody
who closed every setting, and answered alike; and the other hears nothing of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from tests.blocks.people import block, events
from tests.presence.watching import settled

CLOSED = {
    **dict.fromkeys(("who_may_write", "who_may_add", "who_sees_last_seen"), "nobody"),
    **dict.fromkeys(("sends_receipts", "shows_typing", "findable"), False),
}
# Given by the database, and by the clock.
GIVEN = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"
)
# By conversations and users, where others were told too; and by those who ask.
COUNTED = ("rev", "last_rev", "user_rev", "id", "request_id")
ROLES = ("ann", "ben", "eve")


class Scene:
    """Ann and Ben have talked, and are in a group of Eve's; Ben is at his device."""

    def __init__(self, pinge, people, direct_id, group_id, own_id, said):
        self.pinge, self.direct_id, self.group_id, self.own_id = pinge, direct_id, group_id, own_id
        self.ann, self.ben, self.eve = people
        self.mine, self.hers = said

    @classmethod
    async def made(cls, pinge, *, are_contacts, word=""):
        people = ann, ben, eve = await pinge.people(*(role + word for role in ROLES))
        await eve.befriend(ben)
        if are_contacts:
            await ann.befriend(ben)
        hers = (await ann.write(ben, "hello")).data
        mine = (await ben.write(ann, "hello, Ann", client_id=str(uuid4()))).data
        group_id = await eve.group(ann, ben)
        return cls(
            pinge, people, mine["conversation_id"], group_id, await ben.group(), (mine, hers)
        )

    @property
    def looks(self):
        """What Ben may look at, by a name for it."""
        ann, ben, direct = self.ann.user_id, self.ben, self.direct_id
        return {
            "profile": ben.get(f"/authentication/users/{ann}"),
            "people": ben.get(f"/search/people?q={self.ann.email}"),
            "people by name": ben.get(f"/search/people?q={self.ann.name}"),
            "directory": ben.get(f"/authentication/users?q={self.ann.name}"),
            "presence": ben.get(f"/presence?user_ids={ann}"),
            "contacts": ben.get("/contacts"),
            "requests": ben.get("/contacts/requests"),
            "positions": ben.get(f"/conversations/{direct}/positions"),
            "history": ben.get(f"/messages/direct/{ann}"),
            "page": ben.get(f"/conversations/{direct}/messages"),
            "overview": ben.get("/conversations"),
            "unread": ben.get("/messages/unread/count"),
            "members": ben.get(f"/messages/groups/{self.group_id}/members"),
            "settings": ben.get(f"/conversations/{direct}/settings"),
        }

    @property
    def words(self):
        """What Ben may say, change and show, by a name for it."""
        ann, ben, direct = self.ann.user_id, self.ben, self.direct_id
        said_id, her_id = self.mine["message_id"], self.hers["message_id"]
        again = {"content": self.mine["content"], "client_id": said_id}
        edit = {"content": "hello again", "base_rev": self.mine["rev"]}
        forward = {"message_ids": [said_id], "to": [{"receiver_id": ann}]}
        later = {"content": "later", "send_at": "2099-01-01T00:00:00Z"}
        typing = {"is_typing": True}
        return {
            "write": ben.write(self.ann, "are you there?"),
            "write a second time": ben.write(self.ann, **again),
            "write as socket": self.said("send_message", receiver_id=ann, content="hello?"),
            "write in it": self.said("send_message", conversation_id=direct, content="hello?"),
            "edit": ben.patch(f"/messages/{said_id}", edit),
            "edit as socket": self.said("edit_message", message_id=said_id, **edit),
            "react": ben.call("PUT", f"/messages/{her_id}/reactions/%F0%9F%91%8D"),
            "react as socket": self.said("react", message_id=her_id, emoji="👍", is_on=True),
            "pin": ben.call("PUT", f"/messages/{her_id}/pin"),
            "forward": ben.post("/messages/forward", forward),
            "schedule": ben.post(f"/conversations/{direct}/scheduled-messages", later),
            "type": ben.post(f"/conversations/{direct}/typing", typing),
            "type as socket": self.said("typing", receiver_id=ann, **typing),
            "type in it": self.said("typing", conversation_id=direct, **typing),
        }

    @property
    def steps(self):
        """What Ben may make of himself and Ann, by a name for it."""
        ann, ben = self.ann.user_id, self.ben
        asked = {"receiver_email": self.ann.email}
        members = f"/messages/groups/{self.own_id}/members"
        return {
            "make a group": ben.post("/messages/groups", {"name": "Ours", "members": [ann]}),
            "add": ben.post(members, {"user_ids": [ann]}),
            "ask": ben.post("/contacts/send-request", asked),
            "ask again": ben.post("/contacts/send-request", asked),
            "part": ben.delete(f"/contacts/{ann}"),
            "ask for another time": ben.post("/contacts/send-request", asked),
        }

    async def said(self, kind, **payload):
        """The answer to a command of Ben's."""
        if kind == "send_message":
            payload["client_id"] = str(uuid4())
        socket = await self.ben.live()
        answer = await socket.ask(kind, payload)
        await socket.close()
        return answer

    def plain(self, found):
        """An answer without what is another every time."""
        if isinstance(found, dict):
            return {name: self.plain(found[name]) for name in found if name not in COUNTED}
        if isinstance(found, list):
            return sorted((self.plain(each) for each in found), key=repr)  # some by their ids
        if not isinstance(found, str):
            return found
        for role in ROLES:
            person = getattr(self, role)
            for own in (person.user_id, person.email, person.name):
                found = found.replace(own, role)
        return GIVEN.sub("given", found)

    async def tried(self):
        """How each probe is answered."""
        answers = {}
        for name, probe in {**self.looks, **self.words, **self.steps}.items():
            answer = await probe
            if isinstance(answer, dict):
                answers[name] = self.plain(answer)
            else:
                answers[name] = answer.status, self.plain(answer.body)
        return answers


@pytest.fixture(params=["contacts", "everyone"])
def settings(settings, request):
    return replace(settings, direct_messages=request.param)


async def closing(scene):
    await scene.ann.patch("/settings", CLOSED)


async def blocking(scene):
    await block(scene.ann, scene.ben)


async def test_whoever_is_blocked_is_answered_as_by_somebody_who_closed_all(pinge, settings):
    are_contacts = settings.direct_messages == "contacts"
    found = []
    for shut in (blocking, closing):
        scene = await Scene.made(pinge, are_contacts=are_contacts, word=shut.__name__)
        await shut(scene)
        found.append(await scene.tried())

    by_block, by_settings = found
    assert by_block == by_settings
    assert by_block["write"][1]["code"] == "not_taken"


async def test_nothing_that_the_blocked_try_reaches_who_blocks(pinge, settings):
    scene = await Scene.made(pinge, are_contacts=settings.direct_messages == "contacts")
    await block(scene.ann, scene.ben)
    hers = await scene.ann.live()

    await scene.tried()
    await settled(pinge)

    assert await events(hers) in (
        [],
        ["contact_removed"],
    )  # that there is a contact less is her own
    assert (await scene.ann.get("/contacts/requests")).data == []
    assert len((await scene.ann.get("/messages/groups")).data) == 1
    page = (await scene.ann.get(f"/conversations/{scene.direct_id}/messages")).data
    assert [row["content"] for row in page["messages"]] == ["hello, Ann", "hello"]


async def test_nothing_that_who_blocks_does_reaches_the_blocked(pinge, settings):
    scene = await Scene.made(pinge, are_contacts=settings.direct_messages == "contacts")
    ann, ben = scene.ann, scene.ben
    await block(ann, ben)
    his, hers = await ben.live(), await ann.live()
    await events(his)

    for place in ({"conversation_id": scene.direct_id}, {"receiver_id": ben.user_id}):
        typing = await hers.ask("typing", {**place, "is_typing": True})
        assert typing["data"]["code"] == "blocked"
    await hers.ask("typing", {"group_id": scene.group_id, "is_typing": True})
    await hers.ask("mark_read", {"conversation_id": scene.direct_id, "seq": 2})
    await ann.patch("/settings", {"shows_previews": False})
    await settled(pinge)
    assert (await ann.write(ben, "hello?")).code == "blocked"
    asked = await ann.post("/contacts/send-request", {"receiver_email": ben.email})
    assert asked.code == "blocked"
    added = await ann.post("/messages/groups", {"name": "Ours", "members": [ben.user_id]})
    assert added.status == 201

    await ann.write_group(scene.group_id, "to all of you")
    assert await events(his) == ["new_group_message"]
    assert len((await ben.get("/messages/groups")).data) == 2


async def test_of_a_new_profile_the_blocked_hear_what_a_group_has_to_show(pinge, settings):
    scene = await Scene.made(pinge, are_contacts=settings.direct_messages == "contacts")
    await block(scene.ann, scene.ben)
    his, eves = await scene.ben.live(), await scene.eve.live()

    await scene.ann.patch("/authentication/me", {"username": "Anna", "about": "Climbs."})

    heard = (await his.next("member_updated"))["data"]
    assert (heard["conversation_id"], heard["username"]) == (scene.group_id, "Anna")
    assert heard["about"] is None
    assert (await eves.next("member_updated"))["data"]["about"] == "Climbs."
    assert "member_updated" not in await events(his)
    for viewer, about in ((scene.ben, None), (scene.eve, "Climbs.")):
        path = f"/authentication/users/{scene.ann.user_id}"
        assert (await viewer.get(path)).data["about"] == about
