"""Places of messages in the order of an answer, and the cursors that clients keep of them."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pinge.errors import Invalid

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)  # a day of room for whoever looks a bit before
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
FIRST_ID = UUID(int=0)

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORM = struct.Struct(">q16sq")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a message stands among all: by time, and at the same moment by its address."""

    sent_at: datetime
    conversation_id: UUID
    seq: int

    def cursor(self) -> str:
        """The place as clients are given it: without a meaning, in characters fit for a URL."""
        moment = (self.sent_at - _EPOCH) // MICROSECOND
        packed = _FORM.pack(moment, self.conversation_id.bytes, self.seq)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


NEWEST = Place(LATEST, FIRST_ID, 0)


def place_of(cursor: str) -> Place:
    """The place that a cursor was made of; Invalid for what is none."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        moment, conversation_id, seq = _FORM.unpack(packed)
        sent_at = _EPOCH + moment * MICROSECOND
    except (binascii.Error, struct.error, ValueError, OverflowError):
        raise Invalid("This is no cursor.", fields={"cursor": ["Not one of ours."]}) from None
    return Place(min(max(sent_at, EARLIEST), LATEST), UUID(bytes=conversation_id), seq)
