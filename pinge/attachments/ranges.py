"""Which part of a file is asked for (RFC 9110, 13 and 14)."""

from __future__ import annotations

import re

from aiohttp import hdrs, web

from pinge.errors import RangeRefused

_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)", re.IGNORECASE)
MOST_DIGITS = 18


def wanted(request: web.Request, etag: str, size: int) -> tuple[int, int] | None:
    """The bytes from one to another, exclusive; None for all of it.

    What is malformed or of several parts is passed over, as the RFC allows. RangeRefused where
    there is nothing.
    """
    asked = _RANGE.fullmatch(request.headers.get(hdrs.RANGE, "").strip())
    if asked is None or request.headers.get(hdrs.IF_RANGE, etag) != etag:
        return None
    first, last = asked.groups()
    if not (first or last) or max(len(first), len(last)) > MOST_DIGITS:
        return None
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if start >= end:
        raise RangeRefused(size)
    return start, end
