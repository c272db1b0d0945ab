"""What is hidden stays so at a process that was told nothing and reads it from the rows."""

from __future__ import annotations

import dataclasses

import pytest

from pinge.sync import sweeping
from tests.people import Pinge
from tests.sync.test_nodes import at


@pytest.fixture
def settings(settings):
    """Processes that do not hear each other: what was written elsewhere only a sweep finds."""
    return dataclasses.replace(settings, bus="local", secret_key="k" * 32)


@pytest.fixture
async def other(settings, database):
    """The second process."""
    async with Pinge.running(settings, database) as running:
        yield running


async def test_settings_reach_ones_devices_there(pinge, other):
    ann = await pinge.person("ann")
    there = await at(other, ann).live()

    changed = (await ann.patch("/settings", {"who_may_add": "nobody"})).data
    await sweeping.sweep(other.app)

    told = (await there.next("settings_updated"))["data"]
    assert told == changed | {"user_rev": told["user_rev"]}
    assert (await at(other, ann).get("/settings")).data == changed


async def test_who_hides_receipts_hears_none_there_and_the_others_do(pinge, other):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await eve.patch("/settings", {"sends_receipts": False})
    key = await ann.group(bob, eve)
    await ann.write_group(key, "hello")
    anns, eves = await at(other, ann).live(), await at(other, eve).live()
    here = await ann.live()

    for person in (eve, bob):
        live = await person.live()
        await live.ask("mark_read", {"conversation_id": key, "seq": 1})
    await here.next("message_read")  # now it has its rev
    await ann.write_group(key, "marker")
    await sweeping.sweep(other.app)

    assert (await anns.next("message_read"))["data"]["user_id"] == bob.user_id
    heard = []
    while (told := await eves.next())["event"] != "new_group_message":
        heard.append(told["event"])
    assert "message_read" not in heard


async def test_that_somebody_turned_receipts_off_is_told_there(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    sent = (await ann.write(bob, "hello")).data
    live = await bob.live()
    await live.ask("mark_read", {"conversation_id": sent["conversation_id"], "seq": 1})
    await (await ann.live()).ask("ping")
    there = await at(other, ann).live()

    await bob.patch("/settings", {"sends_receipts": False})
    await sweeping.sweep(other.app)

    heard = []
    while (told := await there.next())["data"].get("seq") != 0 or told["event"] != "message_read":
        heard.append(told["event"])
    assert told["data"]["user_id"] == bob.user_id
