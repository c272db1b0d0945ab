"""Where somebody is logged in: the list, and ending one session or all the others."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from aiohttp import WSServerHandshakeError

from pinge.accounts import devices
from tests.people import PASSWORD

ME, SESSIONS = "/authentication/me", "/authentication/sessions"
OTHERS = f"{SESSIONS}/end-others"


async def ids(person):
    return [row["session_id"] for row in (await person.get(SESSIONS)).data]


async def test_every_device_is_listed_the_latest_first(pinge):
    ann = await pinge.person("ann")
    phone = await ann.device()

    mine = (await ann.get(SESSIONS)).data

    assert [row["is_current"] for row in mine] == [False, True]
    assert [row["is_current"] for row in (await phone.get(SESSIONS)).data] == [True, False]


async def test_a_session_tells_where_it_is(pinge):
    ann = await pinge.person("ann")
    headers = {"X-Device-Info": "Phone", "X-Location": "Oslo", "User-Agent": "Test/1"}
    form = {"username": ann.email, "password": PASSWORD}
    await pinge.call("POST", "/authentication/login", data=form, headers=headers)

    phone = (await ann.get(SESSIONS)).data[0]

    assert (phone["device_info"], phone["location"]) == ("Phone", "Oslo")
    assert (phone["user_agent"], phone["ip_address"]) == ("Test/1", "127.0.0.1")
    assert phone["last_seen_at"] == phone["created_at"] < phone["expires_at"]


async def test_one_session_is_ended_and_its_socket_closes(pinge):
    ann = await pinge.person("ann")
    phone = await ann.device()
    socket = await phone.live()
    [hers] = [row["session_id"] for row in (await phone.get(SESSIONS)).data if row["is_current"]]

    ended = await ann.delete(f"{SESSIONS}/{hers}")

    assert ended.status == 200
    assert await socket.closed() == 4401
    assert (await phone.get(ME)).status == 401
    assert (await ann.get(ME)).status == 200
    assert (await ann.delete(f"{SESSIONS}/{hers}")).code == "not_found"


async def test_ones_own_session_can_be_ended_too(pinge):
    ann = await pinge.person("ann")
    [hers] = await ids(ann)

    assert (await ann.delete(f"{SESSIONS}/{hers}")).status == 200

    assert (await ann.get(ME)).status == 401


async def test_what_is_not_ones_own_is_not_found(pinge):
    ann, eve = await pinge.people("ann", "eve")
    [hers] = await ids(ann)

    for session_id in (hers, uuid4()):
        refused = await eve.delete(f"{SESSIONS}/{session_id}")
        assert (refused.status, refused.code) == (404, "not_found")
    assert (await eve.delete(f"{SESSIONS}/x")).code == "malformed_id"
    assert (await ann.get(ME)).status == 200


async def test_all_others_are_ended_at_once(pinge):
    ann = await pinge.person("ann")
    others = [await ann.device() for _ in range(3)]
    sockets = [await other.live() for other in others]
    mine = await ann.live()

    ended = (await ann.post(OTHERS)).data

    assert ended["ended_count"] == 3
    assert [await socket.closed() for socket in sockets] == [4401] * 3
    told = {(await mine.next("session_ended"))["data"]["session_id"] for _ in others}
    assert len(told) == 3
    assert len(await ids(ann)) == 1
    assert (await ann.post(OTHERS)).data["ended_count"] == 0


async def test_other_devices_hear_of_a_login_and_of_its_end(pinge):
    ann = await pinge.person("ann")
    mine = await ann.live()

    phone = await ann.device()
    started = (await mine.next("session_started"))["data"]
    await phone.post("/authentication/logout")
    ended = (await mine.next("session_ended"))["data"]

    assert started["session_id"] == ended["session_id"]
    assert started["ip_address"] == "127.0.0.1"
    assert ended["user_rev"] > started["user_rev"]


async def test_who_called_or_listens_was_seen(pinge, db):
    ann = await pinge.person("ann")
    listening = await ann.device()
    silent = await ann.device()
    await listening.live()
    await db.execute("UPDATE sessions SET created_at = now() - interval '1 hour'")
    await ann.get(ME)

    await devices.write_seen(pinge.app)

    rows = (await ann.get(SESSIONS)).data
    seen = [row["last_seen_at"] > row["created_at"] for row in rows]
    assert sorted(seen) == [False, True, True]
    assert (await silent.get(ME)).status == 200


async def test_it_is_written_once_a_minute_at_most(pinge, db):
    ann = await pinge.person("ann")
    await ann.live()
    await devices.write_seen(pinge.app)
    [first] = (await ann.get(SESSIONS)).data

    await devices.write_seen(pinge.app)

    [second] = (await ann.get(SESSIONS)).data
    assert datetime.fromisoformat(first["last_seen_at"]) == datetime.fromisoformat(
        second["last_seen_at"]
    )


async def test_what_expired_long_ago_is_forgotten(pinge, db):
    ann = await pinge.person("ann")
    for _ in range(2):
        await ann.device()
    latest, before, _ = await ids(ann)
    over = "UPDATE sessions SET expires_at = now() - $2 * interval '1 day' WHERE session_id = $1"
    await db.execute(over, latest, 91)
    await db.execute(over, before, 89)

    await devices.forget_old(pinge.app)

    kept = {str(row[0]) for row in await db.fetch("SELECT session_id FROM sessions")}
    assert latest not in kept
    assert before in kept


async def test_a_session_that_expired_is_not_listed_and_cannot_be_ended(pinge, db):
    ann = await pinge.person("ann")
    phone = await ann.device()
    [latest, _] = await ids(phone)
    await db.execute("UPDATE sessions SET expires_at = now() WHERE session_id = $1", latest)

    assert len(await ids(ann)) == 1
    assert (await ann.delete(f"{SESSIONS}/{latest}")).code == "not_found"


@pytest.mark.parametrize("path", [ME, SESSIONS])
async def test_a_session_that_was_ended_opens_nothing(pinge, path):
    ann = await pinge.person("ann")
    phone = await ann.device()
    await ann.post(OTHERS)

    assert (await phone.get(path)).status == 401
    with pytest.raises(WSServerHandshakeError):
        await phone.live()
