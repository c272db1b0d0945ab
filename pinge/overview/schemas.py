"""Shapes of the overview on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import Flag, Input, Output

MOST_CONVERSATIONS = 200  # at once


class OverviewPage(Input):
    """Which part: the latest, or from a cursor on; of all, of archived ones or of the others.

    With `requests`, what strangers wrote first and I have not taken; else the others.
    """

    limit = fields.Int(load_default=50, validate=validate.Range(1, MOST_CONVERSATIONS))
    cursor = fields.Str(load_default=None, validate=validate.Length(max=100))
    archived = Flag(load_default=None)
    requests = Flag(load_default=False)


class Preview(Output):
    """The last message that one has not hidden; `content` is its beginning, empty once deleted."""

    message_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    sender_id = fields.UUID(required=True)
    sender_name = fields.Str(required=True)
    content = fields.Str(required=True)
    sent_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    deleted_at = fields.AwareDateTime(required=True, allow_none=True)
    attachment_count = fields.Int(required=True)
    attachment_name = fields.Str(required=True, allow_none=True)


class ConversationShown(Output):
    """A conversation in a sidebar; `seq` and `rev` are the position to resume from.

    `mention_count` of what is unread mention me; `is_blocked` says that I block the other one.
    """

    conversation_id = fields.UUID(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(("direct", "group", "saved")))
    contact_id = fields.UUID(required=True, allow_none=True)
    is_contact = fields.Bool(required=True)
    title = fields.Str(required=True)
    avatar = fields.Str(required=True, allow_none=True)
    role = fields.Str(required=True)
    member_count = fields.Int(required=True)
    active_at = fields.AwareDateTime(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)
    read_seq = fields.Int(required=True)
    unread_count = fields.Int(required=True)
    mention_count = fields.Int(required=True)
    is_muted = fields.Bool(required=True)
    is_archived = fields.Bool(required=True)
    is_marked_unread = fields.Bool(required=True)
    is_request = fields.Bool(required=True)
    is_blocked = fields.Bool(required=True)
    typing = fields.List(fields.UUID(), required=True)
    last_message = fields.Nested(Preview, required=True, allow_none=True)


class Overview(Output):
    """A page of conversations, and how all of them stand.

    `total_unread` counts direct messages, `request_count` conversations that strangers began.
    """

    epoch = fields.UUID(required=True)
    user_rev = fields.Int(required=True)
    total_unread = fields.Int(required=True)
    total_group_unread = fields.Int(required=True)
    total_muted_unread = fields.Int(required=True)
    total_mentions = fields.Int(required=True)
    request_count = fields.Int(required=True)
    conversations = fields.List(fields.Nested(ConversationShown), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)
