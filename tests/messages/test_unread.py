"""What is unread: the messages, and the figures."""

from __future__ import annotations

import pytest

SUMMARY = "/messages/unread/count"


async def unread(person):
    """The contents of what somebody did not read."""
    return [message["content"] for message in (await person.get("/messages/unread")).data]


async def test_nothing_is_unread_at_first(pinge):
    ann = await pinge.person("ann")

    assert (await ann.get("/messages/unread")).data == []
    assert (await ann.get(SUMMARY)).data == {
        "total_unread": 0,
        "contacts_with_unread": [],
        "groups_with_unread": [],
        "total_group_unread": 0,
        "total_muted_unread": 0,
        "total_mentions": 0,
    }


async def test_unread_messages_come_newest_first_from_whomever(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    await bob.write(ann, "1")
    await eve.write(ann, "2")
    await ann.write(bob, "my own")
    await bob.write(ann, "3")
    group_id = await bob.group(ann)
    await bob.write_group(group_id, "in a group")

    listed = (await ann.get("/messages/unread")).data

    assert [message["content"] for message in listed] == ["3", "2", "1"]
    assert [message["sender_name"] for message in listed] == ["bob", "eve", "bob"]
    assert {message["receiver_id"] for message in listed} == {ann.user_id}
    assert not any(message["is_read"] for message in listed)
    assert set(listed[0]) >= {"message_id", "sender_id", "sent_at"}


async def test_the_summary_says_of_whom_and_since_when_latest_first(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    from_bob = [(await bob.write(ann, "Hi")).data for _ in range(2)]
    from_eve = (await eve.write(ann, "Hi")).data
    await ann.write(bob, "My own message is no news to me")

    summary = (await ann.get(SUMMARY)).data

    assert (summary["total_unread"], summary["total_group_unread"]) == (3, 0)
    assert summary["contacts_with_unread"] == [
        {
            "contact_id": eve.user_id,
            "contact_name": "eve",
            "unread_count": 1,
            "is_muted": False,
            "last_message_at": from_eve["sent_at"],
        },
        {
            "contact_id": bob.user_id,
            "contact_name": "bob",
            "unread_count": 2,
            "is_muted": False,
            "last_message_at": from_bob[1]["sent_at"],
        },
    ]


async def test_the_summary_says_in_which_group_and_since_when_latest_first(pinge):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    old, new = await ann.group(bob, name="Old"), await bob.group(ann, eve, name="New")
    in_old = (await bob.write_group(old, "Hi")).data
    in_new = [(await one.write_group(new, "Hi")).data for one in (bob, eve, bob)]
    await ann.write_group(new, "My own message is no news to me")

    summary = (await ann.get(SUMMARY)).data

    assert (summary["total_unread"], summary["total_group_unread"]) == (0, 4)
    assert summary["groups_with_unread"] == [
        {
            "group_id": new,
            "group_name": "New",
            "unread_count": 3,
            "mention_count": 0,
            "is_muted": False,
            "last_message_at": in_new[2]["sent_at"],
        },
        {
            "group_id": old,
            "group_name": "Old",
            "unread_count": 1,
            "mention_count": 0,
            "is_muted": False,
            "last_message_at": in_old["sent_at"],
        },
    ]


async def test_the_last_message_that_counts_may_be_an_older_one(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    first = (await bob.write(ann, "1")).data
    second = (await bob.write(ann, "2")).data

    await ann.post("/messages/mark-read", {"message_ids": [second["message_id"]]})

    [of_bob] = (await ann.get(SUMMARY)).data["contacts_with_unread"]
    assert (of_bob["unread_count"], of_bob["last_message_at"]) == (1, first["sent_at"])
    assert await unread(ann) == ["1"]


async def test_sending_marks_nothing_as_read(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    await bob.write(ann, "Question")
    await ann.write(bob, "Answer")

    assert await unread(ann) == ["Question"]
    assert await unread(bob) == ["Answer"]
    assert (await ann.get(SUMMARY)).data["total_unread"] == 1


async def test_former_contacts_still_count(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    await bob.write(ann, "Goodbye")
    await bob.delete(f"/contacts/{ann.user_id}")

    summary = (await ann.get(SUMMARY)).data
    assert summary["total_unread"] == 1
    assert summary["contacts_with_unread"][0]["contact_name"] == "bob"
    assert await unread(ann) == ["Goodbye"]
    marked = await ann.post(f"/messages/mark-read/contact/{bob.user_id}")
    assert marked.data["marked_count"] == 1
    assert (await ann.get(SUMMARY)).data["total_unread"] == 0


@pytest.mark.parametrize("again", [False, True])
async def test_who_joins_a_group_starts_with_nothing_unread(pinge, again):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    group_id = await ann.group(bob, *([eve] if again else []))
    if again:
        await bob.write_group(group_id, "While you are here")
        await eve.write_group(group_id, "And I too")
        await eve.post(f"/messages/groups/{group_id}/leave")
    await bob.write_group(group_id, "While you are not")

    assert (await eve.get(SUMMARY)).data["groups_with_unread"] == []
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [eve.user_id]})
    assert (await eve.get(SUMMARY)).data["total_group_unread"] == 0
    await eve.write_group(group_id, "Hello")
    await bob.write_group(group_id, "Welcome")
    assert (await eve.get(SUMMARY)).data["total_group_unread"] == 1


async def test_a_group_that_is_gone_counts_no_more(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    left, deleted = await ann.group(bob), await ann.group(bob)
    for group_id in (left, deleted):
        await ann.write_group(group_id, "Hi")
    assert (await bob.get(SUMMARY)).data["total_group_unread"] == 2

    await bob.post(f"/messages/groups/{left}/leave")
    await ann.delete(f"/messages/groups/{deleted}")

    summary = (await bob.get(SUMMARY)).data
    assert (summary["total_group_unread"], summary["groups_with_unread"]) == (0, [])
