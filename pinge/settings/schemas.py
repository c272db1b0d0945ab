"""Shapes of settings on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, fields, validate

from pinge.http.schemas import Input, Output, Switch
from pinge.settings.choices import DAYS, Audience, Level

AUDIENCES, LEVELS = get_args(Audience), get_args(Level)
LATEST = 9000  # the year; later ones do not survive every conversion
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


def _is_time_zone(name: str) -> None:
    try:
        if not name[:1].isupper():  # like localtime, or posixrules: no names of places
            raise ValueError(name)
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError("Not a time zone like Europe/Oslo.") from None


def _each_once(days: list[str]) -> None:
    if len(set(days)) < len(days):
        raise ValidationError("Each day once.")


class Moment(fields.AwareDateTime):
    """A time with its zone, kept in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment = super()._deserialize(value, attr, data, **kwargs)
        if not 1970 <= moment.year <= LATEST:
            raise ValidationError("Not a time that will come.")
        return moment.astimezone(UTC)


def _audience() -> fields.Str:
    return fields.Str(validate=validate.OneOf(AUDIENCES))


def _level(**options: Any) -> fields.Str:
    return fields.Str(validate=validate.OneOf(LEVELS), **options)


def _clock(name: str) -> fields.Str:
    """A name may be a word of Python's, so it is not the attribute's."""
    why = "Not a time like 22:30."
    checks = [validate.Length(equal=5, error=why), validate.Regexp(CLOCK, error=why)]
    return fields.Str(required=True, data_key=name, attribute=name, validate=checks)


class DoNotDisturb(Input):
    """From when until when on which days, by the clocks of a place; `until` may be the next day."""

    from_ = _clock("from")
    until = _clock("until")
    days = fields.List(
        fields.Str(validate=validate.OneOf(DAYS)),
        required=True,
        validate=[validate.Length(min=1), _each_once],
    )
    time_zone = fields.Str(required=True, validate=_is_time_zone)


class ChangeSettings(Input):
    """What to change; what is not named stays."""

    direct_notifications = _level()
    group_notifications = _level()
    shows_previews = Switch()
    do_not_disturb = fields.Nested(DoNotDisturb, allow_none=True)
    snoozed_until = Moment(allow_none=True)
    who_may_write = _audience()
    who_may_add = _audience()
    who_sees_last_seen = _audience()
    sends_receipts = Switch()
    shows_typing = Switch()
    findable = Switch()


class UserSettings(Output):
    """What I am notified of, and what others may do to me and see of me."""

    direct_notifications = _level(required=True)
    group_notifications = _level(required=True)
    shows_previews = fields.Bool(required=True)
    do_not_disturb = fields.Nested(DoNotDisturb, required=True, allow_none=True)
    snoozed_until = fields.AwareDateTime(required=True, allow_none=True)
    who_may_write = fields.Str(required=True)
    who_may_add = fields.Str(required=True)
    who_sees_last_seen = fields.Str(required=True)
    sends_receipts = fields.Bool(required=True)
    shows_typing = fields.Bool(required=True)
    findable = fields.Bool(required=True)


class ChangeConversationSettings(Input):
    """What to change; null is as by default, and not muted."""

    notifications = _level(allow_none=True)
    muted_until = Moment(allow_none=True)


class ConversationSettings(Output):
    """What I set for one conversation; without `notifications` the default holds.

    What is archived comes back with the first message of somebody else beyond `archived_seq`.
    """

    notifications = fields.Str(required=True, allow_none=True)
    muted_until = fields.AwareDateTime(required=True, allow_none=True)
    is_archived = fields.Bool(required=True)
    archived_seq = fields.Int(required=True, allow_none=True)
    is_marked_unread = fields.Bool(required=True)
