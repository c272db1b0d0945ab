"""Shapes of stars and pins on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import MOST_PER_PAGE, Input, Output
from pinge.messages.schemas import Message


class _Place(Output):
    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)


class Starred(_Place):
    """Since when I have starred a message, if I have."""

    starred_at = fields.AwareDateTime(required=True, allow_none=True)


class StarredPage(Input):
    """Which part: the latest, or from the cursor of the page before on."""

    limit = fields.Int(load_default=50, validate=validate.Range(1, MOST_PER_PAGE))
    cursor = fields.Str(load_default=None, validate=validate.Length(max=100))


class StarredMessage(Message):
    """A message that I have starred."""

    starred_at = fields.AwareDateTime(required=True)


class StarredMessages(Output):
    """What I have starred, the latest star first."""

    messages = fields.List(fields.Nested(StarredMessage), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)


class Pinned(_Place):
    """Since when a message is pinned and by whom, if it is."""

    pinned_at = fields.AwareDateTime(required=True, allow_none=True)
    pinned_by = fields.UUID(required=True, allow_none=True)


class PinnedMessage(Message):
    """A message that is pinned."""

    pinned_at = fields.AwareDateTime(required=True)
    pinned_by = fields.UUID(required=True)
