"""Who types, and who hears of it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from pinge.presence import typing
from pinge.realtime.following import LARGE
from tests.presence.watching import heard, hung_up


@pytest.fixture
async def direct(friends):
    """The id of what ann and bob say to each other."""
    ann, bob = friends
    return (await ann.write(bob, "hello")).data["conversation_id"]


def typed(person, conversation_id, *, is_typing=True):
    """What the others are told."""
    data = {"conversation_id": conversation_id, "user_id": person.user_id}
    data |= {"username": person.name, "is_typing": is_typing}
    return {"event": "user_typing", "data": data}


async def test_typing_is_told_to_the_other_and_to_no_device_of_ones_own(friends, direct):
    ann, bob = friends
    here, own = await ann.live(), await (await ann.device()).live()
    sockets = [await bob.live(), await bob.plain()]

    for is_typing in (True, False):
        said = {"conversation_id": direct, "is_typing": is_typing}
        assert (await here.ask("typing", said))["event"] == "ack"
        for socket in sockets:
            assert await heard(socket) == [typed(ann, direct, is_typing=is_typing)]

    assert await heard(own) == []


@pytest.mark.parametrize("place", ["conversation_id", "receiver_id"])
async def test_a_plain_socket_may_say_so_too_and_gets_no_answer(friends, direct, place):
    ann, bob = friends
    plain, socket = await ann.plain(), await bob.live()

    where = {"conversation_id": direct, "receiver_id": bob.user_id}[place]
    await plain.say("typing", {place: where, "is_typing": True}, id=7)

    assert await socket.next() == typed(ann, direct)
    assert await heard(plain) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"is_typing": True}, "invalid"),
        ({"is_typing": True, "group_id": "{fresh}", "receiver_id": "{fresh}"}, "invalid"),
        ({"group_id": "{fresh}"}, "invalid"),
        ({"group_id": "{fresh}", "is_typing": True}, "not_member"),
        ({"receiver_id": "{fresh}", "is_typing": True}, "not_found"),
        ({"receiver_id": "{eve}", "is_typing": True}, "not_contacts"),
        ({"receiver_id": "{ann}", "is_typing": True}, "bad_request"),
    ],
)
async def test_what_is_wrong_is_an_error_at_both_dialects(pinge, friends, said, code):
    ann, _ = friends
    eve = await pinge.person("eve")
    ids = {"fresh": uuid4(), "eve": eve.user_id, "ann": ann.user_id}
    said = {name: value if value is True else value.format(**ids) for name, value in said.items()}
    plain = await ann.plain()

    await plain.say("typing", said)

    assert (await plain.next("error"))["data"]["code"] == code
    assert (await (await ann.live()).ask("typing", said))["data"]["code"] == code


async def test_typing_over_http_is_the_same(friends, direct):
    ann, bob = friends
    socket = await bob.live()

    for is_typing in (True, False):
        answer = await ann.post(f"/conversations/{direct}/typing", {"is_typing": is_typing})
        assert answer.status == 200
        assert await heard(socket) == [typed(ann, direct, is_typing=is_typing)]

    assert (await ann.post(f"/conversations/{direct}/typing", {})).status == 422


async def test_clients_are_told_how_often_to_say_it(pinge, friends):
    ann, _ = friends
    socket = await pinge.socket(ann, "/ws", protocols=("pinge.v1",), headers=ann.bearer)

    limits = (await socket.next("hello"))["data"]["limits"]

    assert limits["typing_repeat_seconds"] < limits["typing_seconds"] == typing.TTL
    assert limits["typing_members"] == LARGE


async def test_saying_it_again_is_not_told_again(friends, direct, monkeypatch):
    monkeypatch.setattr(typing, "AT_LEAST", 0)
    ann, bob = friends
    here, socket = await ann.live(), await bob.live()

    for _ in range(5):
        await here.ask("typing", {"conversation_id": direct, "is_typing": True})

    assert await heard(socket) == [typed(ann, direct)]


async def test_it_ends_by_itself_and_may_begin_anew(friends, direct, monkeypatch):
    monkeypatch.setattr(typing, "TTL", 0.05)
    ann, bob = friends
    here, socket = await ann.live(), await bob.live()

    for _ in range(2):
        await here.ask("typing", {"conversation_id": direct, "is_typing": True})
        assert await socket.next() == typed(ann, direct)
        assert await socket.next() == typed(ann, direct, is_typing=False)


async def test_whoever_goes_on_saying_it_goes_on_typing(friends, direct, monkeypatch):
    monkeypatch.setattr(typing, "AT_LEAST", 0)
    monkeypatch.setattr(typing, "TTL", 60)
    ann, bob = friends
    here, socket = await ann.live(), await bob.live()
    await here.ask("typing", {"conversation_id": direct, "is_typing": True})
    [typer] = here_typers(ann)

    await here.ask("typing", {"conversation_id": direct, "is_typing": True})

    assert typer.expiry.cancelled()
    assert await heard(socket) == [typed(ann, direct)]


def here_typers(person):
    """What the person's process knows."""
    known = person.pinge.app[typing.TYPING]._typers
    return [typer for typers in known.values() for typer in typers.values()]


async def test_what_was_typed_ends_it_before_it_is_told(friends, direct):
    ann, bob = friends
    here, socket = await ann.live(), await bob.live()
    await here.ask("typing", {"conversation_id": direct, "is_typing": True})

    await ann.write(bob, "done")

    told = await heard(socket)
    assert told[:2] == [typed(ann, direct), typed(ann, direct, is_typing=False)]
    assert told[2]["data"]["content"] == "done"


async def test_it_ends_with_the_last_socket(friends, direct):
    ann, bob = friends
    here, other, socket = await ann.live(), await ann.plain(), await bob.live()
    await here.ask("typing", {"conversation_id": direct, "is_typing": True})
    await here.close()
    assert await heard(socket) == [typed(ann, direct)]

    await hung_up(ann, other)

    assert await heard(socket) == [typed(ann, direct, is_typing=False)]
    assert here_typers(ann) == []


async def test_a_group_hears_and_who_was_in_it_does_not(pinge):
    ann, bob, eve, sid = await pinge.people("ann", "bob", "eve", "sid")
    group_id = await ann.group(bob, eve)
    here = await ann.live()
    member, former, stranger = await bob.live(), await eve.live(), await sid.live()
    await eve.post(f"/messages/groups/{group_id}/leave")
    for socket in (member, former):
        await heard(socket)

    assert (await here.ask("typing", {"group_id": group_id, "is_typing": True}))["event"] == "ack"

    assert await heard(member) == [typed(ann, group_id)]
    for person, socket in ((eve, former), (sid, stranger)):
        assert await heard(socket) == []
        refused = await person.post(f"/conversations/{group_id}/typing", {"is_typing": True})
        assert (refused.status, refused.code) == (403, "not_member")


async def test_who_comes_meanwhile_hears_and_who_goes_is_spared_the_end(pinge, monkeypatch):
    monkeypatch.setattr(typing, "AT_LEAST", 0)
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    here, leaving, coming = await ann.live(), await bob.live(), await eve.live()
    said = {"group_id": group_id, "is_typing": True}
    await here.ask("typing", said)
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [eve.user_id]})
    await bob.post(f"/messages/groups/{group_id}/leave")
    for socket in (leaving, coming):
        await heard(socket)

    for is_typing in (True, False):
        await here.ask("typing", said | {"is_typing": is_typing})

    told = [typed(ann, group_id), typed(ann, group_id, is_typing=False)]
    assert await heard(coming) == told
    assert await heard(leaving) == []


async def test_a_large_group_hears_nothing(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await db.execute(
        "UPDATE conversations SET member_count = $1 WHERE conversation_id = $2", LARGE + 1, group_id
    )
    here, socket = await ann.live(), await bob.live()

    assert (await here.ask("typing", {"group_id": group_id, "is_typing": True}))["event"] == "ack"

    assert await heard(socket) == []
    assert here_typers(ann) == []


async def test_who_is_no_contact_any_more_may_not_and_hears_nothing(friends, direct):
    ann, bob = friends
    await bob.delete(f"/contacts/{ann.user_id}")
    here, socket = await ann.live(), await bob.live()

    for said in ({"conversation_id": direct}, {"receiver_id": bob.user_id}):
        answer = await here.ask("typing", said | {"is_typing": True})
        assert answer["data"]["code"] == "not_contacts"

    assert await heard(socket) == []


@pytest.mark.parametrize("hiding", ["ann", "bob"])
async def test_who_hides_it_neither_tells_nor_hears(friends, direct, db, hiding):
    ann, bob = friends
    hider = {"ann": ann, "bob": bob}[hiding]
    await db.execute(
        "INSERT INTO settings (user_id, rev, shows_typing) VALUES ($1, 1, false)", hider.user_id
    )
    here, socket = await ann.live(), await bob.live()

    answer = await here.ask("typing", {"conversation_id": direct, "is_typing": True})

    assert answer["event"] == "ack"
    assert await heard(socket) == []


@pytest.mark.parametrize("who", ["contacts", "nobody"])
async def test_who_may_not_write_may_not_type_either(friends, direct, db, who):
    ann, bob = friends
    await db.execute(
        "INSERT INTO settings (user_id, rev, who_may_write) VALUES ($1, 1, $2)", bob.user_id, who
    )

    answer = await ann.post(f"/conversations/{direct}/typing", {"is_typing": True})

    assert answer.status == (200 if who == "contacts" else 403)


async def test_a_device_that_comes_later_knows_of_nobody_typing(friends, direct):
    ann, bob = friends
    here = await ann.live()
    await here.ask("typing", {"conversation_id": direct, "is_typing": True})

    assert await heard(await bob.live()) == []


async def test_a_start_that_a_message_overtakes_is_not_told(pinge, friends, direct, monkeypatch):
    ann, bob = friends
    socket, state = await bob.live(), pinge.app[typing.TYPING]
    find, looked_up = state._find, asyncio.Event()

    async def find_late(keys):
        await looked_up.wait()
        return await find(keys)

    monkeypatch.setattr(state._found, "_read", find_late)
    path = f"/conversations/{direct}/typing"
    starting = asyncio.create_task(ann.post(path, {"is_typing": True}))
    while not state._starting:
        await asyncio.sleep(0)
    await ann.write(bob, "done")
    looked_up.set()
    await starting

    assert [frame["event"] for frame in await heard(socket)] == ["new_direct_message"]
