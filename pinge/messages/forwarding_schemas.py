"""Shapes of forwarding."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from pinge.http.schemas import Input, Output
from pinge.realtime.schemas import Acknowledged

MOST_FORWARDED = 50  # messages at once
MOST_TARGETS = 5


class ForwardTarget(Input):
    """Where to: one of the three says it."""

    conversation_id = fields.UUID()
    receiver_id = fields.UUID()
    group_id = fields.UUID()

    @validates_schema
    def one_place(self, given: dict[str, Any], **_: object) -> None:
        """Exactly one."""
        if len(given) != 1:
            raise ValidationError(f"Give one of {', '.join(sorted(self.fields))}.")


class Forward(Input):
    """Which messages of one conversation, and where to; `client_id` makes a retry safe."""

    message_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(1, MOST_FORWARDED)
    )
    to = fields.List(
        fields.Nested(ForwardTarget), required=True, validate=validate.Length(1, MOST_TARGETS)
    )
    client_id = fields.UUID(load_default=None, allow_none=True)


class ForwardOverSocket(Forward):
    """The socket's command needs the `client_id`."""

    client_id = fields.UUID(required=True)


class ForwardCopy(Output):
    """A message that repeats another, and its place."""

    original_id = fields.UUID(required=True)
    message_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)
    sent_at = fields.AwareDateTime(required=True)


class ForwardRefusal(Output):
    """Why something was not sent, as the body of an error would say it."""

    error = fields.Str(required=True)
    detail = fields.Str(required=True)
    code = fields.Str(required=True)
    retry_after = fields.Float()


class ForwardOutcome(Output):
    """What became of one target: the copies that were sent, and why others were not."""

    conversation_id = fields.UUID(required=True, allow_none=True)
    messages = fields.List(fields.Nested(ForwardCopy), required=True)
    refusal = fields.Nested(ForwardRefusal, required=True, allow_none=True)


class ForwardOutcomes(Output):
    """What became of each target, in the order asked for."""

    to = fields.List(fields.Nested(ForwardOutcome), required=True)


class ForwardOutcomesOverSocket(Acknowledged):
    """What became of each target, in the order asked for."""

    to = fields.List(fields.Nested(ForwardOutcome), required=True)
