"""JSON as Pinge writes it: a row of the database goes out as it is, field for column."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import orjson


def _known(value: object) -> object:
    # asyncpg's UUID is a subclass, which orjson does not take for one.
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, asyncpg.Record):
        return dict(value)
    raise TypeError(f"{type(value).__name__} does not go over the wire")


def encode(value: object) -> bytes:
    """JSON in UTF-8: UUIDs in lower case, times in ISO-8601 with their zone."""
    return orjson.dumps(value, default=_known)
