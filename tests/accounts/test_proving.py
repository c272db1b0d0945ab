"""Proving once more who one is: for a while, on one session, and for nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.people import PASSWORD
from tests.second_factors.codes import turn_on

PATH = "/authentication/reauthenticate"
NEW = {"new_password": "Better horse 8"}
DANGEROUS = [
    ("POST", "/authentication/me/password", NEW),
    ("POST", "/authentication/me/email", {"email": "new@pinge.example"}),
    ("POST", "/authentication/me/deactivate", {}),
    ("DELETE", "/authentication/me", {}),
    ("POST", "/authentication/me/totp", {}),
]


@pytest.fixture
async def ann(pinge):
    return await pinge.person("ann")


@pytest.mark.parametrize(("method", "path", "body"), DANGEROUS)
async def test_what_a_stolen_session_must_not_do_takes_a_proof(ann, method, path, body):
    refused = await ann.call(method, path, body)
    assert (refused.status, refused.code) == (403, "proof_needed")

    proved = await ann.post(PATH, {"password": PASSWORD})
    assert (proved.status, proved.data["expires_in"]) == (200, 900)
    assert (await ann.call(method, path, body)).status == 200


async def test_it_holds_on_this_session_alone(ann):
    phone = await ann.device()
    await ann.post(PATH, {"password": PASSWORD})

    assert (await phone.post("/authentication/me/password", NEW)).code == "proof_needed"


async def test_it_holds_for_a_quarter_of_an_hour(ann, db):
    await ann.post(PATH, {"password": PASSWORD})
    await db.execute("UPDATE sessions SET proved_at = now() - interval '900 seconds'")

    assert (await ann.post("/authentication/me/password", NEW)).code == "proof_needed"


async def test_to_log_in_by_a_password_is_no_proof_of_its_own(ann):
    fresh = await ann.device()

    assert (await fresh.post("/authentication/me/password", NEW)).code == "proof_needed"


async def test_a_wrong_password_proves_nothing_and_is_not_passed_over(ann):
    wrong = {"password": "Wrong horse 7"}
    assert (await ann.post(PATH, wrong)).code == "wrong_password"
    assert (await ann.call("DELETE", "/authentication/me", {})).code == "proof_needed"

    await ann.post(PATH, {"password": PASSWORD})

    assert (await ann.call("DELETE", "/authentication/me", wrong)).code == "wrong_password"


async def test_a_code_proves_it_as_well(ann):
    app = await turn_on(ann)

    assert (await ann.post(PATH, {"otp": "000000"})).code == "wrong_proof"
    assert (await ann.post(PATH, {"otp": app.code(1)})).status == 200
    assert (await ann.post(PATH, {"otp": app.code(1)})).code == "wrong_proof"
    assert (await ann.post("/authentication/me/password", NEW)).status == 200


@pytest.mark.parametrize("body", [{}, {"password": PASSWORD, "otp": "123456"}], ids=len)
async def test_one_thing_is_to_be_said(ann, body):
    assert (await ann.post(PATH, body)).code == "invalid"


class TestGuessing:
    """With limits on."""

    @pytest.fixture
    def settings(self, settings):
        return replace(settings, rate_limits=True)

    async def test_all_ways_count_together(self, ann):
        await turn_on(ann)
        guesses = [{"password": "guess"}, {"otp": "000000"}] * 2 + [{"password": "guess"}]

        for body in guesses:
            assert (await ann.post(PATH, body)).status == 403

        assert (await ann.post(PATH, {"password": PASSWORD})).status == 429
