"""Another password: the old one is asked, and all other devices are logged out."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.people import PASSWORD

NEW = "Correct horse 8"
PATH = "/authentication/me/password"


async def log_in(pinge, person, password):
    form = {"username": person.email, "password": password}
    return await pinge.call("POST", "/authentication/login", data=form)


def words(old=PASSWORD, new=NEW):
    return {"old_password": old, "new_password": new}


async def test_the_new_password_opens_and_the_old_one_does_not(pinge):
    ann = await pinge.person("ann")

    assert (await ann.post(PATH, words())).status == 200

    assert (await log_in(pinge, ann, NEW)).status == 200
    assert (await log_in(pinge, ann, PASSWORD)).code == "wrong_credentials"


async def test_all_other_sessions_end_and_ones_own_stays(pinge):
    ann = await pinge.person("ann")
    phone = await ann.device()
    mine, hers = await ann.live(), await phone.live()

    await ann.post(PATH, words())

    assert await hers.closed() == 4401
    assert (await phone.get("/authentication/me")).status == 401
    assert (await mine.next("session_ended"))["event"] == "session_ended"
    assert (await ann.get("/authentication/me")).status == 200


async def test_the_old_password_is_asked(pinge):
    ann = await pinge.person("ann")
    phone = await ann.device()

    refused = await ann.post(PATH, words(old="Correct horse 6"))

    assert (refused.status, refused.code) == (403, "wrong_password")
    assert (await phone.get("/authentication/me")).status == 200
    assert (await log_in(pinge, ann, PASSWORD)).status == 200


async def test_a_weak_one_is_refused(pinge):
    ann = await pinge.person("ann")

    refused = await ann.post(PATH, words(new="weak"))

    assert (refused.status, refused.code) == (400, "weak_password")
    assert (await log_in(pinge, ann, PASSWORD)).status == 200


@pytest.mark.parametrize("body", [{}, {"old_password": PASSWORD}, {"new_password": 7}], ids=str)
async def test_the_new_one_has_to_be_said(pinge, body):
    ann = await pinge.person("ann")

    assert (await ann.post(PATH, body)).code == "invalid"


async def test_without_the_old_one_it_takes_a_proof(pinge):
    ann = await pinge.person("ann")

    assert (await ann.post(PATH, {"new_password": NEW})).code == "proof_needed"
    assert (await log_in(pinge, ann, PASSWORD)).status == 200


class TestGuessing:
    """With limits on."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, rate_limits=True)

    async def test_guesses_count_like_failed_logins(self, pinge):
        ann = await pinge.person("ann")

        for _ in range(5):
            assert (await ann.post(PATH, words(old="guess"))).code == "wrong_password"

        assert (await ann.post(PATH, words())).status == 429
        assert (await log_in(pinge, ann, PASSWORD)).status == 429


async def test_a_password_is_changed_from_once(pinge):
    ann = await pinge.person("ann")
    chosen = [f"Correct horse {n}" for n in range(10, 16)]

    changed = await asyncio.gather(*(ann.post(PATH, words(new=one)) for one in chosen))

    assert sorted(one.status for one in changed) == [200] + [403] * 5
    opened = [(await log_in(pinge, ann, one)).status for one in chosen]
    assert opened == [200 if one.status == 200 else 401 for one in changed]


async def test_of_a_change_and_a_deletion_at_once_one_happens(pinge):
    for n in range(5):
        ann = await pinge.person(f"ann{n}")
        phone, proof = await ann.device(), {"password": PASSWORD}

        both = await asyncio.gather(
            ann.post(PATH, words()), phone.call("DELETE", "/authentication/me", proof)
        )

        assert sorted(one.status for one in both)[0] == 200
        assert sorted(one.status for one in both)[1] in (401, 403)


async def test_of_a_login_and_a_change_at_once_none_slips_through(pinge):
    ann = await pinge.person("ann")

    for turn in range(20):
        old, new = (PASSWORD, NEW) if turn % 2 == 0 else (NEW, PASSWORD)
        opened, changed = await asyncio.gather(
            log_in(pinge, ann, old), ann.post(PATH, words(old, new))
        )
        assert changed.status == 200
        if opened.status == 200:
            bearer = {"Authorization": f"Bearer {opened.body['access_token']}"}
            me = await pinge.call("GET", "/authentication/me", headers=bearer)
            assert me.status == 401
