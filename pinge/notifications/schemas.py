"""Shapes of notifications on the wire."""

from __future__ import annotations

from collections.abc import Callable

from marshmallow import ValidationError, fields, validate

from pinge.http.outbound import LONGEST_URL
from pinge.http.schemas import Input, Output
from pinge.notifications.browser import is_point, is_secret
from pinge.notifications.deciding import REASONS
from pinge.notifications.pushing import Outcome

LONGEST_KEY = 200  # characters
REASON = validate.OneOf(REASONS)


class Key(Output):
    """What a browser subscribes with, its applicationServerKey: a point of P-256 in base64url."""

    key = fields.Str(required=True)


def _must_be(holds: Callable[[str], bool], what: str) -> Callable[[str], None]:
    def judge(value: str) -> None:
        if not holds(value):
            raise ValidationError(f"This is not {what} in base64url.")

    return judge


def _key(holds: Callable[[str], bool], what: str) -> fields.Str:
    return fields.Str(
        required=True, validate=[validate.Length(max=LONGEST_KEY), _must_be(holds, what)]
    )


class Keys(Input):
    """What a push is encrypted with."""

    p256dh = _key(is_point, "a point of P-256")
    auth = _key(is_secret, "a secret of 16 bytes")


class Subscribe(Input):
    """A PushSubscription, as browsers write it in JSON."""

    endpoint = fields.Str(required=True, validate=validate.Length(1, LONGEST_URL))
    keys = fields.Nested(Keys, required=True)


class Subscription(Output):
    """A device that is told; `sent_at`: the last push that came through, `failing_since`: none."""

    subscription_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True)
    host = fields.Str(required=True)
    created_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    is_current = fields.Bool(required=True)


class Tried(Output):
    """What a push service made of a test, and its status; null where it did not answer."""

    subscription_id = fields.UUID(required=True)
    host = fields.Str(required=True)
    outcome = fields.Str(required=True, validate=validate.OneOf([*Outcome]))
    status = fields.Int(required=True, allow_none=True)


class Told(Output):
    """What was decided for one device. `judged_seq` is the message it was told of, or was to be:
    the newest since the last time, which stands for the others."""

    subscription_id = fields.UUID(required=True)
    is_told = fields.Bool(required=True)
    judged_seq = fields.Int(required=True, allow_none=True)
    reason = fields.Str(required=True, validate=REASON)
    status = fields.Int(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True)


class Explanation(Output):
    """Whether I was notified of a message, and why; `is_waiting`: on some device I may yet be.

    Where nothing was noted, or no more, the reason is what would decide about it today.
    """

    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    is_notified = fields.Bool(required=True)
    is_waiting = fields.Bool(required=True)
    reason = fields.Str(required=True, validate=REASON)
    devices = fields.List(fields.Nested(Told), required=True)
