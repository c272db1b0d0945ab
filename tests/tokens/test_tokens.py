"""Personal tokens: made once, good for what they say, and dead as soon as they are revoked."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from aiohttp import WSServerHandshakeError

from pinge.accounts import devices
from tests.people import PASSWORD, Person, Pinge
from tests.tokens.acting import TOKENS, make, program

ME = "/authentication/me"


async def test_a_program_acts_for_whoever_made_its_token(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    script = await program(ann, "profile:read", "messages:write")

    assert (await script.get(ME)).data["user_id"] == ann.user_id
    sent = (await script.write(bob, "hello")).data

    [heard] = (await bob.get("/messages/unread")).data
    assert heard["message_id"] == sent["message_id"]


async def test_what_proves_it_is_told_once_and_kept_nowhere(pinge, db):
    ann = await pinge.person("ann")

    made = (await make(ann, "profile:read")).data

    assert made["token"].startswith("pinge_pat_")
    [listed] = (await ann.get(TOKENS)).data
    assert listed == {name: value for name, value in made.items() if name != "token"}
    kept = await db.fetchval("SELECT string_agg(t::text, '') FROM tokens AS t")
    assert made["token"].removeprefix("pinge_pat_") not in kept


async def test_it_takes_the_password_to_make_one(pinge):
    ann = await pinge.person("ann")

    refused = [
        await ann.post(TOKENS, {"name": "x", "scopes": ["profile:read"], **proof})
        for proof in ({}, {"password": "not it"})
    ]

    assert [answer.code for answer in refused] == ["proof_needed", "wrong_password"]
    assert (await ann.get(TOKENS)).data == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"name": " "},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": "2999-01-01T00:00:00Z"},
        {"expires_at": "soon"},
    ],
    ids=str,
)
async def test_a_token_that_cannot_be_is_not_made(pinge, wrong):
    ann = await pinge.person("ann")

    assert (await make(ann, **wrong)).status in (400, 422)


async def test_without_another_end_it_is_good_for_ninety_days(pinge):
    ann = await pinge.person("ann")

    made = (await make(ann)).data

    lasts = datetime.fromisoformat(made["expires_at"]) - datetime.fromisoformat(made["created_at"])
    assert round(lasts / timedelta(days=1)) == 90


async def test_a_token_that_expired_is_good_for_nothing(pinge, db):
    ann = await pinge.person("ann")
    script = await program(ann)
    await db.execute("UPDATE sessions SET expires_at = now() WHERE scopes IS NOT NULL")

    assert (await script.get(ME)).status == 401
    assert (await ann.get(TOKENS)).data == []


async def test_once_revoked_it_opens_nothing_and_its_sockets_close(pinge):
    ann = await pinge.person("ann")
    script = await program(ann)
    socket, token_id = await script.live(), (await ann.get(TOKENS)).data[0]["token_id"]

    assert (await ann.delete(f"{TOKENS}/{token_id}")).status == 200

    assert await socket.closed() == 4401
    assert (await script.get(ME)).status == 401
    with pytest.raises(WSServerHandshakeError):
        await script.live()
    assert (await ann.delete(f"{TOKENS}/{token_id}")).code == "not_found"
    assert (await ann.get(ME)).status == 200


async def test_one_revoked_here_is_dead_at_another_process_too(pinge, settings, database):
    shared = dataclasses.replace(settings, bus="postgres", secret_key="k" * 32)
    async with Pinge.running(shared, database) as here, Pinge.running(shared, database) as there:
        ann = await here.person("ann")
        script = await program(ann)
        far = Person(there, email="", name="", user_id=ann.user_id, token=script.token)
        socket, token_id = await far.live(), (await ann.get(TOKENS)).data[0]["token_id"]

        await ann.delete(f"{TOKENS}/{token_id}")

        assert await socket.closed() == 4401
        assert (await far.get(ME)).status == 401


async def test_one_does_not_revoke_what_is_anothers_nor_a_login(pinge):
    ann, eve = await pinge.people("ann", "eve")
    script = await program(ann)
    token_id = (await ann.get(TOKENS)).data[0]["token_id"]
    login = (await eve.get("/authentication/sessions")).data[0]["session_id"]

    for other in (token_id, login, uuid4()):
        assert (await eve.delete(f"{TOKENS}/{other}")).code == "not_found"

    assert (await ann.delete(f"/authentication/sessions/{token_id}")).code == "not_found"
    assert (await script.get(ME)).status == 200


async def test_a_token_is_no_device(pinge):
    ann = await pinge.person("ann")
    script = await program(ann)

    assert len((await ann.get("/authentication/sessions")).data) == 1
    await ann.post("/authentication/sessions/end-others")

    assert (await script.get(ME)).status == 200


async def test_another_password_ends_all_tokens(pinge):
    ann = await pinge.person("ann")
    script = await program(ann)
    mine = await ann.live()

    passwords = {"old_password": PASSWORD, "new_password": f"{PASSWORD}!"}
    await ann.post("/authentication/me/password", passwords)

    assert (await script.get(ME)).status == 401
    assert (await mine.next("token_revoked"))["data"]["token_id"]


async def test_other_devices_hear_of_a_token_and_of_its_end(pinge):
    ann = await pinge.person("ann")
    mine = await ann.live()

    made = (await make(ann, "profile:read")).data
    told = (await mine.next("token_made"))["data"]
    await ann.delete(f"{TOKENS}/{made['token_id']}")

    assert told["token"] == {name: value for name, value in made.items() if name != "token"}
    assert (await mine.next("token_revoked"))["data"]["token_id"] == made["token_id"]


async def test_the_list_says_when_one_was_used(pinge):
    ann = await pinge.person("ann")
    script = await program(ann)
    assert (await ann.get(TOKENS)).data[0]["last_used_at"] is None
    await script.get(ME)

    await devices.write_seen(pinge.app)

    assert (await ann.get(TOKENS)).data[0]["last_used_at"] is not None


async def test_one_has_no_more_than_fifty(pinge, monkeypatch):
    monkeypatch.setattr("pinge.accounts.tokens.MOST", 1)
    ann = await pinge.person("ann")
    await make(ann)

    assert (await make(ann)).code == "too_many_tokens"
