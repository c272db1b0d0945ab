"""What the shapes of all features are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

MOST_PER_PAGE = 100


class Input(Schema):
    """What clients send: fields that are not known are ignored."""

    class Meta:
        unknown = EXCLUDE


class Output(Schema):
    """What clients get: says what rows look like on the wire, which are sent as they are."""


class Paging(Input):
    """Which part of a list, newest first."""

    limit = fields.Int(load_default=50, validate=validate.Range(1, MOST_PER_PAGE))
    offset = fields.Int(load_default=0, validate=validate.Range(0, 2**62))


class Switch(fields.Bool):
    """True or false; 0, "off" and the like are neither."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Flag(fields.Bool):
    """`true` or `false` in a query, and no other word for either."""

    def __init__(self, **options: Any) -> None:
        super().__init__(truthy={"true"}, falsy={"false"}, **options)


class Done(Output):
    """What was done, in a sentence."""

    message = fields.Str(required=True)


class Failure(Output):
    """The one error body."""

    error = fields.Str(required=True)
    detail = fields.Str(required=True)
    code = fields.Str(required=True)
    fields_ = fields.Dict(data_key="fields")
    current = fields.Dict(keys=fields.Str())
    request_id = fields.Str(required=True)
    retry_after = fields.Float()
    ticket = fields.Str()
    expires_in = fields.Int()


def trimmed_length(most: int, least: int = 1) -> Callable[[str], None]:
    """A length in characters that white space around the text does not count for."""

    def validate_length(value: str) -> None:
        if not least <= len(value.strip()) <= most:
            raise ValidationError(f"Must have {least:,} to {most:,} characters.")

    return validate_length


def text(most: int, least: int = 1, **options: Any) -> fields.Str:
    """A text that is kept as it came, of `least` to `most` characters after trimming."""
    validate = trimmed_length(most, least)
    return fields.Str(validate=validate, metadata={"maxLength": most}, **options)
