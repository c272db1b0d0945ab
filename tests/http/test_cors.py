"""Which web pages may call us, and what they may read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.people import Pinge

LOGIN, ME = "/authentication/login", "/authentication/me"
HERE, LISTED, EVIL = "http://localhost:3000", "https://chat.example.org", "https://evil.example"
ALLOWED, NAMED = "Access-Control-Allow-Origin", "Access-Control-Allow-Headers"


@pytest.fixture
async def prod(settings, database):
    """A Pinge in production, with one page of its own elsewhere."""
    changed = replace(settings, environment="prod", bcrypt_cost=10, cors_origins=(LISTED,))
    async with Pinge.running(changed, database) as running:
        yield running


async def preflight(pinge, origin, path=LOGIN, method="POST", headers="x-device-info,x-location"):
    return await pinge.call(
        "OPTIONS",
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": headers,
        },
    )


async def readable(pinge, origin, path=ME, **options):
    """Whether a page of this origin may read the answer, whatever it says."""
    answer = await pinge.call("GET", path, headers={"Origin": origin}, **options)
    assert answer.headers.get(ALLOWED) in (None, origin)
    assert "Origin" in answer.headers["Vary"]
    return ALLOWED in answer.headers


async def test_a_preflight_of_login_names_what_clients_send(pinge):
    answer = await preflight(pinge, HERE)

    assert answer.status in (200, 204)
    assert answer.headers[ALLOWED] == HERE
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    named = set(answer.headers[NAMED].lower().split(", "))
    assert named >= {"authorization", "content-type", "x-device-info", "x-location"}
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
async def test_a_preflight_of_any_call_is_answered(pinge, method):
    for path in (ME, "/contacts/", "/messages/groups/x/members/y/role", "/new"):
        answer = await preflight(pinge, HERE, path, method, "authorization")
        assert answer.status in (200, 204), path
        assert method in answer.headers["Access-Control-Allow-Methods"]
        assert "authorization" in answer.headers[NAMED].lower()


@pytest.mark.parametrize("headers", ["", "authorization", "Authorization, X-Anything", "x-a,x-b"])
async def test_a_preflight_may_ask_for_any_header(pinge, headers):
    answer = await preflight(pinge, HERE, headers=headers)

    assert answer.status in (200, 204)
    asked = {name.strip() for name in headers.lower().split(",") if name}
    assert set(answer.headers[NAMED].lower().split(", ")) >= asked | {"authorization"}


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost.evil.example", "file://", ""])
async def test_a_preflight_of_a_foreign_page_is_refused(pinge, origin):
    answer = await preflight(pinge, origin)

    assert (answer.status, answer.code) == (403, "forbidden")
    assert ALLOWED not in answer.headers


@pytest.mark.parametrize("headers", ["\u2603", ",,,", "a b", "x" * 5000])
async def test_a_strange_preflight_breaks_nothing(pinge, headers):
    assert (await preflight(pinge, HERE, headers=headers)).status < 500


async def test_options_without_an_origin_is_no_preflight(pinge):
    assert (await pinge.call("OPTIONS", LOGIN)).status == 405


async def test_pages_of_this_machine_may_read_answers_and_errors(pinge):
    for origin in (HERE, "http://127.0.0.1:5173", "https://localhost"):
        for path in ("/health", ME, "/nowhere", "/ws", LOGIN, "/metrics"):
            assert await readable(pinge, origin, path), path


async def test_they_may_read_what_a_limit_or_a_name_says(pinge):
    answer = await pinge.call("GET", ME, headers={"Origin": HERE})

    assert answer.status == 401
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    exposed = answer.headers["Access-Control-Expose-Headers"].lower()
    assert "retry-after" in exposed
    assert "x-request-id" in exposed
    assert "upload-offset" in exposed


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost@evil.example", "x", "http://["])
async def test_a_foreign_page_may_read_nothing(pinge, origin):
    assert not await readable(pinge, origin)


async def test_a_listed_page_may_read_in_prod_and_nobody_else(prod):
    assert await readable(prod, LISTED)
    for origin in (
        HERE,
        EVIL,
        "http://chat.example.org",
        f"{LISTED}:8443",
        f"{LISTED}.evil.example",
    ):
        assert not await readable(prod, origin), origin
    assert (await preflight(prod, LISTED)).status in (200, 204)
    assert (await preflight(prod, HERE)).status == 403


async def test_a_listed_page_may_open_sockets_in_prod_and_nobody_else(prod):
    for origin, status in ((LISTED, 401), (HERE, 403), (EVIL, 403)):
        answer = await prod.call("GET", "/ws", headers={"Origin": origin})
        assert answer.status == status, origin
