"""A copy of everything that is one's own, as a ZIP."""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile

import pytest

PATH = "/authentication/me/export"


async def copy(person):
    """The files of somebody's copy, by their names."""
    answer = await person.get(PATH)
    assert answer.status == 200, answer.body
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


async def lists(person):
    """Those of them that are JSON, read."""
    found = await copy(person)
    return {name: json.loads(text) for name, text in found.items() if name.endswith(".json")}


async def test_it_is_a_file_to_keep(pinge):
    ann = await pinge.person("ann")

    answer = await ann.get(PATH)

    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="pinge-')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_all_that_one_said_of_oneself_is_in_it(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    eve = await pinge.person("eve")
    await ann.patch("/authentication/me", {"about": "Climbs."})
    await ann.patch("/settings", {"who_may_add": "contacts"})
    await eve.ask(ann)
    await ann.device()

    found = await lists(ann)

    assert (found["account.json"]["email"], found["account.json"]["about"]) == (
        ann.email,
        "Climbs.",
    )
    assert "password_hash" not in found["account.json"]
    assert found["settings.json"]["who_may_add"] == "contacts"
    assert len(found["sessions.json"]) == 2
    assert [row["email"] for row in found["contacts.json"]] == [bob.email]
    assert {row["sender_username"] for row in found["contact_requests.json"]} == {"ann", "eve"}


async def test_a_new_account_has_a_small_copy(pinge):
    ann = await pinge.person("ann")

    found = await lists(ann)

    assert found["contacts.json"] == found["conversations.json"] == found["files.json"] == []
    assert found["settings.json"] == {}


async def test_what_one_made_of_messages_is_in_it(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    message = (await bob.write(ann, "hello")).data
    for person, mark in ((ann, "reactions/👍"), (bob, "reactions/👀"), (ann, "star")):
        await person.call("PUT", f"/messages/{message['message_id']}/{mark}")
    await ann.call("PUT", f"/conversations/{message['conversation_id']}/archive")

    found = await lists(ann)

    [row] = found[f"messages/{message['conversation_id']}.json"]
    assert (row["my_reactions"], bool(row["starred_at"])) == (["👍"], True)
    assert row["reactions"] == [{"emoji": "👍", "count": 1}, {"emoji": "👀", "count": 1}]
    assert [row["is_archived"] for row in found["conversations.json"]] == [True]


async def test_what_one_may_read_is_in_it(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await bob.group(ann, name="Climbers")
    direct_id = (await bob.write(ann, "hello")).data["conversation_id"]
    await ann.write_group(group_id, "hello all")

    found = await lists(ann)

    names = {row["conversation_id"]: row["name"] for row in found["conversations.json"]}
    assert names == {direct_id: "bob", group_id: "Climbers"}
    assert [row["content"] for row in found[f"messages/{direct_id}.json"]] == ["hello"]
    [said] = found[f"messages/{group_id}.json"]
    assert (said["content"], said["sender_name"]) == ("hello all", "ann")


async def test_of_what_one_left_only_ones_own_words(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await bob.group(ann, name="Climbers")
    await ann.write_group(group_id, "mine")
    await bob.write_group(group_id, "his")
    await ann.post(f"/messages/groups/{group_id}/leave")

    found = await lists(ann)

    [conversation] = found["conversations.json"]
    assert (conversation["name"], conversation["left_at"] is None) == (None, False)
    assert [row["content"] for row in found[f"messages/{group_id}.json"]] == ["mine"]


async def test_nothing_of_anybody_else_is_in_it(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    eve = await pinge.person("eve")
    group_id = await bob.group(name="Not Anns")
    await bob.write_group(group_id, "between us")
    await bob.befriend(eve)

    everything = b" ".join((await copy(ann)).values()).decode(errors="replace")

    for foreign in ("between us", "Not Anns", eve.email):
        assert foreign not in everything


async def test_long_conversations_come_in_slices_and_in_order(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    said = [f"message {number}" for number in range(450)]
    for content in said:
        sent = await ann.write(bob, content)

    found = await lists(bob)

    told = found[f"messages/{sent.data['conversation_id']}.json"]
    assert [row["content"] for row in told] == said


@pytest.mark.parametrize("name", ["notes.txt", "grüße: \\ \u202e.txt"])
async def test_the_files_one_uploaded_are_in_it(pinge, name):
    ann, bob = await pinge.friends("ann", "bob")
    start = {"name": name, "size": 5, "content_type": "text/plain"}
    upload = (await ann.post("/attachments", start)).data["attachment_id"]
    piece = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    sent = await ann.pinge.call(
        "PATCH", f"/attachments/{upload}", data=b"notes", headers=ann.bearer | piece
    )
    assert sent.status < 300, sent.body

    found, others = await copy(ann), await copy(bob)

    [path] = [one for one in found if one.startswith("files/")]
    assert path.startswith(f"files/{upload}-")
    assert found[path] == b"notes"
    assert not any(one.startswith("files/") for one in others)


class TestLimited:
    """With limits on."""

    @pytest.fixture
    def settings(self, settings):
        return dataclasses.replace(settings, rate_limits=True)

    async def test_two_a_day(self, pinge):
        ann, bob = await pinge.people("ann", "bob")

        statuses = [(await ann.get(PATH)).status for _ in range(3)]

        assert statuses == [200, 200, 429]
        assert (await bob.get(PATH)).status == 200
