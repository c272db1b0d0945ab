"""Why somebody was, or was not, notified: by what was decided, and by the code that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.notifications.telling import explained, settled, subscribe, waiting
from tests.people import Pinge

WHOLE_DAY = {
    "from": "00:00",
    "until": "00:00",
    "days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    "time_zone": "Europe/Oslo",
}
LATER = (datetime.now(UTC) + timedelta(days=1)).isoformat()


async def test_who_was_told_learns_of_what_and_on_which_device(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    [subscription] = (await ben.get("/push/subscriptions")).data

    sent = await ann.write(ben, "Hello")
    explanation = await settled(ben, sent)

    [device] = explanation.pop("devices")
    assert explanation == {
        "message_id": sent.data["message_id"],
        "conversation_id": sent.data["conversation_id"],
        "seq": sent.data["seq"],
        "is_notified": True,
        "is_waiting": False,
        "reason": "wanted",
    }
    assert (device["subscription_id"], device["status"], device["judged_seq"]) == (
        subscription["subscription_id"],
        201,
        sent.data["seq"],
    )


@pytest.mark.parametrize(
    ("settings_of_ben", "reason"),
    [
        ({"direct_notifications": "none"}, "nothing_wanted"),
        ({"snoozed_until": LATER}, "snoozed"),
        ({"do_not_disturb": WHOLE_DAY}, "do_not_disturb"),
    ],
)
async def test_who_wants_no_notifications_gets_none(pinge, service, settings_of_ben, reason):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    assert (await ben.patch("/settings", settings_of_ben)).status == 200

    explanation = await settled(ben, await ann.write(ben, "Hello"))

    assert (explanation["is_notified"], explanation["reason"]) == (False, reason)
    assert service.pushes.empty()


@pytest.fixture
def unhurried(monkeypatch):
    """A push waits until its test has done what speaks against it."""
    monkeypatch.setattr("pinge.notifications.finding.GATHERED", 0.3)


async def mute(ann, ben, sent):
    path = f"/conversations/{sent.data['conversation_id']}/settings"
    return await ben.patch(path, {"muted_until": LATER})


async def read(ann, ben, sent):
    return await ben.post("/messages/mark-read", {"message_ids": [sent.data["message_id"]]})


async def delete(ann, ben, sent):
    return await ann.delete(f"/messages/{sent.data['message_id']}")


async def hide(ann, ben, sent):
    return await ben.delete(f"/messages/{sent.data['message_id']}?scope=me")


async def block(ann, ben, sent):
    return await ben.call("PUT", f"/blocks/{ann.user_id}")


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (mute, "muted"),
        (read, "read"),
        (delete, "deleted"),
        (hide, "hidden"),
        (block, "blocked"),
    ],
)
async def test_what_changes_before_a_push_goes_stops_it(unhurried, pinge, service, act, reason):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)

    sent = await ann.write(ben, "Hello")
    await waiting(ben, sent)
    assert (await act(ann, ben, sent)).status == 200

    explanation = await settled(ben, sent)
    assert (explanation["is_notified"], explanation["reason"]) == (False, reason)
    assert service.pushes.empty()


async def test_who_leaves_a_group_before_a_push_goes_is_not_told(unhurried, pinge, service, db):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    group_id = await ann.group(ben)

    sent = await ann.write_group(group_id, "Hello")
    await waiting(ben, sent)
    await ben.post(f"/messages/groups/{group_id}/leave")

    await ann.write(ben, "Where did you go?")
    assert (await service.next()).said["body"] == "Where did you go?"
    assert await db.fetchval("SELECT reason FROM push_log WHERE NOT is_told") == "not_member"


async def test_without_a_device_the_reason_is_what_would_decide(pinge):
    ann, ben = await pinge.friends("ann", "ben")

    sent = await ann.write(ben, "Hello")
    assert (await explained(ben, sent))["reason"] == "no_device"
    assert (await explained(ann, sent))["reason"] == "own"

    await mute(ann, ben, sent)
    assert (await explained(ben, sent))["reason"] == "muted"


async def test_nobody_learns_of_a_message_that_is_not_theirs_to_read(pinge):
    ann, ben, eve = await pinge.friends("ann", "ben", "eve")
    sent = await ann.write(ben, "Hello")

    for message_id in (sent.data["message_id"], uuid4()):
        refused = await eve.get(f"/notifications/explain/{message_id}")
        assert (refused.status, refused.code) == (404, "not_found")


async def test_who_came_later_learns_nothing_of_what_is_hidden_from_them(pinge):
    ann, ben = await pinge.friends("ann", "ben")
    group_id = await ann.group()
    await ann.patch(f"/messages/groups/{group_id}", {"history_visibility": "joined"})
    before = await ann.write_group(group_id, "Before")
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [ben.user_id]})

    refused = await ben.get(f"/notifications/explain/{before.data['message_id']}")

    assert (refused.status, refused.code) == (404, "not_found")


async def test_a_stranger_who_writes_first_is_no_notification_until_accepted(
    settings, database, service
):
    async with Pinge.running(replace(settings, direct_messages="everyone"), database) as pinge:
        ann, ben = await pinge.people("ann", "ben")
        await subscribe(ben, service)
        first = await ann.write(ben, "You do not know me")
        explanation = await settled(ben, first)

        await ben.post(f"/conversations/{first.data['conversation_id']}/accept")
        await ann.write(ben, "Thank you")

        assert (explanation["is_notified"], explanation["reason"]) == (False, "request")
        assert (await service.next()).said["body"] == "Thank you"
