"""What a member sets for one conversation: their own, and gone when they come back into it."""

from __future__ import annotations

import pytest

CHOICES = {"notifications": None, "muted_until": None}
DEFAULTS = CHOICES | {"is_archived": False, "archived_seq": None, "is_marked_unread": False}
LATER, EARLIER = "2100-01-01T00:00:00+00:00", "2001-01-01T00:00:00+00:00"


@pytest.fixture
async def group(pinge):
    """Ann's group with Bob, in which he has a message to read."""
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "hello")
    return ann, bob, group_id


def path(key):
    return f"/conversations/{key}/settings"


async def test_each_member_has_their_own(group):
    ann, bob, key = group

    changed = await bob.patch(path(key), {"notifications": "mentions", "mood": "good"})

    assert changed.data == DEFAULTS | {"notifications": "mentions"}
    assert (await bob.patch(path(key), {"muted_until": LATER})).data == DEFAULTS | {
        "notifications": "mentions",
        "muted_until": LATER,
    }
    assert (await ann.get(path(key))).data == DEFAULTS
    assert (await bob.patch(path(key), CHOICES)).data == DEFAULTS


@pytest.mark.parametrize(
    "wrong",
    [{"notifications": "some"}, {"muted_until": "soon"}, {"muted_until": 5}],
    ids=str,
)
async def test_a_wrong_value_is_refused_and_changes_nothing(group, wrong):
    _, bob, key = group
    good = {"notifications": "none", "muted_until": LATER}

    refused = await bob.patch(path(key), good | wrong)

    assert (refused.status, list(refused.body["fields"])) == (422, list(wrong))
    assert (await bob.get(path(key))).data == DEFAULTS


async def test_to_change_nothing_makes_no_sense(group):
    _, bob, key = group

    assert (await bob.patch(path(key), {})).code == "bad_request"


async def test_only_ones_own_devices_hear_of_it(group):
    ann, bob, key = group
    hers, his = await ann.live(), await bob.live()

    await bob.patch(path(key), {"notifications": "none"})

    told = await his.next()
    assert told["event"] == "conversation_settings_updated"
    assert told["data"] == DEFAULTS | {
        "user_rev": told["data"]["user_rev"],
        "conversation_id": key,
        "notifications": "none",
    }
    assert await hers.heard_nothing()


async def test_who_left_has_none_and_starts_anew_on_coming_back(group):
    ann, bob, key = group
    await bob.patch(path(key), {"notifications": "none"})
    await bob.post(f"/messages/groups/{key}/leave")

    assert (await bob.get(path(key))).code == "not_member"
    assert (await bob.patch(path(key), {"notifications": "all"})).code == "not_member"
    await ann.post(f"/messages/groups/{key}/members", {"user_ids": [bob.user_id]})
    assert (await bob.get(path(key))).data == DEFAULTS


@pytest.mark.parametrize(
    ("own", "of_conversation", "is_muted"),
    [
        ({}, {}, False),
        ({}, {"muted_until": LATER}, True),
        ({}, {"muted_until": EARLIER}, False),
        ({}, {"notifications": "none"}, True),
        ({"group_notifications": "none"}, {}, True),
        ({"group_notifications": "none"}, {"muted_until": EARLIER}, True),
        ({"group_notifications": "none"}, {"notifications": "mentions"}, False),
        ({"direct_notifications": "none"}, {}, False),
        ({"group_notifications": "mentions"}, {}, False),
    ],
    ids=str,
)
async def test_what_is_unread_and_muted_is_summed_apart(group, own, of_conversation, is_muted):
    _, bob, key = group
    await bob.patch("/settings", {"findable": True} | own)
    await bob.patch(path(key), CHOICES | of_conversation)

    summary = (await bob.get("/messages/unread/count")).data

    assert summary["total_group_unread"] == 1
    assert summary["total_muted_unread"] == int(is_muted)
    assert [row["is_muted"] for row in summary["groups_with_unread"]] == [is_muted]
