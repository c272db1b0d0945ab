"""Reading what clients send: JSON, forms and queries, and nothing that PostgreSQL cannot keep."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar
from urllib.parse import parse_qsl

import orjson
from aiohttp import BodyPartReader, hdrs, web
from aiohttp.http import HttpProcessingError

from pinge.errors import Invalid, Stalled, TooLarge, UnsupportedMedia

LARGEST_BODY = 128 * 1024  # bytes: 8,000 emoji, escaped, are 96,000
DEEPEST = 20  # levels
BODY_DEADLINE = 15.0  # seconds: no client that means it needs longer for 128 KiB
MOST_FIELDS = 100  # of a form

# What the parts of a form make aiohttp and Python raise when they are not what they should be.
BROKEN_FORM = (ValueError, LookupError, RuntimeError, AssertionError, HttpProcessingError)

NOT_TEXT = "Text may not contain NUL or half of a surrogate pair."
TOO_DEEP = f"JSON may nest {DEEPEST} levels deep, not more."

T = TypeVar("T")


async def json_body(request: web.Request) -> object:
    """The body as JSON; none, or an empty one, is an empty object."""
    raw = await _raw(request)
    if not raw:
        return {}
    if hdrs.CONTENT_TYPE in request.headers and not _is_json(request.content_type):
        raise UnsupportedMedia
    _check_charset(request)
    body = parsed(raw)
    checked(body)
    return body


async def form_body(request: web.Request) -> dict[str, object]:
    """The fields of an urlencoded or multipart form; files are no fields."""
    _check_charset(request)
    fields: dict[str, object] = {}
    try:
        if request.content_type == "multipart/form-data":
            fields |= await in_time(request, _multipart(request))
        elif request.content_type == "application/x-www-form-urlencoded":
            text = (await _raw(request)).decode()
            fields |= parse_qsl(text, True, errors="strict", max_num_fields=MOST_FIELDS)
    except BROKEN_FORM:
        raise Invalid("The form is malformed.") from None
    checked(fields)
    return fields


def parsed(raw: bytes | str) -> object:
    """JSON as it is; Invalid says what is wrong with it."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"This is not valid JSON: {error.msg}.") from None
    except RecursionError:
        raise Invalid(TOO_DEEP) from None


def checked(value: object, depth: int = 1, name: str = "") -> None:
    """Refuse what PostgreSQL cannot keep (NUL, half a surrogate pair) and what nests too deep."""
    if isinstance(value, str):
        if "\0" in value or not _is_text(value):
            raise Invalid(NOT_TEXT, fields={name: [NOT_TEXT]} if name else None)
    elif isinstance(value, dict):
        if depth > DEEPEST:
            raise Invalid(TOO_DEEP)
        for key, item in value.items():
            checked(item, depth + 1, key)
    elif isinstance(value, list):
        if depth > DEEPEST:
            raise Invalid(TOO_DEEP)
        for item in value:
            checked(item, depth + 1, name)


async def _raw(request: web.Request) -> bytes:
    _check_declared_length(request)
    return await in_time(request, request.read())


async def _multipart(request: web.Request) -> dict[str, str]:
    _check_declared_length(request)
    fields = {}
    async for part in await request.multipart():
        if request.content.total_bytes > LARGEST_BODY:  # of all parts: aiohttp counts each alone
            raise TooLarge
        if isinstance(part, BodyPartReader) and part.name and part.filename is None:
            fields[part.name] = bytes(await part.read()).decode()
    return fields


async def in_time(request: web.Request, reading: Awaitable[T], within: float = BODY_DEADLINE) -> T:
    """What is read of a body; Stalled when it takes more seconds, TooLarge when aiohttp says so."""
    try:
        if request.content.is_eof():  # it came with the headers: no deadline is worth its timer
            return await reading
        async with asyncio.timeout(within):
            return await reading
    except TimeoutError:
        raise Stalled from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge from None


def refuse_compressed(request: web.Request) -> None:
    """A compressed body could be of any size: UnsupportedMedia."""
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body as it is, not compressed.")


def _check_declared_length(request: web.Request) -> None:
    refuse_compressed(request)
    if (request.content_length or 0) > LARGEST_BODY:
        raise TooLarge


def _check_charset(request: web.Request) -> None:
    # Not whatever Python could read: some of its codecs take seconds for a body of this size.
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMedia("This charset is not read here: send UTF-8.")


def _is_json(content_type: str) -> bool:
    return content_type == "application/json" or content_type.endswith("+json")


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in value)
