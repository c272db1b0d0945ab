"""Bodies that are no JSON, no text, too much or too deep."""

from __future__ import annotations

import asyncio
import gzip
from io import BytesIO

import pytest

from tests import raw

SEND = "/contacts/send-request"
JSON = "application/json"
PADDED = b'{"receiver_email": "nobody@pinge.example", "x": %s}'


NO_JSON = [
    *(b"{", b"{]", b"nonsense", b"'x'", b'{"a": }', b'{"a": 1,}', b"{} {}", b"\0", b" ", b"\xef"),
    *(b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}', b'{"a": 01}', b'{"a": .5}'),
    *(b'{"a": "\xff"}', b'{"a": "\xed\xa0\x80"}', b'{"a": "\\ud800"}', b'{"a": "\\x"}'),
    *(b'{"\\ud800": 1}', b'{"a": "\\u0000"}', b'{"a": "\0"}', b'{"a": "\n"}', b"\xef\xbb\xbf{}"),
    *(PADDED % b'"\\udc00\\ud800"', PADDED % b'["\\ud800"]'),
    *(b"[" * 100_000, b'{"a":' * 20_000, PADDED % (b"[" * 20 + b"]" * 20)),
]
NO_OBJECT = [b"[]", b"5", b"null", b"true", b'"x"', b"1e999", b"9" * 5000]
ANYTHING = [
    *(b"9" * 30, b"9" * 5000, b"-" + b"9" * 5000, b"1e999", b"1e-999", b"1" + b"0" * 400),
    *(b"1.5", b'"\\ud83d\\udc4b"', '"👋"'.encode(), b"true", b"null", b"[[]]"),
    *(b"[" * 19 + b"]" * 19, b'{"a":' * 19 + b"1" + b"}" * 19),
]
NO_JSON_TYPES = [
    *("text/plain", "text/html", "application/xml", "application/x-www-form-urlencoded", "*/*"),
    *("multipart/form-data; boundary=x", "json", "application/octet-stream", ""),
]


async def post(person, body, kind=JSON, path=SEND, **headers):
    """Post these very bytes."""
    return await person.post(path, data=body, headers={"Content-Type": kind, **headers})


@pytest.fixture
async def ann(pinge):
    return await pinge.person("ann")


async def test_json_is_read(ann):
    for kind in (JSON, f"{JSON}; charset=utf-8", f'{JSON};charset="UTF-8"', f"{JSON};charset=utf8"):
        answer = await post(ann, PADDED % b"1", kind)
        assert answer.status == 404, kind  # it was read, and there is no nobody


async def test_what_is_no_json_is_a_422(ann):
    for body in NO_JSON:
        refused = await post(ann, body)
        assert (refused.status, refused.code) == (422, "invalid"), body[:50]
        assert refused.body["fields"].keys() <= {"a"}, body[:50]


async def test_json_that_is_no_object_is_a_422(ann):
    for body in NO_OBJECT:
        refused = await post(ann, body)
        assert (refused.status, refused.code) == (422, "invalid"), body[:50]


async def test_unknown_fields_may_hold_anything(ann):
    for value in ANYTHING:
        assert (await post(ann, PADDED % value)).status in (404, 422), value[:50]


@pytest.mark.parametrize(("depth", "status"), [(19, 404), (20, 422)])
async def test_json_may_nest_twenty_levels(ann, depth, status):
    # The object around it is one more.
    answer = await post(ann, PADDED % (b"[" * depth + b"]" * depth))

    assert answer.status == status


async def test_a_field_that_is_given_twice_counts_once(ann):
    body = b'{"receiver_email": 5, "receiver_email": "nobody@pinge.example"}'

    assert (await post(ann, body)).status == 404


async def test_another_content_type_is_a_415(ann):
    for kind in NO_JSON_TYPES:
        refused = await post(ann, PADDED % b"1", kind)
        assert (refused.status, refused.code) == (415, "unsupported_media_type"), kind


async def test_a_body_may_lack_a_content_type(pinge, ann):
    body = PADDED % b"1"
    token = f"Authorization: Bearer {ann.token}"

    assert (await raw.send(pinge, raw.request("POST", SEND, token, body=body))).status == 404


async def test_nothing_but_utf8_is_read(pinge, ann):
    for charset in ("latin-1", "utf-16", "nonsense", "base64", "undefined", "punycode", "žlutá"):
        refused = await post(ann, PADDED % b"1", f"{JSON}; charset={charset}")
        assert (refused.status, refused.code) == (415, "unsupported_media_type"), charset
    stray = b"Content-Type: application/json; charset=\xff\xfe"
    token = f"Authorization: Bearer {ann.token}"
    answer = await raw.send(pinge, raw.request("POST", SEND, token, stray, body=PADDED % b"1"))
    assert answer.status == 415


async def test_a_compressed_body_is_refused(pinge, ann):
    token = f"Authorization: Bearer {ann.token}"
    for coding in ("gzip", "deflate", "br", "zstd", "GZIP", "nonsense"):
        headers = (token, f"Content-Encoding: {coding}", f"Content-Type: {JSON}")
        for body in (gzip.compress(PADDED % b"1"), b"nonsense"):
            answer = await raw.send(pinge, raw.request("POST", SEND, *headers, body=body))
            assert answer.status in (400, 415), coding
    assert (await pinge.call("GET", "/health")).status == 200


async def test_a_body_of_ten_megabytes_is_refused(pinge, ann):
    refused = await post(ann, BytesIO(b"x" * 10_000_000))

    assert (refused.status, refused.code) == (413, "too_large")
    assert (await pinge.call("GET", "/health")).status == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [(SEND, JSON), ("/authentication/login", "application/x-www-form-urlencoded")],
)
async def test_a_body_without_a_length_is_counted_as_it_comes(ann, path, kind):
    async def chunks():
        for _ in range(160):
            yield b"x" * 65_536

    refused = await post(ann, chunks(), kind, path)

    assert (refused.status, refused.code) == (413, "too_large")


async def test_a_body_of_the_largest_message_fits(ann):
    content = "\\ud83d\\udc4b" * 8000
    body = b'{"receiver_id": "%s", "content": "%s"}' % (ann.user_id.encode(), content.encode())

    answer = await post(ann, body, path="/messages/direct")

    assert answer.status == 400  # read; nobody writes to themselves


async def test_a_client_that_hangs_up_in_the_middle_hurts_nobody(pinge, ann):
    request = raw.request("POST", SEND, f"Authorization: Bearer {ann.token}", "Content-Length: 100")
    _, writer = await asyncio.open_connection("127.0.0.1", int(pinge.url.rpartition(":")[2]))
    writer.write(request + b"{")
    await writer.drain()
    writer.transport.abort()

    assert (await pinge.call("GET", "/health")).status == 200
