"""Shapes of reports on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from pinge.http.schemas import Done, Input, text

LONGEST_COMMENT = 2000  # characters
REASONS = (
    *("spam", "harassment", "hate", "violence", "sexual", "impersonation", "illegal"),
    "other",
)
TARGETS = ("message_id", "user_id", "group_id")


class Report(Input):
    """What to look at, one of the three, and why."""

    message_id = fields.UUID()
    user_id = fields.UUID()
    group_id = fields.UUID()
    reason = fields.Str(required=True, validate=validate.OneOf(REASONS))
    comment = text(LONGEST_COMMENT, load_default=None, allow_none=True)

    @validates_schema
    def one_target(self, given: dict[str, Any], **_: object) -> None:
        """One of them."""
        if len(given.keys() & set(TARGETS)) != 1:
            raise ValidationError(f"Give one of {', '.join(TARGETS)}.")


class Reported(Done):
    """The report that waits now to be looked at."""

    report_id = fields.UUID(required=True)
