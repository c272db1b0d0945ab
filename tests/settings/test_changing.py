"""Reading and changing settings: the whole comes back, and every device of one's own hears it."""

from __future__ import annotations

import asyncio

import pytest

from tests.sync.device import Device

DEFAULTS = {
    "direct_notifications": "all",
    "group_notifications": "all",
    "shows_previews": True,
    "do_not_disturb": None,
    "snoozed_until": None,
    "who_may_write": "everyone",
    "who_may_add": "everyone",
    "who_sees_last_seen": "everyone",
    "sends_receipts": True,
    "shows_typing": True,
    "findable": True,
}
NIGHT = {
    "from": "22:00",
    "until": "07:00",
    "days": ["friday", "saturday"],
    "time_zone": "Europe/Oslo",
}
OTHERS = {
    "direct_notifications": "none",
    "group_notifications": "mentions",
    "shows_previews": False,
    "do_not_disturb": NIGHT,
    "snoozed_until": "2027-01-01T09:30:00+02:00",
    "who_may_write": "contacts",
    "who_may_add": "nobody",
    "who_sees_last_seen": "contacts",
    "sends_receipts": False,
    "shows_typing": False,
    "findable": False,
}


@pytest.fixture
async def ann(pinge):
    return await pinge.person("ann")


async def settings_of(person):
    return (await person.get("/settings")).data


async def test_who_set_nothing_has_the_defaults(ann):
    assert await settings_of(ann) == DEFAULTS


@pytest.mark.parametrize("nothing", [{}, {"mood": "good"}])
async def test_to_change_nothing_makes_no_sense(ann, nothing):
    assert (await ann.patch("/settings", nothing)).code == "bad_request"


@pytest.mark.parametrize("name", OTHERS)
async def test_one_is_changed_and_the_others_stay(ann, name):
    changed = (await ann.patch("/settings", {name: OTHERS[name], "mood": "good"})).data

    expected = OTHERS[name] if name != "snoozed_until" else "2027-01-01T07:30:00+00:00"
    assert changed == DEFAULTS | {name: expected}
    assert await settings_of(ann) == changed


async def test_null_lifts_what_is_for_a_time(ann):
    await ann.patch("/settings", OTHERS)

    lifted = (await ann.patch("/settings", {"do_not_disturb": None, "snoozed_until": None})).data

    assert (lifted["do_not_disturb"], lifted["snoozed_until"]) == (None, None)
    assert lifted["who_may_write"] == "contacts"


@pytest.mark.parametrize(
    "wrong",
    [
        {"direct_notifications": "some"},
        {"group_notifications": None},
        {"who_may_write": "strangers"},
        {"who_may_add": 1},
        {"who_sees_last_seen": ["contacts"]},
        {"sends_receipts": "yes"},
        {"shows_typing": None},
        {"snoozed_until": "tomorrow"},
        {"snoozed_until": "2027-01-01T09:30:00"},
        {"snoozed_until": "0001-01-01T00:00:00+14:00"},
        {"snoozed_until": "9999-12-31T23:59:59-14:00"},
        {"do_not_disturb": {}},
        {"do_not_disturb": NIGHT | {"from": "24:00"}},
        {"do_not_disturb": NIGHT | {"until": "7:00"}},
        {"do_not_disturb": NIGHT | {"until": "07:00\n"}},
        {"do_not_disturb": NIGHT | {"days": []}},
        {"do_not_disturb": NIGHT | {"days": ["friday", "friday"]}},
        {"do_not_disturb": NIGHT | {"days": ["Freitag"]}},
        {"do_not_disturb": NIGHT | {"time_zone": "Europe"}},
        {"do_not_disturb": NIGHT | {"time_zone": "Europe/Atlantis"}},
        {"do_not_disturb": NIGHT | {"time_zone": "../etc/passwd"}},
        {"do_not_disturb": NIGHT | {"time_zone": "localtime"}},
        {"do_not_disturb": NIGHT | {"time_zone": "E" * 5000}},
        {"do_not_disturb": NIGHT | {"time_zone": ""}},
    ],
    ids=str,
)
async def test_a_wrong_value_is_refused_and_changes_nothing(ann, wrong):
    refused = await ann.patch("/settings", {"findable": False, **wrong})

    assert (refused.status, list(refused.body["fields"])) == (422, list(wrong))
    assert await settings_of(ann) == DEFAULTS


async def test_all_devices_hear_the_whole_and_nobody_else_does(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    hers, his, plain = await ann.live(), await bob.live(), await ann.plain()

    changed = (await ann.patch("/settings", {"who_may_write": "contacts"})).data

    told = await hers.next()
    assert told["event"] == "settings_updated"
    assert told["data"] == changed | {"user_rev": told["data"]["user_rev"]}
    assert await his.heard_nothing()
    assert await plain.is_quiet(bob)


async def test_changes_at_once_all_stay(ann):
    await asyncio.gather(*(ann.patch("/settings", {name: OTHERS[name]}) for name in OTHERS))

    assert await settings_of(ann) == OTHERS | {"snoozed_until": "2027-01-01T07:30:00+00:00"}


async def test_a_device_that_was_away_is_told_both_kinds(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    key = (await ann.write(bob, "hello")).data["conversation_id"]
    device = await Device.of(ann)

    await ann.patch("/settings", {"findable": False})
    await ann.patch(f"/conversations/{key}/settings", {"notifications": "mentions"})
    await device.sync()

    assert device.names() == ["settings_updated", "conversation_settings_updated"]
    own, of_conversation = (told["data"] for told in device.heard)
    assert own == await settings_of(ann) | {"user_rev": own["user_rev"]}
    as_it_is = (await ann.get(f"/conversations/{key}/settings")).data
    assert as_it_is["notifications"] == "mentions"
    place = {"user_rev": own["user_rev"] + 1, "conversation_id": key}
    assert of_conversation == as_it_is | place
