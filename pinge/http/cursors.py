"""Cursors: places in a list as clients keep them, opaque, and fit for a URL."""

from __future__ import annotations

import base64
import binascii
import struct
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pinge.errors import Invalid

Place = tuple[datetime, UUID, int]  # by time, and at the same moment by what is there

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = struct.Struct(">q16sq")


def cursor_of(moment: datetime, key: UUID, seq: int = 0) -> str:
    """The cursor of a place."""
    packed = _FORM.pack((moment - _EPOCH) // MICROSECOND, key.bytes, seq)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def place_of(cursor: str) -> Place:
    """The place that a cursor was made of; Invalid for what is none."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        microseconds, key, seq = _FORM.unpack(packed)
        return _EPOCH + microseconds * MICROSECOND, UUID(bytes=key), seq
    except (binascii.Error, struct.error, ValueError, OverflowError):
        raise Invalid("This is no cursor.", fields={"cursor": ["Not one of ours."]}) from None
