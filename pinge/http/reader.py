"""Reading what clients send: JSON, forms and queries, and nothing that PostgreSQL cannot keep."""

from __future__ import annotations

import asyncio
import codecs

import orjson
from aiohttp import hdrs, web

from pinge.errors import Invalid, Stalled, TooLarge, UnsupportedMedia

LARGEST_BODY = 128 * 1024  # bytes: 8,000 emoji, escaped, are 96,000
DEEPEST = 20  # levels
BODY_DEADLINE = 15.0  # seconds: no client that means it needs longer for 128 KiB


async def json_body(request: web.Request) -> object:
    """The body as JSON; none, or an empty one, is an empty object."""
    raw = await _raw(request)
    if not raw:
        return {}
    if hdrs.CONTENT_TYPE in request.headers and not _is_json(request.content_type):
        raise UnsupportedMedia
    return decoded(_as_utf8(raw, request.charset))


async def form_body(request: web.Request) -> dict[str, object]:
    """The fields of an urlencoded or multipart form; files are no fields."""
    _check_declared_length(request)
    _check_charset(request.charset)
    try:
        async with asyncio.timeout(BODY_DEADLINE):
            posted = await request.post()
    except TimeoutError:
        raise Stalled from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge from None
    except (ValueError, LookupError, AssertionError):
        raise Invalid("The form is malformed.") from None
    fields: dict[str, object] = {
        key: value for key, value in posted.items() if isinstance(value, str)
    }
    checked(fields)
    return fields


def decoded(raw: bytes | str) -> object:
    """JSON, read and checked; Invalid says what is wrong with it."""
    try:
        value = orjson.loads(raw)
    except (orjson.JSONDecodeError, RecursionError):
        raise Invalid("This is not valid JSON.") from None
    checked(value)
    return value


def checked(value: object, depth: int = 1) -> None:
    """Refuse what PostgreSQL cannot keep (NUL, half a surrogate pair) and what nests too deep."""
    if isinstance(value, str):
        if "\0" in value or not _is_text(value):
            raise Invalid("Text may not contain NUL or half of a surrogate pair.")
    elif isinstance(value, dict | list):
        if depth > DEEPEST:
            raise Invalid(f"JSON may nest {DEEPEST} levels deep, not more.")
        for item in value.values() if isinstance(value, dict) else value:
            checked(item, depth + 1)


async def _raw(request: web.Request) -> bytes:
    _check_declared_length(request)
    try:
        if request.content.is_eof():  # it came with the headers: no deadline is worth its timer
            return await request.read()
        async with asyncio.timeout(BODY_DEADLINE):
            return await request.read()
    except TimeoutError:
        raise Stalled from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge from None


def _check_declared_length(request: web.Request) -> None:
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body as it is, not compressed.")
    if (request.content_length or 0) > LARGEST_BODY:
        raise TooLarge


def _is_json(content_type: str) -> bool:
    return content_type == "application/json" or content_type.endswith("+json")


def _as_utf8(raw: bytes, charset: str | None) -> bytes | str:
    if charset is None or charset.lower() in ("utf-8", "utf8"):
        return raw
    _check_charset(charset)
    try:
        return raw.decode(charset)
    except (UnicodeDecodeError, LookupError):
        raise Invalid("The body is not in the charset it claims.") from None


def _check_charset(charset: str | None) -> None:
    try:
        codecs.lookup(charset or "utf-8")
    except LookupError:
        raise UnsupportedMedia("This charset is unknown: send UTF-8.") from None


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
