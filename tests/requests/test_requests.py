"""What strangers write first: a request, until it is taken, answered or declined."""

from __future__ import annotations

from dataclasses import replace

import pytest
from limits import parse

from tests.blocks.people import block, events, unblock
from tests.people import Pinge
from tests.sync.device import Device
from tests.sync.state import epoch_of


@pytest.fixture
def settings(settings):
    """Where everyone may write to everyone."""
    return replace(settings, direct_messages="everyone")


@pytest.fixture
async def request_(pinge):
    """Ann, to whom Sid wrote, who is no contact of hers; and where."""
    ann, sid = await pinge.people("ann", "sid")
    said = (await sid.write(ann, "you do not know me")).data
    return ann, sid, said["conversation_id"]


async def listed(person, query=""):
    """The conversations in somebody's overview."""
    page = (await person.get(f"/conversations{query}")).data
    return [row["conversation_id"] for row in page["conversations"]]


async def reached(person, key, other):
    rows = (await person.get(f"/conversations/{key}/positions")).data
    [seq] = [row["read_seq"] for row in rows if row["user_id"] == other.user_id]
    return seq


async def test_what_a_stranger_writes_is_a_request_to_whom_they_write(request_):
    ann, sid, key = request_

    assert await listed(ann) == []
    assert await listed(ann, "?requests=true") == [key]
    overview = (await ann.get("/conversations")).data
    assert (overview["request_count"], overview["total_unread"]) == (1, 1)
    [shown] = (await ann.get("/conversations?requests=true")).data["conversations"]
    assert (shown["is_request"], shown["last_message"]["content"]) == (True, "you do not know me")
    assert await listed(sid) == [key]
    assert (await sid.get("/conversations")).data["request_count"] == 0
    synced = await ann.post("/sync", {"epoch": await epoch_of(ann)})
    assert [row["is_request"] for row in synced.data["conversations"]] == [True]


async def test_until_it_is_taken_neither_sees_what_the_other_does(request_):
    ann, sid, key = request_
    hers, his = await ann.live(), await sid.live()

    await hers.ask("mark_read", {"conversation_id": key, "seq": 1})
    for socket in (hers, his):
        typing = await socket.ask("typing", {"conversation_id": key, "is_typing": True})
        assert typing["event"] == "ack"

    assert await events(his) == []
    assert "user_typing" not in await events(hers)
    assert await reached(sid, key, ann) == 0
    [mine] = (await sid.get(f"/messages/direct/{ann.user_id}")).data
    assert mine["is_read"] is False


async def test_to_accept_it_shows_at_once_how_far_it_was_read(request_):
    ann, sid, key = request_
    hers, his, away = await ann.live(), await sid.live(), await Device.of(ann)
    await hers.ask("mark_read", {"conversation_id": key, "seq": 1})

    accepted = await ann.post(f"/conversations/{key}/accept")

    assert accepted.data == {"message": "Message request accepted"}
    assert (await his.next("message_read"))["data"]["seq"] == 1
    told = (await hers.next("message_request_answered"))["data"]
    assert (told["conversation_id"], told["status"]) == (key, "accepted")
    assert {"event": "message_request_answered", "data": told} in (await away.sync())["changes"]
    assert await listed(ann) == [key]
    assert (await ann.get("/conversations")).data["request_count"] == 0
    assert (await ann.post(f"/conversations/{key}/accept")).code == "not_found"


async def test_what_is_declined_is_out_of_sight_until_they_write_again(request_):
    ann, sid, key = request_
    hers, his = await ann.live(), await sid.live()

    assert (await ann.post(f"/conversations/{key}/decline")).status == 200

    assert (await hers.next("message_request_answered"))["data"]["status"] == "declined"
    assert (await hers.next("unread_changed"))["data"]["total_unread"] == 0
    assert await events(his) == []
    assert await listed(ann) == await listed(ann, "?requests=true") == []
    assert await listed(sid) == [key]
    await sid.write(ann, "please")
    assert await listed(ann, "?requests=true") == [key]
    assert (await ann.get("/conversations")).data["request_count"] == 1


async def test_to_answer_is_to_take_it(request_, pinge):
    ann, sid, key = request_
    hers, his = await ann.live(), await sid.live()
    await hers.ask("mark_read", {"conversation_id": key, "seq": 1})

    await ann.write(sid, "now I do")

    assert await listed(ann) == [key]
    await his.say("mark_delivered", {"conversation_id": key, "seq": 2})
    assert (await his.next("message_read"))["data"]["seq"] == 1
    assert (await hers.next("message_delivered"))["data"]["seq"] == 2


async def test_to_become_contacts_is_to_take_it(request_):
    ann, sid, key = request_
    his = await sid.live()
    await (await ann.live()).ask("mark_read", {"conversation_id": key, "seq": 1})

    await sid.befriend(ann)

    assert (await his.next("message_read"))["data"]["seq"] == 1
    assert await listed(ann) == [key]


async def test_among_contacts_there_are_no_requests(pinge):
    ann, ben = await pinge.friends("ann", "ben")
    await ann.delete(f"/contacts/{ben.user_id}")

    key = (await ben.write(ann, "still there?")).data["conversation_id"]

    assert await listed(ann) == [key]
    for verb in ("accept", "decline"):
        refused = await ann.post(f"/conversations/{key}/{verb}")
        assert (refused.status, refused.code) == (404, "not_found")


async def test_one_writes_first_to_so_many_strangers_an_hour(settings, database):
    limits = {**settings.limits, "strangers": parse("2 per hour")}
    limited = replace(settings, rate_limits=True, limits=limits)
    async with Pinge.running(limited, database) as strict:
        sid, *others = await strict.people("sid", "ann", "ben", "eve")

        statuses = [(await sid.write(other, "hello")).status for other in others]

        assert statuses == [201, 201, 429]
        assert (await sid.write(others[0], "hello again")).status == 201


async def test_a_request_is_nobody_elses_to_take(request_, pinge):
    _, sid, key = request_
    eve = await pinge.person("eve")

    for verb in ("accept", "decline"):
        assert (await sid.post(f"/conversations/{key}/{verb}")).code == "not_found"
        assert (await eve.post(f"/conversations/{key}/{verb}")).code == "not_member"
        assert (await eve.post(f"/conversations/x/{verb}")).code == "malformed_id"


async def test_a_request_of_somebody_blocked_is_one_again_after_the_block(request_):
    ann, sid, key = request_

    await block(ann, sid)
    assert (await sid.write(ann, "please")).code == "not_taken"
    assert (await ann.post(f"/conversations/{key}/accept")).status == 200
    assert await reached(sid, key, ann) == 0
    await unblock(ann, sid)

    assert (await sid.write(ann, "please")).status == 201
