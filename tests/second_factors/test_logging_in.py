"""Logging in with a second factor, by old clients and new ones."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pinge.accounts import logging_in
from tests.people import PASSWORD
from tests.second_factors.codes import begin, log_in, turn_on


@pytest.fixture
async def ann(pinge):
    return await pinge.person("ann")


async def test_a_password_alone_is_told_what_is_missing(pinge, ann):
    await turn_on(ann)

    refused = await log_in(pinge, ann)

    assert (refused.status, refused.code) == (401, "second_factor_needed")
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.body["expires_in"] == 300


async def test_a_client_comes_again_with_the_ticket_and_a_code(pinge, ann):
    app = await turn_on(ann)
    ticket = (await log_in(pinge, ann)).body["ticket"]

    answer = await log_in(pinge, ann, ticket=ticket, otp=app.code(1))

    assert answer.status == 200
    assert set(answer.body) == {"access_token", "token_type"}


async def test_a_client_sends_the_code_with_the_password_at_once(pinge, ann):
    app = await turn_on(ann)

    assert (await log_in(pinge, ann, otp=app.code(1))).status == 200


async def test_who_has_none_may_send_a_code_all_the_same(pinge, ann):
    assert (await log_in(pinge, ann, otp="123456")).status == 200


async def test_what_was_not_confirmed_is_not_asked_for(pinge, ann):
    await begin(ann)

    assert (await log_in(pinge, ann)).status == 200


async def test_no_code_is_good_twice_nor_is_one_before_it(pinge, ann):
    app = await turn_on(ann)
    used, later = app.code(), app.code(1)

    first = await log_in(pinge, ann, otp=later)
    again = [await log_in(pinge, ann, otp=code) for code in (later, used)]

    assert first.status == 200
    assert [(one.status, one.code) for one in again] == [(401, "wrong_code")] * 2


async def test_of_two_logins_with_one_code_at_once_one_is_let_in(pinge, ann):
    app = await turn_on(ann)

    both = await asyncio.gather(*(log_in(pinge, ann, otp=app.code(1)) for _ in range(2)))

    assert sorted(one.status for one in both) == [200, 401]


@pytest.mark.parametrize("steps", [-3, 3])
async def test_a_code_of_another_time_is_none(pinge, ann, steps):
    app = await turn_on(ann)

    assert (await log_in(pinge, ann, otp=app.code(steps))).code == "wrong_code"


async def test_a_wrong_code_is_written_down_as_a_wrong_password_is(pinge, ann, db):
    await turn_on(ann)

    assert (await log_in(pinge, ann, otp="000000")).code == "wrong_code"

    kinds = await db.fetch("SELECT kind FROM audit_events WHERE kind = 'login_refused'")
    assert len(kinds) == 1


async def test_a_wrong_password_with_a_right_code_is_told_nothing_of_it(pinge, ann):
    app = await turn_on(ann)

    refused = await log_in(pinge, ann, password="Wrong horse 7", otp=app.code(1))

    assert refused.code == "wrong_credentials"
    assert (await log_in(pinge, ann, otp=app.code(1))).status == 200


async def test_a_recovery_code_is_good_once_however_it_is_typed(pinge, ann):
    app = await turn_on(ann)
    code = app.recovery_codes[0]

    typed = code.replace("-", " ").upper()

    assert (await log_in(pinge, ann, otp=typed)).status == 200
    assert (await log_in(pinge, ann, otp=code)).code == "wrong_code"
    assert (await log_in(pinge, ann, otp=app.recovery_codes[1])).status == 200


async def test_a_recovery_code_is_nobody_elses(pinge, ann):
    bob = await pinge.person("bob")
    await turn_on(ann)
    his = await turn_on(bob)

    assert (await log_in(pinge, ann, otp=his.recovery_codes[0])).code == "wrong_code"


@pytest.mark.parametrize("ticket", ["x", "AAAA", "ä", "A" * 400])
async def test_a_ticket_that_is_none_is_refused(pinge, ann, ticket):
    app = await turn_on(ann)

    assert (await log_in(pinge, ann, ticket=ticket, otp=app.code(1))).code == "dead_ticket"


async def test_a_ticket_is_not_good_for_long(pinge, ann, monkeypatch):
    app = await turn_on(ann)
    monkeypatch.setattr(logging_in, "TICKET_LIFETIME", -1)
    ticket = (await log_in(pinge, ann)).body["ticket"]

    assert (await log_in(pinge, ann, ticket=ticket, otp=app.code(1))).code == "dead_ticket"


async def test_a_ticket_dies_with_the_password(pinge, ann):
    app = await turn_on(ann)
    ticket = (await log_in(pinge, ann)).body["ticket"]
    words = {"old_password": PASSWORD, "new_password": "Better horse 8"}
    assert (await ann.post("/authentication/me/password", words)).status == 200

    assert (await log_in(pinge, ann, ticket=ticket, otp=app.code(1))).code == "dead_ticket"


async def test_a_ticket_needs_a_code(pinge, ann):
    await turn_on(ann)
    ticket = (await log_in(pinge, ann)).body["ticket"]

    refused = await log_in(pinge, ann, ticket=ticket)

    assert (refused.code, list(refused.body["fields"])) == ("invalid", ["otp"])


class TestGuessing:
    """With limits on."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, rate_limits=True)

    async def test_five_wrong_codes_and_even_the_right_one_waits(self, pinge, ann):
        app = await turn_on(ann)
        ticket = (await log_in(pinge, ann)).body["ticket"]

        for _ in range(5):
            assert (await log_in(pinge, ann, ticket=ticket, otp="000000")).code == "wrong_code"

        assert (await log_in(pinge, ann, ticket=ticket, otp=app.code(1))).status == 429
        assert (await log_in(pinge, ann)).status == 429
