"""Reading a conversation of either kind at any place of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

SAID = 25  # messages


def seqs(page):
    return [message["seq"] for message in page["messages"]]


def down(newest, oldest):
    """What a page from one seq down to another holds."""
    return list(range(newest, oldest - 1, -1))


@pytest.fixture
async def talk(pinge):
    """Ann, a direct conversation with Bob and a group that said as much, by turns."""
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    for number in range(1, SAID + 1):
        author, other = (ann, bob) if number % 3 else (bob, ann)
        direct = (await author.write(other, f"{number}")).data
        await author.write_group(group_id, f"{number}")
    paths = [f"/conversations/{key}/messages" for key in (direct["conversation_id"], group_id)]
    return ann, bob, *paths


async def test_both_kinds_look_alike(talk):
    ann, bob, *paths = talk
    for path in paths:
        page = (await ann.get(path)).data

        assert seqs(page) == down(SAID, 1)
        assert (page["last_seq"], page["read_seq"]) == (SAID, 0)
        assert page["last_rev"] == page["messages"][0]["rev"]
        newest = page["messages"][0]
        assert newest == {
            "message_id": newest["message_id"],
            "conversation_id": path.split("/")[2],
            "seq": SAID,
            "rev": page["last_rev"],
            "sender_id": ann.user_id,
            "sender_name": "ann",
            "content": f"{SAID}",
            "attachments": [],
            "reply_to": None,
            "mentions": [],
            "forwarded": None,
            "reactions": [],
            "sent_at": newest["sent_at"],
            "edited_at": None,
            "deleted_at": None,
        }
        assert {m["sender_id"] for m in page["messages"]} == {ann.user_id, bob.user_id}


@pytest.mark.parametrize(
    ("query", "newest", "oldest", "has_before", "has_after"),
    [
        ("", SAID, 1, False, False),
        ("limit=1", SAID, SAID, True, False),
        ("limit=10", SAID, 16, True, False),
        ("limit=25", SAID, 1, False, False),
        ("before=10", 9, 1, False, True),
        ("before=10&limit=3", 9, 7, True, True),
        ("before=1", 0, 1, False, True),
        ("before=1000&limit=3", SAID, 23, True, False),
        ("before=4611686018427387904&limit=3", SAID, 23, True, False),
        ("after=0&limit=3", 3, 1, False, True),
        ("after=10&limit=3", 13, 11, True, True),
        ("after=22&limit=3", SAID, 23, True, False),
        ("after=25", 0, 1, True, False),
        ("after=4611686018427387904", 0, 1, True, False),
        ("around=10&limit=1", 10, 10, True, True),
        ("around=10&limit=4", 12, 9, True, True),
        ("around=10&limit=5", 12, 8, True, True),
        ("around=1&limit=5", 3, 1, False, True),
        ("around=25&limit=5", SAID, 23, True, False),
        ("around=1000&limit=5", SAID, 23, True, False),
        ("offset=7&limit=1", SAID, SAID, True, False),
    ],
)
async def test_a_page_is_where_it_should_be(talk, query, newest, oldest, has_before, has_after):
    ann, _, *paths = talk
    for path in paths:
        page = (await ann.get(f"{path}?{query}")).data
        assert seqs(page) == down(newest, oldest)
        assert (page["has_before"], page["has_after"]) == (has_before, has_after)


async def test_going_up_and_down_page_by_page_misses_and_doubles_nothing(talk):
    ann, _, path, _ = talk
    for skipped in (3, 4, 11, 25):
        [message] = (await ann.get(f"{path}?before={skipped + 1}&limit=1")).data["messages"]
        await ann.delete(f"/messages/{message['message_id']}?scope=me")
    read, page = [], (await ann.get(f"{path}?limit=4")).data
    read += seqs(page)
    while page["has_before"]:
        page = (await ann.get(f"{path}?limit=4&before={read[-1]}")).data
        assert len(page["messages"]) == 4 or not page["has_before"]
        read += seqs(page)

    assert read == [seq for seq in down(SAID, 1) if seq not in (3, 4, 11, 25)]
    back = read[-1:]
    while page["has_after"]:
        page = (await ann.get(f"{path}?limit=4&after={back[0]}")).data
        back = seqs(page) + back
    assert back == read


async def test_the_first_that_is_unread_is_found(talk):
    ann, bob, path, _ = talk
    messages = (await bob.get(path)).data["messages"]
    of_ann = [m for m in reversed(messages) if m["sender_id"] == ann.user_id]
    query = f"{path}?anchor=first_unread&limit=3"

    assert seqs((await bob.get(query)).data) == [2, 1]
    await bob.post("/messages/mark-read", {"message_ids": [m["message_id"] for m in of_ann[:6]]})
    await ann.delete(f"/messages/{of_ann[6]['message_id']}")
    page = (await bob.get(query)).data
    assert seqs(page) == [of_ann[7]["seq"] + 1, of_ann[7]["seq"], of_ann[7]["seq"] - 1]
    await bob.post(f"/messages/mark-read/contact/{ann.user_id}")
    page = (await bob.get(query)).data
    assert (seqs(page), page["read_seq"]) == ([25, 24, 23], SAID)


async def test_a_moment_is_found(talk):
    ann, _, *paths = talk
    for path in paths:
        messages = (await ann.get(path)).data["messages"]
        for message in messages:
            asked = {"ts": message["sent_at"], "limit": "1"}
            assert seqs((await ann.get(path, params=asked)).data) == [message["seq"]]
        tenth = datetime.fromisoformat(messages[-10]["sent_at"]) - timedelta(microseconds=1)
        asked = {"ts": tenth.isoformat(), "limit": "3"}
        assert seqs((await ann.get(path, params=asked)).data) == [11, 10, 9]
        for moment, found in (("2001-01-01T00:00:00Z", [2, 1]), ("2999-01-01T00:00:00Z", [25, 24])):
            asked = {"ts": moment, "limit": "3"}
            assert seqs((await ann.get(path, params=asked)).data) == found


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=abc", "before=0", "after=-1", "around=0"),
        *("before=99999999999999999999", "ts=yesterday", "ts=2026-01-01T00:00:00"),
        *("ts=0001-01-01T00:00:00%2B14:00", "ts=9999-12-31T23:59:59-14:00", "ts=%00"),
        *("anchor=last", "anchor=", "before=10&after=5", "around=3&anchor=first_unread"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(pinge, query):
    ann, bob = await pinge.people("ann", "bob")
    path = f"/conversations/{await ann.group(bob)}/messages"

    refused = await ann.get(f"{path}?{query}")

    assert (refused.status, refused.code) == (422, "invalid")


async def test_only_those_who_are_in_it_read_it(pinge, talk):
    ann, bob, direct, group = talk
    eve = await pinge.person("eve")

    for path in (direct, group, f"/conversations/{uuid4()}/messages"):
        refused = await eve.get(path)
        assert (refused.status, refused.code) == (403, "not_member")
    await bob.post(f"/messages/groups/{group.split('/')[2]}/leave")
    assert (await bob.get(group)).status == 403
    await bob.delete(f"/contacts/{ann.user_id}")
    assert (await bob.get(direct)).status == 200
    assert (await bob.get("/conversations/7/messages")).code == "malformed_id"


async def test_an_empty_conversation_has_no_messages(pinge):
    ann, bob = await pinge.people("ann", "bob")
    path = f"/conversations/{await ann.group(bob)}/messages"

    for query in ("", "?before=5", "?after=0", "?anchor=first_unread", "?ts=2026-01-01T00:00:00Z"):
        page = (await ann.get(path + query)).data
        assert page["messages"] == []
        assert (page["has_before"], page["has_after"], page["last_seq"]) == (False, False, 0)
