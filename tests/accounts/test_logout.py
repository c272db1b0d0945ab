"""Logging out: a session that is over is dead everywhere, and no other is touched."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import WSServerHandshakeError

from pinge.realtime.socket import Close

LOGOUT = "/authentication/logout"


async def test_the_token_is_dead_at_once(pinge):
    ann = await pinge.person("ann")
    assert (await ann.get("/authentication/me")).status == 200

    out = await ann.post(LOGOUT)

    assert (out.status, set(out.data)) == (200, {"message"})
    refused = await ann.get("/authentication/me")
    assert (refused.status, refused.code) == (401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


async def test_a_second_logout_is_refused(pinge):
    ann = await pinge.person("ann")
    await ann.post(LOGOUT)

    assert (await ann.post(LOGOUT)).status == 401


async def test_of_two_logouts_at_once_one_is_refused(pinge):
    ann = await pinge.person("ann")

    out = await asyncio.gather(ann.post(LOGOUT), ann.post(LOGOUT))

    assert sorted(answer.status for answer in out) == [200, 401]


async def test_every_socket_of_the_session_closes(pinge):
    ann = await pinge.person("ann")
    plain, live = await ann.plain(), await ann.live()

    await ann.post(LOGOUT)

    assert await plain.closed() == await live.closed() == Close.SESSION_ENDED == 4401


async def test_the_token_opens_no_socket_any_more(pinge):
    ann = await pinge.person("ann")
    await (await ann.plain()).close()
    await ann.post(LOGOUT)

    with pytest.raises(WSServerHandshakeError) as refused:
        await ann.plain()

    assert refused.value.status == 401


async def test_a_ticket_of_the_session_opens_no_socket_any_more(pinge):
    ann = await pinge.person("ann")
    ticket = (await ann.post("/ws/ticket")).data["ticket"]
    await ann.post(LOGOUT)

    with pytest.raises(WSServerHandshakeError) as refused:
        await pinge.socket(ann, f"/ws?ticket={ticket}")

    assert refused.value.status == 401


async def test_other_devices_stay_logged_in(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    other_device = await ann.device()
    heard = await other_device.plain()

    await ann.post(LOGOUT)

    assert (await other_device.get("/authentication/me")).status == 200
    await bob.write(ann, "still there?")
    assert (await heard.next())["data"]["content"] == "still there?"


async def test_logging_in_again_is_a_new_session(pinge):
    ann = await pinge.person("ann")
    await ann.post(LOGOUT)

    again = await ann.device()

    assert (await again.get("/authentication/me")).data["user_id"] == ann.user_id
    assert (await ann.get("/authentication/me")).status == 401


async def test_logging_out_takes_no_body_or_any(pinge):
    for body in (
        {},
        {"data": b"{}"},
        {"data": b"", "headers": {"Content-Type": "application/json"}},
    ):
        ann = await pinge.person("ann")
        assert (await ann.post(LOGOUT, **body)).status == 200


async def test_logging_out_needs_a_caller(pinge):
    assert (await pinge.call("POST", LOGOUT)).status == 401
