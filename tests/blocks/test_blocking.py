"""Whom one blocks: the list, one's own devices, and what is again when it is lifted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.blocks.people import block, events, unblock
from tests.personal.test_delete import delete, erased
from tests.presence.watching import settled, shown
from tests.sync.device import Device

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


async def test_blocks_are_listed_the_latest_first(pinge):
    ann, ben, eve = await pinge.people("ann", "ben", "eve")
    for other in (ben, eve):
        await block(ann, other)

    listed = (await ann.get("/blocks")).data

    assert [row["blocked_id"] for row in listed] == [eve.user_id, ben.user_id]
    assert listed[0]["username"] == "eve"
    assert (await ben.get("/blocks")).data == []


async def test_to_block_and_to_unblock_twice_is_as_good_as_once(pinge):
    ann, ben = await pinge.people("ann", "ben")
    hers = await ann.live()

    first, second = await block(ann, ben), await block(ann, ben)
    assert first.data == second.data == (await ann.get("/blocks")).data[0]
    for _ in range(2):
        await unblock(ann, ben)

    assert await events(hers) == ["user_blocked", "user_unblocked"]
    assert (await ann.get("/blocks")).data == []


async def test_nobody_blocks_themselves_or_somebody_who_is_not(pinge):
    ann = await pinge.person("ann")

    for user_id, code in (
        (ann.user_id, "bad_request"),
        (UNKNOWN, "not_found"),
        ("ben", "malformed_id"),
    ):
        assert (await ann.call("PUT", f"/blocks/{user_id}")).code == code
    assert (await ann.delete(f"/blocks/{UNKNOWN}")).status == 404


async def test_only_ones_own_devices_hear_of_a_block(pinge):
    ann, ben = await pinge.friends("ann", "ben")
    hers, his = await ann.live(), await ben.live()
    away = await Device.of(ann)

    await block(ann, ben)

    assert await events(his) == []
    told = (await hers.next())["data"]
    assert (told["blocked_id"], told["username"]) == (ben.user_id, "ben")
    [missed] = (await away.sync())["changes"]
    assert missed == {"event": "user_blocked", "data": told}
    await unblock(ann, ben)
    [missed] = (await away.sync())["changes"]
    assert missed["event"] == "user_unblocked"


async def test_what_waited_for_an_answer_is_rejected_and_may_be_asked_after_the_block(pinge):
    ann, ben = await pinge.people("ann", "ben")
    hers, his = await ann.live(), await ben.live()
    first = await ben.ask(ann)
    await events(hers)

    await block(ann, ben)
    assert await events(hers) == ["user_blocked", "contact_request_answered"]
    behind = await ben.ask(ann)
    assert (await ann.get("/contacts/requests")).data == []
    for request_id in (first, behind):
        assert (await ann.post(f"/contacts/accept/{request_id}")).status == 404
    await unblock(ann, ben)

    assert await events(hers) == ["user_unblocked"]
    assert (await ann.get("/contacts/requests")).data == []
    await ben.befriend(ann)
    assert set(await events(his)) == {"contact_request_sent", "contact_request_accepted"}


async def test_a_request_of_ones_own_can_be_accepted_by_whoever_one_blocks(pinge):
    ann, ben = await pinge.people("ann", "ben")
    request_id = await ann.ask(ben)

    await block(ann, ben)

    assert (await ben.post(f"/contacts/accept/{request_id}")).status == 200
    assert (await ben.write(ann, "hello")).code == "not_taken"
    assert (await ann.write(ben, "hello")).code == "blocked"


async def test_all_is_as_before_when_the_block_is_lifted(pinge):
    ann, ben = await pinge.friends("ann", "ben")
    key = (await ben.write(ann, "before")).data["conversation_id"]
    his = await ben.live()
    await (await ann.live()).ask("mark_read", {"conversation_id": key, "seq": 1})
    await his.next("message_read")

    await block(ann, ben)
    assert (await his.next("message_read"))["data"]["seq"] == 0
    assert await shown(ben, ann) == {}
    await unblock(ann, ben)

    assert (await his.next("message_read"))["data"]["seq"] == 1
    await settled(pinge)
    assert await shown(ben, ann) == {"ann": "online"}
    assert (await ben.write(ann, "after")).status == 201
    assert [row["username"] for row in (await ben.get("/contacts")).data] == ["ann"]


async def test_who_blocks_each_other_are_apart_until_both_lift_it(pinge):
    ann, ben = await pinge.friends("ann", "ben")
    await block(ann, ben)
    await block(ben, ann)

    await unblock(ann, ben)
    assert (await ann.write(ben, "hello")).code == "not_taken"
    assert (await ben.write(ann, "hello")).code == "blocked"
    await unblock(ben, ann)

    assert (await ann.write(ben, "hello")).status == 201


async def test_a_group_of_both_goes_on_with_both(pinge):
    ann, ben = await pinge.friends("ann", "ben")
    group_id = await ann.group(ben)
    hers = await ann.live()
    await block(ann, ben)

    sent = await ben.write_group(group_id, "to all")

    assert sent.status == 200
    assert (await hers.next("new_group_message"))["data"]["content"] == "to all"
    overview = (await ann.get("/conversations")).data["conversations"]
    assert {row["kind"]: row["is_blocked"] for row in overview} == {"direct": True, "group": False}


async def test_the_blocks_of_and_by_a_deleted_account_are_lifted(pinge, db):
    ann, ben, eve = await pinge.people("ann", "ben", "eve")
    await block(ann, ben)
    await block(ben, eve)
    await ben.ask(ann)
    hers = await ann.live()

    await delete(ben)
    await erased(db, ben)

    assert await events(hers) == ["user_unblocked"]
    assert (await ann.get("/blocks")).data == []
    assert await db.fetchval("SELECT count(*) FROM blocks WHERE lifted_at IS NULL") == 0


class TestStrangers:
    """Where everyone may write to everyone."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, direct_messages="everyone")

    async def test_a_block_holds_for_two_who_never_spoke(self, pinge):
        ann, ben = await pinge.people("ann", "ben")
        await block(ann, ben)

        assert (await ben.write(ann, "hello")).code == "not_taken"
        assert (await ann.write(ben, "hello")).code == "blocked"
        assert (await ann.get("/conversations?requests=true")).data["conversations"] == []
        await unblock(ann, ben)
        assert (await ben.write(ann, "hello")).status == 201
