"""Logging in: each login is a session of its own."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlencode

import jwt
import pytest

from tests import raw
from tests.accounts.forms import ANN, log_in, register
from tests.people import PASSWORD

LOGIN = "/authentication/login"
FORM = {"username": ANN["email"], "password": PASSWORD}


@pytest.fixture(autouse=True)
async def _ann(pinge):
    assert (await register(pinge)).status == 201


async def compared(pinge):
    """How many password hashes were computed so far."""
    figures = (await pinge.call("GET", "/metrics")).body
    return float(re.search(r"^pinge_password_seconds_count (\S+)$", figures, re.MULTILINE)[1])


async def test_the_answer_is_the_bare_oauth2_body(pinge):
    answer = await log_in(pinge)

    assert answer.status == 200
    assert answer.body == {"access_token": answer.body["access_token"], "token_type": "bearer"}


async def test_the_token_says_whose_it_is_and_for_how_long(pinge):
    token = (await log_in(pinge)).body["access_token"]

    claims = jwt.decode(token, options={"verify_signature": False})
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    assert set(claims) == {"sub", "username", "email", "iat", "exp", "sid"}
    assert (claims["username"], claims["email"]) == (ANN["username"], ANN["email"])
    assert abs(claims["exp"] - claims["iat"] - 7 * 24 * 3600) <= 1


async def test_two_logins_in_the_same_second_are_two_sessions(pinge):
    one, two = await asyncio.gather(log_in(pinge), log_in(pinge))
    tokens = [answer.body["access_token"] for answer in (one, two)]
    sessions = {jwt.decode(token, options={"verify_signature": False})["sid"] for token in tokens}

    assert len(set(tokens)) == len(sessions) == 2


@pytest.mark.parametrize("form", [FORM, FORM | {"grant_type": ""}, FORM | {"scope": "", "x": "y"}])
async def test_a_form_may_leave_out_the_grant_type_and_say_more(pinge, form):
    assert (await pinge.call("POST", LOGIN, data=form)).status == 200


async def test_a_multipart_form_is_taken(pinge):
    lines = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in FORM.items()
    ]
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    answer = await pinge.call("POST", LOGIN, data="".join(lines) + "--x--\r\n", headers=headers)

    assert answer.status == 200


@pytest.mark.parametrize("missing", ["username", "password"])
async def test_a_missing_field_is_named(pinge, missing):
    form = {name: value for name, value in FORM.items() if name != missing}

    refused = await pinge.call("POST", LOGIN, data=form)

    assert (refused.status, refused.code) == (422, "invalid")
    assert list(refused.body["fields"]) == [missing]


@pytest.mark.parametrize("field", ["username", "password"])
async def test_an_empty_field_is_no_field(pinge, field):
    assert (await pinge.call("POST", LOGIN, data=FORM | {field: ""})).status == 422


async def test_no_body_and_a_body_of_json_lack_the_fields(pinge):
    assert (await pinge.call("POST", LOGIN)).status == 422
    assert (await pinge.call("POST", LOGIN, json=FORM)).status in (415, 422)


async def test_another_grant_type_is_refused(pinge):
    refused = await pinge.call("POST", LOGIN, data=FORM | {"grant_type": "implicit"})

    assert (refused.status, list(refused.body["fields"])) == (422, ["grant_type"])


@pytest.mark.parametrize("field", ["username", "password"])
async def test_a_field_with_a_nul_is_refused(pinge, field):
    assert (await pinge.call("POST", LOGIN, data=FORM | {field: "a\0b"})).status == 422


async def test_a_file_is_no_field(pinge):
    body = (
        '--x\r\nContent-Disposition: form-data; name="username"; filename="a.txt"\r\n\r\na\r\n'
        '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nb\r\n--x--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    refused = await pinge.call("POST", LOGIN, data=body, headers=headers)

    assert (refused.status, list(refused.body["fields"])) == (422, ["username"])


async def test_an_unknown_address_and_a_wrong_password_are_told_the_same(pinge):
    wrong = await log_in(pinge, password="Wrong horse 7")
    unknown = await log_in(pinge, "nobody@pinge.example")
    nonsense = await log_in(pinge, "this is no address")

    for refused in (wrong, unknown, nonsense):
        assert (refused.status, refused.code) == (401, "wrong_credentials")
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        del refused.body["request_id"]
    assert wrong.body == unknown.body == nonsense.body


async def test_an_unknown_address_costs_the_work_of_a_wrong_password(pinge):
    before = await compared(pinge)
    assert (await log_in(pinge, password="Wrong horse 7")).status == 401
    after_wrong = await compared(pinge)
    assert (await log_in(pinge, "nobody@pinge.example")).status == 401
    after_unknown = await compared(pinge)

    assert after_wrong - before == after_unknown - after_wrong == 1


async def test_an_inactive_account_is_told_so_after_the_right_password_only(pinge, db):
    await db.execute("UPDATE users SET is_active = false")

    right, wrong = await log_in(pinge), await log_in(pinge, password="Wrong horse 7")

    assert (right.status, right.code) == (403, "inactive_account")
    assert (wrong.status, wrong.code) == (401, "wrong_credentials")


async def test_a_session_keeps_where_it_came_from(pinge, db):
    told = {"X-Location": "Tromsø", "X-Device-Info": "Fairphone 👍", "User-Agent": "test/1"}

    assert (await log_in(pinge, headers=told)).status == 200

    [session] = await db.fetch("SELECT * FROM sessions")
    assert session["location"] == told["X-Location"]
    assert session["device_info"] == told["X-Device-Info"]
    assert session["user_agent"] == told["User-Agent"]
    assert session["ip_address"] == "127.0.0.1"


async def test_a_header_that_is_no_utf8_does_not_stop_a_login(pinge, db):
    body = urlencode(FORM).encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    location = b"X-Location: " + "Tromsø".encode("latin-1")

    answer = await raw.send(pinge, raw.request("POST", LOGIN, kind, location, body=body))

    assert answer.status == 200
    assert await db.fetchval("SELECT location FROM sessions") == "Troms?"


async def test_a_header_of_any_length_is_kept_in_part(pinge, db):
    assert (await log_in(pinge, headers={"X-Device-Info": "x" * 5000})).status == 200

    assert await db.fetchval("SELECT device_info FROM sessions") == "x" * 300


async def test_the_database_holds_no_token(pinge, db):
    token = (await log_in(pinge)).body["access_token"]

    [session] = await db.fetch("SELECT * FROM sessions")
    assert token.rpartition(".")[2] not in str(dict(session))
