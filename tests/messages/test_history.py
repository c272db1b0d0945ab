"""Reading back what was said, page by page."""

from __future__ import annotations

from uuid import uuid4

import pytest

SAID = 25  # messages


def seqs(answer):
    return [message["seq"] for message in answer.data]


def down(newest, oldest):
    """What a page from one seq down to another holds."""
    return list(range(newest, oldest - 1, -1))


@pytest.fixture
async def talk(pinge):
    """Ann, a direct conversation with Bob, and a group that said as much, by turns."""
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    for number in range(1, SAID + 1):
        author, other = (ann, bob) if number % 3 else (bob, ann)
        await author.write(other, f"{number}")
        await author.write_group(group_id, f"{number}")
    return ann, f"/messages/direct/{bob.user_id}", f"/messages/groups/{group_id}/messages"


async def test_both_directions_newest_first(talk):
    ann, *paths = talk
    for path in paths:
        page = await ann.get(path)

        assert page.status == 200
        assert seqs(page) == down(SAID, 1)
        assert [message["content"] for message in page.data] == [f"{n}" for n in down(SAID, 1)]
        assert len({message["sender_id"] for message in page.data}) == 2
        assert page.data == sorted(page.data, key=lambda m: m["sent_at"], reverse=True)


@pytest.mark.parametrize(
    ("query", "newest", "oldest"),
    [
        ("", SAID, 1),
        ("limit=1", SAID, SAID),
        ("limit=100", SAID, 1),
        ("limit=10", SAID, 16),
        ("limit=10&offset=10", 15, 6),
        ("limit=10&offset=20", 5, 1),
        ("offset=24", 1, 1),
        ("offset=25", 0, 1),
        ("offset=100000", 0, 1),
        ("limit=100&offset=4611686018427387904", 0, 1),
        ("before=10", 9, 1),
        ("before=10&limit=3", 9, 7),
        ("before=10&limit=3&offset=3", 6, 4),
        ("before=1", 0, 1),
        ("before=1000&limit=3", SAID, 23),
        ("before=4611686018427387904&limit=3", SAID, 23),
        ("after=0&limit=3", 3, 1),
        ("after=10", SAID, 11),
        ("after=10&limit=3", 13, 11),
        ("after=24&limit=3", SAID, SAID),
        ("after=25", 0, 1),
        ("after=1000", 0, 1),
        ("after=4611686018427387904", 0, 1),
        ("around=10&limit=1", 10, 10),
        ("around=10&limit=4", 12, 9),
        ("around=10&limit=5", 12, 8),
        ("around=1&limit=5", 3, 1),
        ("around=25&limit=5", SAID, 23),
        ("unknown=field&limit=2", SAID, 24),
    ],
)
async def test_a_page_is_where_it_should_be(talk, query, newest, oldest):
    ann, *paths = talk
    for path in paths:
        assert seqs(await ann.get(f"{path}?{query}")) == down(newest, oldest)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=abc",
        "limit=",
        "limit=1.5",
        "limit=NaN",
        "limit=99999999999999999999999999",
        "offset=-1",
        "offset=abc",
        "offset=99999999999999999999999999",
        "before=0",
        "after=-1",
        "around=0",
        "before=10&after=5",
        "limit=%00",
    ],
)
async def test_a_page_that_cannot_be_is_refused(pinge, query):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)

    for path in (f"/messages/direct/{bob.user_id}", f"/messages/groups/{group_id}/messages"):
        refused = await ann.get(f"{path}?{query}")
        assert (refused.status, refused.code) == (422, "invalid")


async def test_nothing_was_said_to_strangers_and_nobody(pinge):
    ann, eve = await pinge.people("ann", "eve")

    for user_id in (eve.user_id, str(uuid4()), ann.user_id):
        empty = await ann.get(f"/messages/direct/{user_id}")
        assert (empty.status, empty.data) == (200, [])
    for path in ("/messages/direct/eve", "/messages/groups/7/messages"):
        refused = await ann.get(path)
        assert (refused.status, refused.code) == (400, "malformed_id")


async def test_ids_are_taken_in_any_case(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    await ann.write(bob, "Hi")

    [message] = (await ann.get(f"/messages/direct/{bob.user_id.upper()}")).data
    assert message["receiver_id"] == bob.user_id
    assert (await ann.get(f"/messages/groups/{group_id.upper()}/messages")).data == []


async def test_a_group_is_read_by_those_who_are_in_it(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob)
    said = (await bob.write_group(group_id, "Before you came")).data
    path = f"/messages/groups/{group_id}"

    assert (await eve.get(f"{path}/messages")).status == 403
    await ann.post(f"{path}/members", {"user_ids": [eve.user_id]})
    assert (await eve.get(f"{path}/messages")).data == [said]
    await bob.post(f"{path}/leave")
    assert (await bob.get(f"{path}/messages")).status == 403
    assert (await eve.get(f"{path}/messages")).data == [said]
    assert said["sender_name"] == "bob"
    assert (await eve.get(f"/messages/groups/{uuid4()}/messages")).status == 403
    await ann.delete(path)
    assert (await ann.get(f"{path}/messages")).status == 403


async def test_both_see_alike_what_is_read(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    sent = [(await ann.write(bob, f"{n}")).data["message_id"] for n in range(4)]
    await bob.write(ann, "Yes?")

    await bob.post("/messages/mark-read", {"message_ids": [sent[1], sent[3]]})

    for one, other in ((ann, bob), (bob, ann)):
        history = (await one.get(f"/messages/direct/{other.user_id}")).data
        assert [message["is_read"] for message in history] == [False, True, False, True, False]
