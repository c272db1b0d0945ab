"""Shapes of positions and of what was missed."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from pinge.http.schemas import Input, Output

MOST_CONVERSATIONS = 2000  # positions at once; a frame has no room for more
LARGEST = 2**62  # no counter gets there


def _counter(**options: object) -> fields.Int:
    return fields.Int(strict=True, validate=validate.Range(0, LARGEST), **options)  # type: ignore[arg-type]


class Known(Input):
    """What a device knows: the epoch, the rev of its user, `[seq, rev]` of each conversation."""

    epoch = fields.UUID(required=True)
    user_rev = _counter(load_default=0)
    conversations = fields.Dict(
        keys=fields.UUID(),
        values=fields.Tuple((_counter(), _counter())),
        load_default=dict,
        validate=validate.Length(max=MOST_CONVERSATIONS),
    )


class Change(Output):
    """An event as a socket would have told it."""

    event = fields.Str(required=True)
    data = fields.Dict(keys=fields.Str(), required=True)


class Missed(Output):
    """One conversation: where it stands, and what happened; nothing when that is too much."""

    conversation_id = fields.UUID(required=True)
    kind = fields.Str(required=True)
    contact_id = fields.UUID(required=True, allow_none=True)
    is_request = fields.Bool(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)
    unread_count = fields.Int(required=True)
    mention_count = fields.Int(required=True)
    limited = fields.Bool(required=True)
    gone = fields.Bool(required=True)
    changes = fields.List(fields.Nested(Change), required=True)


class Resumed(Output):
    """All that was missed; `unread` has the figures of conversations where anything is, `mentions`
    how many messages of that mention me."""

    epoch = fields.UUID(required=True)
    user_rev = fields.Int(required=True)
    total_unread = fields.Int(required=True)
    total_group_unread = fields.Int(required=True)
    total_mentions = fields.Int(required=True)
    unread = fields.Dict(keys=fields.UUID(), values=fields.Int(), required=True)
    mentions = fields.Dict(keys=fields.UUID(), values=fields.Int(), required=True)
    limited = fields.Bool(required=True)
    changes = fields.List(fields.Nested(Change), required=True)
    conversations = fields.List(fields.Nested(Missed), required=True)


class Synced(Resumed):
    """The same over HTTP; with `resync`, only that everything is to be fetched anew, and why."""

    resync = fields.Bool(required=True)
    reason = fields.Str()

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """A resync says no more than that."""
        field_obj.required = field_name in ("epoch", "resync")
