"""Turning a second factor on and off, and what a thief of a session cannot."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.accounts.by_mail.calls import reset, reset_token
from tests.people import PASSWORD
from tests.personal.test_delete import erased
from tests.personal.test_export import lists
from tests.second_factors.codes import REAUTHENTICATE, TOTP, begin, log_in, turn_on

CODES = "/authentication/me/recovery-codes"
OFF = {"is_on": False, "since": None, "recovery_codes_left": 0}


@pytest.fixture
def settings(settings, mailbox):
    return replace(settings, smtp_url=mailbox.url, public_url="https://chat.example")


@pytest.fixture
async def ann(pinge):
    return await pinge.person("ann")


async def test_the_secret_comes_as_apps_read_it(ann):
    offered = (await ann.post(TOTP, {"password": PASSWORD})).data

    uri = urlsplit(offered["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    assert unquote(uri.path) == f"/Pinge chat.example:{ann.email}"
    assert parse_qs(uri.query) == {"secret": [offered["secret"]], "issuer": ["Pinge chat.example"]}


async def test_it_is_on_once_a_code_confirmed_it(ann):
    before = (await ann.get(TOTP)).data
    app = await begin(ann)
    begun = (await ann.get(TOTP)).data
    confirmed = await ann.post(f"{TOTP}/confirm", {"otp": app.code()})
    now = (await ann.get(TOTP)).data

    assert before == begun == OFF
    assert len(set(confirmed.data["recovery_codes"])) == now["recovery_codes_left"] == 10
    assert now["is_on"]


async def test_a_wrong_code_confirms_nothing_and_costs_nothing(ann):
    app = await begin(ann)

    refused = await ann.post(f"{TOTP}/confirm", {"otp": "000000"})

    assert (refused.status, refused.code) == (403, "wrong_proof")
    assert (await ann.get(TOTP)).data == OFF
    assert (await ann.post(f"{TOTP}/confirm", {"otp": app.code()})).status == 200


async def test_what_was_offered_is_confirmed_once(ann):
    app = await turn_on(ann)

    assert (await ann.post(f"{TOTP}/confirm", {"otp": app.code(1)})).status == 400


async def test_the_database_gives_neither_secret_nor_recovery_codes_away(ann, db):
    app = await begin(ann)
    offered = bytes((await db.fetchrow("SELECT * FROM second_factors"))["offered"])
    app.recovery_codes = (await ann.post(f"{TOTP}/confirm", {"otp": app.code()})).data[
        "recovery_codes"
    ]

    kept = bytes((await db.fetchrow("SELECT * FROM second_factors"))["secret"])
    digests = b"".join(row["digest"] for row in await db.fetch("SELECT * FROM recovery_codes"))
    assert app.secret.encode() not in offered + kept
    assert not any(code.encode() in digests for code in app.recovery_codes)


async def test_its_owner_hears_by_mail_and_on_all_devices(pinge, ann, mailbox):
    socket = await (await ann.device()).live()

    await turn_on(ann)

    told = (await socket.next())["data"]
    assert (told["is_on"], told["recovery_codes_left"]) == (True, 10)
    assert "takes a second factor" in (await mailbox.next(ann.email, "How you log in")).text


async def test_a_recovery_code_that_is_used_is_told(pinge, ann):
    app = await turn_on(ann)
    socket = await ann.live()

    assert (await log_in(pinge, ann, otp=app.recovery_codes[3])).status == 200

    assert (await socket.next())["data"]["recovery_codes_left"] == 9
    assert (await ann.get(TOTP)).data["recovery_codes_left"] == 9


@pytest.mark.parametrize(("method", "path"), [("POST", TOTP), ("DELETE", TOTP), ("POST", CODES)])
async def test_the_password_alone_leads_not_around_it(ann, method, path):
    await turn_on(ann)

    refused = await ann.call(method, path, {"password": PASSWORD})
    bare = await ann.call(method, path, {})

    assert [(one.status, one.code) for one in (refused, bare)] == [(403, "factor_proof_needed")] * 2
    assert (await ann.get(TOTP)).data["is_on"]


async def test_a_code_opens_what_changes_it(pinge, ann):
    app = await turn_on(ann)
    assert (await ann.post(REAUTHENTICATE, {"otp": app.code(1)})).status == 200

    renewed = await ann.post(CODES, {})
    assert len(set(renewed.data["recovery_codes"]) | set(app.recovery_codes)) == 20
    assert (await log_in(pinge, ann, otp=app.recovery_codes[0])).code == "wrong_code"

    assert (await ann.call("DELETE", TOTP, {})).status == 200
    assert (await ann.get(TOTP)).data == OFF
    assert (await log_in(pinge, ann)).status == 200


async def test_a_lost_phone_is_replaced_by_another_with_a_recovery_code(pinge, ann):
    old = await turn_on(ann)
    assert (await ann.post(REAUTHENTICATE, {"otp": old.recovery_codes[0]})).status == 200

    new = await turn_on(ann)

    assert (await log_in(pinge, ann, otp=old.code(1))).code == "wrong_code"
    assert (await log_in(pinge, ann, otp=new.code(1))).status == 200
    assert (await log_in(pinge, ann, otp=old.recovery_codes[1])).code == "wrong_code"


async def test_a_new_password_by_mail_leaves_it_on_once_the_address_is_proved(
    pinge, ann, mailbox, db
):
    await db.execute("UPDATE users SET email_is_verified = true")
    app = await turn_on(ann)
    token = await reset_token(pinge, mailbox, ann.email)
    assert (await reset(pinge, token)).status == 200

    assert (await log_in(pinge, ann, password="Better horse 8")).code == "second_factor_needed"
    again = await log_in(pinge, ann, password="Better horse 8", otp=app.recovery_codes[0])
    assert again.status == 200


async def test_of_two_that_confirm_at_once_one_has_recovery_codes_that_are_good(pinge, ann):
    app = await begin(ann)

    both = await asyncio.gather(
        *(ann.post(f"{TOTP}/confirm", {"otp": app.code()}) for _ in range(2))
    )

    assert sorted(one.status for one in both) == [200, 400]
    [right] = [one for one in both if one.status == 200]
    assert (await log_in(pinge, ann, otp=right.data["recovery_codes"][9])).status == 200


async def test_recovery_codes_are_good_where_the_key_is_lost(pinge, ann, db):
    app = await turn_on(ann)
    await db.execute("UPDATE second_factors SET secret = '\\x00'")

    assert (await log_in(pinge, ann, otp=app.code(1))).code == "wrong_code"
    assert (await log_in(pinge, ann, otp=app.recovery_codes[0])).status == 200


async def test_nobody_has_codes_without_a_second_factor(ann):
    for method, path in (("DELETE", TOTP), ("POST", CODES)):
        assert (await ann.call(method, path, {"password": PASSWORD})).status == 404


async def test_a_copy_and_the_end_of_an_account_hold_no_secret(ann, db):
    app = await turn_on(ann)
    made = await lists(ann)
    assert made["account.json"]["second_factor_since"] is not None
    assert app.secret not in str(made)

    gone = await ann.call("DELETE", "/authentication/me", {"password": PASSWORD})
    assert gone.status == 200
    await erased(db, ann)

    for table in ("second_factors", "recovery_codes"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0
