"""How often one may react, and all together may in a large group."""

from __future__ import annotations

from dataclasses import replace

import pytest
from limits import parse

from pinge.realtime.following import LARGE
from tests.reactions.test_reacting import EYES, HEART, THUMB, react


@pytest.fixture
def settings(settings):
    """With limits, low ones for reactions."""
    low = {"reactions": parse("3 per hour"), "group-reactions": parse("1 per hour")}
    return replace(settings, rate_limits=True, limits={**settings.limits, **low})


async def test_whoever_is_too_quick_is_told_when_there_is_room_again(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    message = (await ann.write(bob, "Look!")).data
    for emoji in (THUMB, HEART, HEART):
        assert (await react(ann, message, emoji)).status == 200

    refused = await react(ann, message, EYES)
    again = {"message_id": message["message_id"], "emoji": EYES, "is_on": True}

    assert (refused.status, refused.code) == (429, "rate_limited")
    assert refused.headers["Retry-After"]
    assert (await (await ann.live()).ask("react", again))["data"]["code"] == "rate_limited"
    assert (await react(bob, message, EYES)).status == 200


async def test_a_large_group_is_told_so_many_and_who_changes_nothing_counts_for_none(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    message = (await ann.write_group(group_id, "Look!")).data
    await db.execute(
        "UPDATE conversations SET member_count = $1 WHERE conversation_id = $2", LARGE + 1, group_id
    )

    answers = [await react(ann, message, THUMB) for _ in range(2)]

    assert [one.status for one in answers] == [200, 200]
    refused = await react(bob, message, THUMB)
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert (await bob.get(f"/messages/{message['message_id']}/reactions")).data["reactions"][
        1:
    ] == []
