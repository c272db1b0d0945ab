"""Shapes of messages for later on the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from marshmallow import ValidationError, fields, validate

from pinge.http.schemas import Input, Output, text
from pinge.messages.actions import LONGEST_CONTENT, SendGroupMessage

LATEST = timedelta(days=366)


def _is_ahead(moment: datetime) -> None:
    now = datetime.now(UTC)
    if not now < moment < now + LATEST:
        raise ValidationError(f"Must be within the next {LATEST.days} days.")


class ScheduleMessage(SendGroupMessage):
    """What to say, and when; `client_id` becomes the id of the message."""

    send_at = fields.AwareDateTime(required=True, validate=_is_ahead)


class ChangeScheduled(Input):
    """What to say instead, or when."""

    content = text(LONGEST_CONTENT, least=0)
    send_at = fields.AwareDateTime(validate=_is_ahead)


class ScheduledMessage(Output):
    """A message for later, or one that could not be sent: `failure` is the code of why."""

    scheduled_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    content = fields.Str(required=True)
    attachment_ids = fields.List(fields.UUID(), required=True)
    reply_to = fields.UUID(required=True, allow_none=True)
    send_at = fields.AwareDateTime(required=True)
    created_at = fields.AwareDateTime(required=True)
    status = fields.Str(
        required=True, validate=validate.OneOf(["pending", "sent", "failed", "cancelled"])
    )
    failure = fields.Str(required=True, allow_none=True)
