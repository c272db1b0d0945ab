"""Shapes of messages on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from pinge.http.schemas import Input, Output, Paging, text
from pinge.realtime.schemas import Acknowledged

LONGEST_CONTENT = 8000  # characters
MOST_MARKED = 1000  # ids a call, as many as unread messages are listed
LARGEST_SEQ = 2**62  # no conversation gets there


class SendGroupMessage(Input):
    """What to say; `client_id` makes a retry safe, and becomes the message's id."""

    content = text(LONGEST_CONTENT, required=True)
    client_id = fields.UUID(load_default=None, allow_none=True)


class SendDirectMessage(SendGroupMessage):
    """What to say, and to whom."""

    receiver_id = fields.UUID(required=True)


class SendMessage(Input):
    """The socket's command: one of the three says where to."""

    client_id = fields.UUID(required=True)
    content = text(LONGEST_CONTENT, required=True)
    conversation_id = fields.UUID()
    receiver_id = fields.UUID()
    group_id = fields.UUID()


class Sent(Acknowledged):
    """The place of a message that is durable now."""

    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)
    sent_at = fields.AwareDateTime(required=True)


class Page(Paging):
    """Which part of a history: counted from the newest, or from a place in it."""

    before = fields.Int(load_default=None, validate=validate.Range(1, LARGEST_SEQ))
    after = fields.Int(load_default=None, validate=validate.Range(0, LARGEST_SEQ))
    around = fields.Int(load_default=None, validate=validate.Range(1, LARGEST_SEQ))

    @validates_schema
    def one_anchor(self, given: dict[str, Any], **_: object) -> None:
        """One anchor at most."""
        if sum(given[anchor] is not None for anchor in ("before", "after", "around")) > 1:
            raise ValidationError("Give one of before, after and around.")


class DirectMessage(Output):
    """A message between two people; `seq` is its place, `rev` its version."""

    message_id = fields.UUID(required=True)
    sender_id = fields.UUID(required=True)
    receiver_id = fields.UUID(required=True)
    content = fields.Str(required=True)
    attachments = fields.List(fields.Dict(keys=fields.Str()), required=True)
    is_read = fields.Bool(required=True)
    sent_at = fields.AwareDateTime(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)


class UnreadMessage(DirectMessage):
    """A message I received and did not read, with who sent it."""

    sender_name = fields.Str(required=True)


class GroupMessage(Output):
    """A message in a group; `seq` is its place, `rev` its version."""

    message_id = fields.UUID(required=True)
    group_id = fields.UUID(required=True)
    sender_id = fields.UUID(required=True)
    sender_name = fields.Str(required=True)
    content = fields.Str(required=True)
    attachments = fields.List(fields.Dict(keys=fields.Str()), required=True)
    sent_at = fields.AwareDateTime(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)


class ContactUnread(Output):
    """What is unread of one person."""

    contact_id = fields.UUID(required=True)
    contact_name = fields.Str(required=True)
    unread_count = fields.Int(required=True)
    last_message_at = fields.AwareDateTime(required=True)


class GroupUnread(Output):
    """What is unread in one group."""

    group_id = fields.UUID(required=True)
    group_name = fields.Str(required=True)
    unread_count = fields.Int(required=True)
    last_message_at = fields.AwareDateTime(required=True)


class UnreadSummary(Output):
    """What is unread; `total_unread` counts direct messages only."""

    total_unread = fields.Int(required=True)
    contacts_with_unread = fields.List(fields.Nested(ContactUnread), required=True)
    groups_with_unread = fields.List(fields.Nested(GroupUnread), required=True)
    total_group_unread = fields.Int(required=True)


class MarkRead(Input):
    """Which messages were read."""

    message_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(max=MOST_MARKED)
    )


class Marked(Output):
    """How many messages are read now that were not."""

    message = fields.Str(required=True)
    marked_count = fields.Int(required=True)


class GroupMarked(Output):
    """The group in which all is read."""

    message = fields.Str(required=True)
    group_id = fields.UUID(required=True)


class MarkDelivered(Input):
    """All up to this message has reached this device."""

    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True, strict=True, validate=validate.Range(1, LARGEST_SEQ))


class MarkReadOverSocket(Input):
    """All up to a message of a conversation, or some messages apart."""

    conversation_id = fields.UUID()
    seq = fields.Int(strict=True, validate=validate.Range(1, LARGEST_SEQ))
    message_ids = fields.List(fields.UUID(), validate=validate.Length(1, MOST_MARKED))


class MarkedOverSocket(Acknowledged):
    """How many messages are read now that were not."""

    marked_count = fields.Int(required=True)


class Position(Output):
    """How far the messages have reached a member: to a device, to their eyes, and what beyond."""

    user_id = fields.UUID(required=True)
    delivered_seq = fields.Int(required=True)
    read_seq = fields.Int(required=True)
    message_ids = fields.List(fields.UUID(), required=True)
