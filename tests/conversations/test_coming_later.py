"""Who comes into a group that shows new members no history reads nothing of what was said before,
by whatever door."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.attachments.files import get, upload
from tests.media.pictures import picture
from tests.sync.device import Device


class Group:
    """A group of ann's, in which bob said something before eve came, and something after."""

    def __init__(self, ann, bob, eve):
        self.ann, self.bob, self.eve = ann, bob, eve

    @classmethod
    async def made(cls, pinge, visibility="joined"):
        group = cls(*await pinge.people("ann", "bob", "eve"))
        group.id = await group.ann.group(group.bob)
        group.path = f"/messages/groups/{group.id}"
        await group.ann.patch(group.path, {"history_visibility": visibility})
        file = (await upload(group.bob, picture(), "x.jpeg"))["attachment_id"]
        group.file = f"/attachments/{file}"
        group.early = (
            await group.bob.write_group(group.id, "early secret", attachment_ids=[file])
        ).data
        await group.ann.patch(group.path, {"name": "An early name"})
        await group.let_in()
        group.late = (await group.bob.write_group(group.id, "late secret")).data
        return group

    async def let_in(self):
        user_ids = {"user_ids": [self.eve.user_id]}
        assert (await self.ann.post(f"{self.path}/members", user_ids)).status == 201

    async def read(self, person, path, **asked):
        answer = await person.get(path, params=asked)
        assert answer.status == 200, answer.body
        return answer.data


@pytest.fixture
async def group(pinge):
    return await Group.made(pinge)


def contents(rows):
    return [row["content"] for row in rows]


async def test_history_of_either_form_begins_where_they_came_in(group):
    of_group, of_any = f"{group.path}/messages", f"/conversations/{group.id}/messages"

    for asked in ({}, {"offset": 0, "limit": 1}, {"after": 0}, {"around": 1}, {"around": 2}):
        assert contents(await group.read(group.eve, of_group, **asked)) == ["late secret"], asked
    for asked in ({"offset": 1}, {"before": 2}):
        assert contents(await group.read(group.eve, of_group, **asked)) == []
    for asked in (
        *({}, {"after": 0}, {"around": 1}, {"ts": "2020-01-01T00:00:00Z"}),
        {"anchor": "first_unread"},
    ):
        page = await group.read(group.eve, of_any, **asked)
        assert (contents(page["messages"]), page["has_before"]) == (["late secret"], False), asked
        assert [row["kind"] for row in page["system_messages"]] == ["added"]
    page = await group.read(group.eve, of_any, before=2)
    assert (page["messages"], page["has_before"], page["has_after"]) == ([], False, True)
    assert len(await group.read(group.ann, of_group)) == 2


async def test_unread_and_the_overview_begin_there_too(group):
    unread = await group.read(group.eve, "/messages/unread/count")
    assert unread["total_group_unread"] == 1
    [shown] = (await group.read(group.eve, "/conversations"))["conversations"]
    assert shown["last_message"]["content"] == "late secret"
    await group.bob.delete(f"/messages/{group.late['message_id']}?scope=me")
    await group.eve.delete(f"/messages/{group.late['message_id']}?scope=me")

    [shown] = (await group.read(group.eve, "/conversations"))["conversations"]
    assert shown["last_message"] is None
    [shown] = (await group.read(group.bob, "/conversations"))["conversations"]
    assert shown["last_message"]["content"] == "early secret"


async def test_search_finds_nothing_of_before(group):
    for q in ("secret", "has:image", "from:bob", "secret in:early"):
        found = await group.read(group.eve, "/search/messages", q=q)
        assert "early secret" not in contents(found["messages"]), q
    found = await group.read(group.eve, "/search/messages", q="secret")
    assert contents(found["messages"]) == ["late secret"]
    found = await group.read(group.ann, "/search/messages", q="secret")
    assert contents(found["messages"]) == ["late secret", "early secret"]


async def test_files_versions_and_changes_of_before_are_not_there(group):
    early = f"/messages/{group.early['message_id']}"
    edited = {"content": "early, edited", "base_rev": group.early["rev"]}
    await group.bob.patch(early, edited)
    await group.ann.patch(
        f"/messages/groups/{group.id}/members/{group.eve.user_id}/role",
        {"user_id": group.eve.user_id, "role": "Admin"},
    )

    for path in (group.file, f"{group.file}/thumbnail", f"{early}/versions"):
        assert (await group.eve.get(path)).code == "not_found", path
    for refused in (
        await group.eve.post(f"{group.file}/link"),
        await group.eve.patch(early, edited),
        await group.eve.delete(early),
        await group.eve.delete(f"{early}?scope=me"),
    ):
        assert refused.code == "not_found"
    link = (await group.ann.post(f"{group.file}/link")).data["url"]
    assert (await get(group.eve, link)).status == 200  # it is the link that is asked for
    assert (await group.ann.get(f"{early}/versions")).status == 200


async def test_marks_and_quotes_lead_to_nothing_of_before(group):
    early = f"/messages/{group.early['message_id']}"
    for method, path in (
        *(("PUT", f"{early}/reactions/%F0%9F%91%8D"), ("GET", f"{early}/reactions")),
        *(("PUT", f"{early}/star"), ("PUT", f"{early}/pin")),
    ):
        assert (await group.eve.call(method, path)).code == "not_found", path
    reply = {"reply_to": group.early["message_id"]}
    assert (await group.eve.write_group(group.id, "re", **reply)).code == "not_found"
    await group.bob.call("PUT", f"{early}/pin")
    assert await group.read(group.eve, f"/conversations/{group.id}/pins") == []
    of_eve = await group.eve.live()

    await group.bob.write_group(group.id, "re", **reply)

    assert (await of_eve.next("new_group_message"))["data"]["reply_to"] is None
    newest = (await group.read(group.eve, f"{group.path}/messages"))[0]
    assert newest["reply_to"] is None
    newest = (await group.read(group.ann, f"{group.path}/messages"))[0]
    assert newest["reply_to"]["content"] == "early secret"


async def test_what_becomes_of_a_message_of_before_is_told_to_others_alone(group):
    of_ann, of_eve = await group.ann.live(), await group.eve.live()
    early = f"/messages/{group.early['message_id']}"

    await group.bob.patch(early, {"content": "edited", "base_rev": group.early["rev"]})
    await group.bob.call("PUT", f"{early}/reactions/%F0%9F%91%8D")
    await group.bob.call("PUT", f"{early}/pin")
    await group.bob.delete(early)

    told = [(await of_ann.next())["event"] for _ in range(4)]
    assert told == ["message_edited", "reaction_changed", "message_pinned", "message_deleted"]
    assert await of_eve.heard_nothing()


@pytest.mark.parametrize("is_forged", [False, True])
async def test_a_device_that_comes_back_hears_nothing_of_before_whatever_it_claims(
    group, is_forged
):
    device, expected = await Device.of(group.eve), ["news"]
    if is_forged:
        device.positions[group.id] = [0, device.positions[group.id][1] - 1]
        expected = ["late secret", "news"]
    early = f"/messages/{group.early['message_id']}"
    await group.bob.patch(early, {"content": "edited", "base_rev": group.early["rev"]})
    await group.bob.write_group(group.id, "news")

    await device.sync()

    assert device.contents() == expected


async def test_a_plain_socket_is_told_nothing_of_before(pinge, group):
    said = (await group.eve.write_group(group.id, "mine")).data
    since = f"/ws?token={group.eve.token}&since={said['message_id']}"

    of_eve = await pinge.socket(group.eve, since)

    assert (await of_eve.next())["data"]["content"] == "late secret"
    assert await of_eve.heard_nothing()
    since = f"/ws?token={group.eve.token}&since={group.early['message_id']}"
    of_eve = await pinge.socket(group.eve, since)
    assert (await of_eve.next())["event"] == "resync"


async def test_a_copy_of_everything_has_nothing_of_before_but_ones_own_words(group):
    await group.eve.write_group(group.id, "my first stay")
    await group.eve.post(f"{group.path}/leave")
    await group.bob.write_group(group.id, "while away")
    await group.let_in()
    await group.bob.write_group(group.id, "welcome back")

    copy = zipfile.ZipFile(io.BytesIO((await group.eve.get("/authentication/me/export")).body))

    said = json.loads(copy.read(f"messages/{group.id}.json"))
    assert contents(said) == ["my first stay", "welcome back"]
    assert contents(await group.read(group.eve, f"{group.path}/messages")) == ["welcome back"]


async def test_what_a_group_shows_holds_for_who_comes_in_while_it_does(pinge, group):
    other = await Group.made(pinge, visibility="all")

    await group.ann.patch(group.path, {"history_visibility": "all"})
    await other.ann.patch(other.path, {"history_visibility": "joined"})

    assert len(await group.read(group.eve, f"{group.path}/messages")) == 1
    assert len(await other.read(other.eve, f"{other.path}/messages")) == 2
    await group.eve.post(f"{group.path}/leave")
    await group.let_in()
    assert len(await group.read(group.eve, f"{group.path}/messages")) == 2
