"""Shapes of what is unread, and of how far messages have reached."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import Input, Output
from pinge.messages.schemas import LARGEST_SEQ
from pinge.realtime.schemas import Acknowledged

MOST_MARKED = 1000  # ids a call, as many as unread messages are listed


class ContactUnread(Output):
    """What is unread of one person."""

    contact_id = fields.UUID(required=True)
    contact_name = fields.Str(required=True)
    unread_count = fields.Int(required=True)
    is_muted = fields.Bool(required=True)
    last_message_at = fields.AwareDateTime(required=True)


class GroupUnread(Output):
    """What is unread in one group; `mention_count` messages of it mention me."""

    group_id = fields.UUID(required=True)
    group_name = fields.Str(required=True)
    unread_count = fields.Int(required=True)
    mention_count = fields.Int(required=True)
    is_muted = fields.Bool(required=True)
    last_message_at = fields.AwareDateTime(required=True)


class UnreadSummary(Output):
    """What is unread; `total_unread` counts direct messages only, `total_muted_unread` what of both
    sums is in conversations I muted, `total_mentions` what of them mentions me."""

    total_unread = fields.Int(required=True)
    contacts_with_unread = fields.List(fields.Nested(ContactUnread), required=True)
    groups_with_unread = fields.List(fields.Nested(GroupUnread), required=True)
    total_group_unread = fields.Int(required=True)
    total_muted_unread = fields.Int(required=True)
    total_mentions = fields.Int(required=True)


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
