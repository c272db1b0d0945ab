"""Tokens that are not, or no longer, worth anything."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import orjson
import pytest
from aiohttp import WSServerHandshakeError

from pinge.keys import signing_key
from tests import raw

ME = "/authentication/me"
OTHER_KEY = "another key, as long as it has to be" * 2


def part(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


async def refused(pinge, authorization):
    """Whether this header lets nobody in, and says so as it should."""
    answer = await pinge.call("GET", ME, headers={"Authorization": authorization})
    assert answer.headers.get("WWW-Authenticate") == "Bearer", answer
    return (answer.status, answer.code) == (401, "unauthenticated")


async def opens_no_socket(pinge, token):
    with pytest.raises(WSServerHandshakeError) as error:
        await pinge.socket(None, "/ws", params={"token": token})
    return error.value.status == 401


NO_TOKENS = [
    *("", "Bearer", "Bearer ", "Basic YW5uOmFubg==", "Bearer x", "Bearer a.b.c", "Bearer ..."),
    *("Bearer žeton", "Bearer " + "ж" * 200, "Bearer " + "x" * 8000, "Bearer null"),
    *("Bearer " + "a" * 5000 + ".b.c", "Bearer e30.e30.e30", "Bearer e30.e30.", "Token x"),
    "Bearer " + part(b"[" * 3000) + ".e30.e30",
    "Bearer " + part(b'{"alg":"HS256","a":' + b"[" * 2900 + b"]" * 100 + b"}") + ".e30.e30",
    "Bearer " + part(b'{"alg":["HS256"]}') + ".e30.e30",
    "Bearer " + part(b'"HS256"') + ".e30.e30",
    "Bearer " + part(b'{"alg":"HS256","crit":["x"],"b64":false}') + ".e30.e30",
    "Bearer " + part(b'{"alg":"HS256","kid":5}') + ".e30.e30",
    "Bearer " + part(b"\xff\xfe") + ".e30.e30",
    "Bearer " + part(b'{"alg":"HS256","n":' + b"9" * 2900 + b"}") + ".e30.e30",
]


async def test_what_is_no_token_of_ours_lets_nobody_in(pinge):
    for header in NO_TOKENS:
        assert await refused(pinge, header), header


async def test_the_name_of_the_scheme_has_no_case(pinge):
    ann = await pinge.person("ann")

    answer = await pinge.call("GET", ME, headers={"Authorization": f"bearer {ann.token}"})

    assert answer.status == 200


async def test_a_token_that_somebody_else_signed_is_refused(pinge):
    ann = await pinge.person("ann")

    for key, algorithm in ((OTHER_KEY, "HS256"), (OTHER_KEY, "HS512"), (None, "none")):
        forged = jwt.encode(claims(ann.token), key, algorithm)
        assert await refused(pinge, f"Bearer {forged}")
        assert await opens_no_socket(pinge, forged)


async def test_another_algorithm_with_the_right_key_is_refused(pinge, settings):
    ann = await pinge.person("ann")

    forged = jwt.encode(claims(ann.token), signing_key(settings) * 2, "HS512")

    assert await refused(pinge, f"Bearer {forged}")


async def test_a_token_with_changed_claims_or_no_signature_is_refused(pinge):
    ann, bob = await pinge.people("ann", "bob")
    head, body, signature = ann.token.split(".")
    changed = part(orjson.dumps(claims(ann.token) | {"sub": bob.user_id}))
    nobody = part(b'{"alg":"none","typ":"JWT"}')

    for forged in (
        *(
            f"{head}.{changed}.{signature}",
            f"{head}.{body}.",
            f"{head}.{body}",
            f"{nobody}.{body}.",
        ),
        *(f"{ann.token}.{signature}", f"{ann.token}x", f"{head}.{body}.{signature[::-1]}"),
    ):
        assert await refused(pinge, f"Bearer {forged}")


@pytest.mark.parametrize("name", ["exp", "iat", "sub", "sid"])
async def test_a_token_that_lacks_a_claim_is_refused(pinge, settings, name):
    ann = await pinge.person("ann")
    said = {key: value for key, value in claims(ann.token).items() if key != name}

    assert await refused(pinge, f"Bearer {jwt.encode(said, signing_key(settings), 'HS256')}")


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": datetime.now(UTC) - timedelta(minutes=1)},
        {"iat": datetime.now(UTC) + timedelta(hours=1)},
        *({"exp": "soon"}, {"exp": [9]}, {"sid": 5}, {"sid": "x"}, {"sid": str(uuid4())}),
        *({"sid": ["x"]}, {"sub": 5}, {"iat": "x"}, {"exp": None}, {"sid": None}),
    ],
)
async def test_a_token_with_a_claim_that_does_not_hold_is_refused(pinge, settings, changes):
    ann = await pinge.person("ann")

    signed = jwt.encode(claims(ann.token) | changes, signing_key(settings), "HS256")

    assert await refused(pinge, f"Bearer {signed}")
    assert await opens_no_socket(pinge, signed)


async def test_a_session_that_expired_in_the_database_is_over(pinge, db):
    ann = await pinge.person("ann")
    await db.execute("UPDATE sessions SET expires_at = now() - interval '1 second'")

    assert await refused(pinge, f"Bearer {ann.token}")


async def test_a_session_that_is_gone_is_over(pinge, db):
    ann = await pinge.person("ann")
    await db.execute("DELETE FROM sessions")

    assert await refused(pinge, f"Bearer {ann.token}")
    assert await opens_no_socket(pinge, ann.token)


async def test_who_is_disabled_is_refused_and_cut_off_within_seconds(pinge, db):
    ann = await pinge.person("ann")
    known, unknown = ann, await ann.device()
    assert (await known.get(ME)).status == 200
    plain, live = await ann.plain(), await ann.live()

    async with asyncio.timeout(7):  # 5 s, and a slow machine
        await db.execute("UPDATE users SET is_active = false")
        assert (await unknown.get(ME)).status == 401
        assert await plain.closed() == await live.closed() == 4401
        assert (await known.get(ME)).status == 401
    assert await opens_no_socket(pinge, ann.token)


async def test_a_token_in_bytes_that_are_no_text_is_refused(pinge):
    answer = await raw.send(pinge, raw.request("GET", ME, b"Authorization: Bearer \xff\xfe\xfd"))

    assert (answer.status, answer.code) == (401, "unauthenticated")


async def test_a_token_that_is_too_long_for_a_header_is_refused(pinge):
    answer = await raw.send(pinge, raw.request("GET", ME, "Authorization: Bearer " + "x" * 20_000))

    assert answer.status == 400
    assert (await pinge.call("GET", "/health")).status == 200
