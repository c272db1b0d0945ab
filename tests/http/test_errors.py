"""Every failure has the one error body, whoever notices it."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest

from tests import raw
from tests.roles import BODIES

BY_LINK = "/attachments/{attachment_id}/linked"  # which takes one that it made, or is a 401
CALLBACK = "/authentication/oidc/callback"  # which knows who began, or is a 400
ME, OF_ME = "/authentication/me", "DELETE,GET,HEAD,PATCH"


async def operations(pinge):
    """Every declared operation, as (method, path, what is declared)."""
    document = (await pinge.call("GET", "/openapi.json")).body
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def about(path, value):
    """The path with the value in place of every id."""
    return re.sub(r"\{\w+\}", value, path)


def body_of(method, path, person):
    """A body that it takes, with the id of this person in place of every other."""
    body = BODIES.get(path) if method in ("POST", "PUT", "PATCH") else None
    return json.loads(about(json.dumps(body), person.user_id))


@pytest.mark.parametrize(
    "path",
    [
        *("/nowhere", "/authentication", "/authentication/me/", "/contacts/a/b/c/d", "//", "/ws/x"),
        *("/messages/nowhere/at/all", "/%00", "/%ff%fe", "/..%2f..%2fetc/passwd", "/%F0%9F%91%8B"),
        *("/" + "x" * 5000, "/a%0D%0Ab", "/%ED%A0%80", "/authentication/ME", "/health/"),
    ],
)
async def test_an_unknown_address_is_not_found(pinge, path):
    answer = await raw.send(pinge, raw.request("GET", path))

    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("path", [b"/\xff\xfe", "/ж".encode(), b"/a\x7fb", b"/\xed\xa0\x80"])
async def test_an_address_in_stray_bytes_is_refused(pinge, path):
    answer = await raw.send(
        pinge, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )

    assert answer.status in (400, 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        *(
            ("PUT", ME, OF_ME),
            ("TRACE", ME, OF_ME),
            ("PROPFIND", ME, OF_ME),
            ("OPTIONS", ME, OF_ME),
        ),
        *(("GET", "/authentication/login", "POST"), ("DELETE", "/health", "GET,HEAD")),
        ("PATCH", "/contacts/requests", "DELETE,GET,HEAD"),
    ],
)
async def test_an_unknown_method_is_not_allowed(pinge, method, path, allowed):
    answer = await raw.send(pinge, raw.request(method, path))

    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert sorted(answer.headers["Allow"].split(", ")) == allowed.split(",")


async def test_every_endpoint_that_needs_a_caller_says_so(pinge):
    for method, path, operation in await operations(pinge):
        answer = await pinge.call(method, about(path, str(uuid4())))
        if operation["security"]:
            assert (answer.status, answer.code) == (401, "unauthenticated"), path
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        else:
            assert answer.status in (200, 404, 422) or path in (BY_LINK, CALLBACK), path


@pytest.mark.parametrize("value", ["x", "1", "%00", "null", "019a", "a" * 36, "%F0%9F%91%8B"])
async def test_a_malformed_id_in_a_path_is_a_400(pinge, value):
    ann = await pinge.person("ann")
    for method, path, _ in await operations(pinge):
        if "_id}" in path:
            answer = await ann.call(method, about(path, value), body_of(method, path, ann))
            assert (answer.status, answer.code) == (400, "malformed_id"), (method, path)


@pytest.mark.parametrize("spelled", [str.upper, str.lower])
async def test_an_id_in_a_path_has_no_case(pinge, spelled):
    ann, bob = await pinge.friends("ann", "bob")

    assert (await ann.get(f"/messages/direct/{spelled(bob.user_id)}")).status == 200


async def test_an_unknown_id_is_nothing_that_breaks(pinge):
    ann = await pinge.person("ann")
    for method, path, _ in await operations(pinge):
        if "{" in path:
            unknown = about(path, str(uuid4()))
            answer = await ann.call(method, unknown, body_of(method, path, ann) or {})
            assert answer.status in (200, 403, 404, 422) or path == BY_LINK, (path, answer)


@pytest.mark.parametrize(
    "broken",
    [
        *(
            b"nonsense\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET  HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\0",
        ),
        *(b"GET / HTTP/1.1\r\nHost x\r\n\r\n", b"GET / HTTP/1.1\r\nA: b\0c\r\n\r\n"),
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        *(b"FOO / HTTP/1.1\r\n\r\n", b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n"),
    ],
)
async def test_what_is_no_http_is_a_400_and_hurts_nobody(pinge, broken):
    answer = await raw.send(pinge, broken)

    assert answer.status == 400
    assert (await pinge.call("GET", "/health")).status == 200


async def test_a_body_that_was_not_asked_for_is_ignored(pinge):
    ann = await pinge.person("ann")
    headers = {"Content-Type": "application/json"}

    for body in (b"", b"{}", b"[", b"\xff", b"x" * 1000):
        assert (await ann.get(ME, data=body, headers=headers)).status == 200
        assert (await ann.post("/ws/ticket", data=body, headers=headers)).status == 201


async def test_a_failure_says_the_same_to_old_clients_and_new(pinge):
    answer = await pinge.call("GET", ME)

    assert set(answer.body) == {"error", "detail", "code", "request_id"}
    assert answer.body["error"] == answer.body["detail"] == "Log in first."
    assert answer.body["request_id"] == answer.headers["X-Request-ID"]
