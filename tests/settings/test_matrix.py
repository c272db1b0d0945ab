"""The policy table through the front door: every value, every relation, all that others may do."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from uuid import uuid4

import pytest

from pinge.settings.choices import UserSettings
from pinge.settings.policy import RECIPROCAL, TABLE, Act, Relation, may

RELATIONS = [Relation.CONTACT, Relation.SHARED, Relation.STRANGER]

# Of what is reciprocal, with every value of the other's own setting.
CASES = [
    (act, mine, theirs)
    for act, values in TABLE.items()
    for mine in values
    for theirs in (values if act in RECIPROCAL else [getattr(UserSettings(), act)])
]


@pytest.fixture
def settings(settings):
    """The server's word is that everyone may write."""
    return dataclasses.replace(settings, direct_messages="everyone")


class Scene:
    """The owner of a setting, somebody of each relation, and where they meet."""

    def __init__(self, owner, others, places):
        self.owner, self.others, self.places = owner, others, places

    @classmethod
    async def made(cls, pinge):
        owner, contact, shared, stranger = await pinge.people("owner", "con", "sam", "stu")
        await contact.befriend(owner)
        said = await contact.write(owner, "hello")
        group_id = await shared.group(owner)
        await shared.write_group(group_id, "hello")
        places = {
            Relation.CONTACT: said.data["conversation_id"],
            Relation.SHARED: group_id,
            Relation.STRANGER: await stranger.group(),
        }
        return cls(owner, dict(zip(RELATIONS, (contact, shared, stranger), strict=True)), places)


async def writes(scene, relation):
    return (await scene.others[relation].write(scene.owner, "hello")).status == 201


async def adds(scene, relation):
    other = scene.others[relation]
    path = f"/messages/groups/{await other.group()}/members"
    added = (await other.post(path, {"user_ids": [scene.owner.user_id]})).data
    assert bool(added["added_members"]) != bool(added["not_allowed"])
    return bool(added["added_members"])


async def sees_last_seen(scene, relation):
    other = scene.others[relation]
    return bool((await other.get(f"/presence?user_ids={scene.owner.user_id}")).data)


async def sees_receipts(scene, relation):
    key, other = scene.places[relation], scene.others[relation]
    live = await scene.owner.live()
    await live.ask("mark_read", {"conversation_id": key, "seq": 1})
    positions = (await other.get(f"/conversations/{key}/positions")).data
    return any(row["read_seq"] for row in positions if row["user_id"] == scene.owner.user_id)


async def sees_typing(scene, relation):
    key, other = scene.places[relation], scene.others[relation]
    live, hers = await other.live(), await scene.owner.live()
    await hers.ask("typing", {"conversation_id": key, "is_typing": True})
    message = {"conversation_id": key, "content": "typed", "client_id": str(uuid4())}
    if (await hers.ask("send_message", message))["event"] == "error":
        return not await live.heard_nothing()
    heard = set()
    while (told := await live.next())["event"] not in ("new_direct_message", "new_group_message"):
        heard.add(told["event"])
    return "user_typing" in heard


async def finds(scene, relation):
    found = await scene.others[relation].get(f"/search/people?q={scene.owner.email}")
    return bool(found.data)


PROBES = {
    Act.WRITE: writes,
    Act.ADD: adds,
    Act.LAST_SEEN: sees_last_seen,
    Act.RECEIPTS: sees_receipts,
    Act.TYPING: sees_typing,
    Act.FIND: finds,
}


@pytest.mark.parametrize(("act", "mine", "theirs"), CASES, ids=str)
async def test_what_the_table_says_holds_at_the_front_door(pinge, act, mine, theirs):
    scene = await Scene.made(pinge)
    await scene.owner.patch("/settings", {act: mine})
    for other in scene.others.values():
        await other.patch("/settings", {act: theirs})

    found = {relation: await PROBES[act](scene, relation) for relation in RELATIONS}

    owner = replace(UserSettings(), **{act: mine})
    other = replace(UserSettings(), **{act: theirs})
    assert found == {relation: may(act, owner, other, relation) for relation in RELATIONS}
