"""What every answer carries besides its body."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

PATHS = ["/", "/health", "/metrics", "/nowhere", "/authentication/me", "/ws", "/docs", "/redoc"]


@pytest.mark.parametrize("path", [*PATHS, "/openapi.json", "/docs/ui/swagger-ui.css"])
async def test_every_answer_is_guarded(pinge, path):
    headers = (await pinge.call("GET", path)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Server"] == "pinge"
    assert "Origin" in headers["Vary"]


async def test_nothing_of_a_person_is_kept_by_caches_or_runs_as_a_page(pinge):
    ann = await pinge.person("ann")

    headers = (await ann.get("/authentication/me")).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Content-Type"] == "application/json"


async def test_a_request_is_named_by_its_client(pinge):
    request_id = str(uuid4())

    answer = await pinge.call("GET", "/nowhere", headers={"X-Request-ID": request_id})

    assert answer.headers["X-Request-ID"] == answer.body["request_id"] == request_id


@pytest.mark.parametrize("given", [None, "", "x", "a" * 5000, "\u2603", "1\u20282", "0" * 31])
async def test_a_request_gets_a_name_of_ours_otherwise(pinge, given):
    headers = {} if given is None else {"X-Request-ID": given}

    answer = await pinge.call("GET", "/nowhere", headers=headers)

    assert answer.headers["X-Request-ID"] == answer.body["request_id"]
    assert UUID(answer.body["request_id"]).version == 7


async def test_successes_are_named_too(pinge):
    one, two = [(await pinge.call("GET", "/health")).headers["X-Request-ID"] for _ in range(2)]

    assert one != two


async def test_a_head_is_a_get_without_its_body(pinge):
    ann = await pinge.person("ann")

    answer = await ann.call("HEAD", "/authentication/me")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
