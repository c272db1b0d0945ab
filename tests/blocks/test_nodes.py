"""A block holds at a process that was told nothing of it and reads what there is from the rows."""

from __future__ import annotations

import dataclasses

import pytest

from pinge.sync import sweeping
from tests.blocks.people import block, events
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


async def test_nothing_gets_through_there_at_once(pinge, other):
    ann, ben = await pinge.friends("ann", "ben")
    ann_there, ben_there = at(other, ann), at(other, ben)
    assert (await ben_there.write(ann_there, "before")).status == 201
    there = await ben_there.live()

    await block(ann, ben)

    assert (await ben_there.write(ann_there, "after")).code == "not_taken"
    assert (await ann_there.write(ben_there, "after")).code == "blocked"
    typing = await there.ask("typing", {"receiver_id": ann.user_id, "is_typing": True})
    assert typing["data"]["code"] == "not_contacts"


async def test_ones_devices_hear_of_a_block_there_and_the_blocked_hear_less(pinge, other):
    ann, ben, eve = await pinge.friends("ann", "ben", "eve")
    group_id = await eve.group(ann, ben)
    key = (await ben.write(ann, "hello")).data["conversation_id"]
    here, eves = await ben.live(), await eve.live()
    await (await ann.live()).ask("mark_read", {"conversation_id": key, "seq": 1})
    assert (await here.next("message_read"))["data"]["seq"] == 1
    anns, bens = await at(other, ann).live(), await at(other, ben).live()

    await block(ann, ben)
    assert (await here.next("message_read"))["data"]["seq"] == 0
    await ann.patch("/authentication/me", {"about": "Climbs."})
    await eves.next("member_updated")
    await sweeping.sweep(other.app)

    assert (await anns.next("user_blocked"))["data"]["blocked_id"] == ben.user_id
    told = await bens.next("member_updated")
    assert (told["data"]["conversation_id"], told["data"]["about"]) == (group_id, None)
    assert "member_updated" not in await events(bens)
    positions = (await at(other, ben).get(f"/conversations/{key}/positions")).data
    assert {row["read_seq"] for row in positions} == {0}
