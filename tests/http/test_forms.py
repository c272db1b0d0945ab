"""Login forms that are no forms; whatever they are, an answer comes and others do not wait."""

from __future__ import annotations

import pytest

from tests import raw
from tests.accounts.forms import ANN, register

LOGIN = "/authentication/login"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
GOOD = f"username={ANN['email']}&password={ANN['password'].replace(' ', '+')}".encode()


async def post(pinge, body, kind=URLENCODED, **headers):
    """Post these very bytes."""
    headers = {"Content-Type": kind, **headers}
    return await pinge.call("POST", LOGIN, data=body, headers=headers)


def part(name, value, *headers):
    """One part of a multipart form."""
    disposition = f'Content-Disposition: form-data; name="{name}"'.encode()
    return b"\r\n".join([b"--x", disposition, *headers, b"", value, b""])


def form(*parts):
    """A multipart form of Ann's with more parts before."""
    fields = part("username", ANN["email"].encode()), part("password", ANN["password"].encode())
    return b"".join([*parts, *fields, b"--x--\r\n"])


DISPOSITION = b"Content-Disposition: form-data"
BROKEN_PARTS = [
    *(b"", b"--x", b"--x\r\n", b"--x--", b"--x--\r\n", b"--y--\r\n", b"x" * 1000, b"\0" * 100),
    *(b"--x\r\n\r\n", b"--x\r\n\r\nx\r\n--x--\r\n", b"--x\r\nno header\r\n\r\n\r\n--x--\r\n"),
    b"--x\r\n: x\r\n\r\n\r\n--x--\r\n",
    b"--x\r\n" + b"a: b\r\n" * 1000 + b"\r\n\r\n--x--\r\n",
    b"--x\r\nA: " + b"b" * 20_000 + b"\r\n\r\n\r\n--x--\r\n",
    b"--x\r\nContent-Length: x\r\n\r\nx\r\n--x--\r\n",
    b"--x\r\nContent-Length: 9999\r\n\r\nx\r\n--x--\r\n",
    b"--x\r\n" + DISPOSITION + b"\r\n\r\nx\r\n--x--\r\n",
    b"--x\r\n" + DISPOSITION + b"; name=\xff\xfe\r\n\r\nx\r\n--x--\r\n",
    part("_charset_", b"punycode") + part("username", b"x") + b"--x--\r\n",
    part("_charset_", b"x" * 100) + part("username", b"x") + b"--x--\r\n",
    part("_charset_", b"\xff") + part("username", b"x") + b"--x--\r\n",
    part("username", b"\xff\xfe") + b"--x--\r\n",
    part("username", b"a\0b") + b"--x--\r\n",
    part("username", b"x", b"Content-Type: multipart/mixed") + b"--x--\r\n",
    part("username", b"x", b"Content-Type: multipart/mixed; boundary=y") + b"--x--\r\n",
    b"--x\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n" * 1500,
]


@pytest.fixture(autouse=True)
async def _ann(pinge):
    await register(pinge)


@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")
async def test_broken_parts_are_a_422(pinge):
    for body in BROKEN_PARTS:
        refused = await post(pinge, body, MULTIPART)
        assert (refused.status, refused.code) == (422, "invalid"), body[:80]


async def test_a_boundary_that_cannot_be_is_a_422(pinge):
    for kind in ("multipart/form-data", f"multipart/form-data; boundary={'x' * 100}"):
        assert (await post(pinge, form(), kind)).status == 422, kind


async def test_whatever_a_part_says_of_itself_its_text_is_utf8(pinge):
    for header in (
        *(b"Content-Type: text/plain; charset=punycode", b"Content-Type: text/plain; charset=x"),
        *(b"Content-Type: application/json", b"Content-Type: image/png", b"Content-Type: x"),
        *(b"Content-Transfer-Encoding: binary", b"Content-Transfer-Encoding: nonsense"),
        *(b"Content-Encoding: gzip", b"Content-Encoding: nonsense", b"X: y"),
    ):
        answer = await post(pinge, form(part("state", "ж".encode(), header)), MULTIPART)
        assert answer.status == 200, header


async def test_files_and_unknown_fields_are_left_aside(pinge):
    picture = b'--x\r\nContent-Disposition: form-data; name="p"; filename="a.png"\r\n\r\n\xff\r\n'

    assert (await post(pinge, form(picture, part("scope", b"")), MULTIPART)).status == 200


async def test_a_field_that_is_given_twice_counts_the_last_time(pinge):
    assert (await post(pinge, b"username=eve&" + GOOD)).status == 200
    assert (await post(pinge, form(part("username", b"eve")), MULTIPART)).status == 200


async def test_what_is_no_urlencoded_form_is_a_422(pinge):
    for body in (
        *(b"", b"&", b"=", b"x", b"username", b"username=%", b"username=%ff&password=x"),
        *(b"\xff=\xff", b"username=\xff&password=x", b"username=a%00b&password=x", b"&" * 1000),
        *(b"a=b&" * 101, b"{}", b"username=%ed%a0%80&password=x"),
    ):
        refused = await post(pinge, body)
        assert (refused.status, refused.code) == (422, "invalid"), body[:50]


async def test_a_form_in_another_charset_is_refused(pinge):
    for charset in ("punycode", "undefined", "latin-1", "x"):
        for kind in (URLENCODED, MULTIPART):
            refused = await post(pinge, GOOD, f"{kind}; charset={charset}")
            assert refused.status == 415, (charset, kind)
    assert (await post(pinge, GOOD, f"{URLENCODED}; charset=UTF-8")).status == 200


async def test_a_form_that_is_too_large_is_refused(pinge):
    async def chunks(piece, count=40):
        yield part("state", b"")[:-2] if piece is None else b""
        for _ in range(count):
            yield piece or b"x" * 65_536

    for kind, body in (
        *((URLENCODED, b"x" * 200_000), (MULTIPART, b"x" * 200_000)),
        *((URLENCODED, chunks(b"x" * 65_536)), (MULTIPART, chunks(None))),
        (MULTIPART, chunks(part("state", b"x" * 60_000))),
    ):
        refused = await post(pinge, body, kind)
        assert (refused.status, refused.code) == (413, "too_large"), kind


async def test_a_compressed_form_is_refused(pinge):
    for kind in (URLENCODED, MULTIPART):
        headers = (f"Content-Type: {kind}", "Content-Encoding: gzip")
        answer = await raw.send(pinge, raw.request("POST", LOGIN, *headers, body=GOOD))
        assert answer.status in (400, 415)
