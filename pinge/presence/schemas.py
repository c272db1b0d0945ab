"""Shapes of presence on the wire."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from pinge.http.schemas import Input, Output, Switch

MOST_ASKED = 200  # users a call


class Ids(fields.Field[list[UUID]]):
    """UUIDs with commas between them."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> list[UUID]:
        try:
            return [UUID(part) for part in str(value).split(",")]
        except ValueError:
            raise ValidationError("Not a list of UUIDs with commas between them.") from None


class Asked(Input):
    """Whose presence is asked for."""

    user_ids = Ids(
        required=True,
        validate=validate.Length(1, MOST_ASKED),
        metadata={"type": "string", "description": f"Up to {MOST_ASKED} ids, comma-separated."},
    )


class Presence(Output):
    """Whether somebody is here, and when they were last, if that is known."""

    user_id = fields.UUID(required=True)
    status = fields.Str(required=True, validate=validate.OneOf(("online", "offline")))
    last_seen_at = fields.AwareDateTime(required=True, allow_none=True)


class Typing(Input):
    """Whether the caller types."""

    is_typing = Switch(required=True)


class TypingSomewhere(Typing):
    """The socket's command: one of the three says where."""

    conversation_id = fields.UUID()
    receiver_id = fields.UUID()
    group_id = fields.UUID()
