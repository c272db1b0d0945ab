"""Shapes of messages on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import ValidationError, fields, validate, validates_schema

from pinge.conversations.actions import SystemMessage
from pinge.http.schemas import Done, Input, Output, Paging, text
from pinge.realtime.schemas import Acknowledged

LONGEST_CONTENT = 8000  # characters
MOST_FILES = 10  # of a message
LARGEST_SEQ = 2**62  # no conversation gets there


def _is_in_time(moment: datetime) -> None:
    """A moment that can be told in UTC: the first and the last hours of all years cannot."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValidationError("Not a moment that can be looked for.") from None


def _files() -> fields.List[UUID]:
    """The ids of files that go with a message."""
    few = validate.Length(max=MOST_FILES)
    return fields.List(fields.UUID(), load_default=(), validate=[few, _differ])


def _differ(ids: list[UUID]) -> None:
    if len(set(ids)) < len(ids):
        raise ValidationError("Name each file once.")


class SendGroupMessage(Input):
    """What to say, which may be nothing where files say it, and which message there it answers.

    `client_id` makes a retry safe, and becomes the message's id.
    """

    content = text(LONGEST_CONTENT, least=0, required=True)
    client_id = fields.UUID(load_default=None, allow_none=True)
    attachment_ids = _files()
    reply_to = fields.UUID(load_default=None, allow_none=True)


class SendDirectMessage(SendGroupMessage):
    """What to say, and to whom."""

    receiver_id = fields.UUID(required=True)


class SendMessage(Input):
    """The socket's command: one of the three says where to."""

    client_id = fields.UUID(required=True)
    content = text(LONGEST_CONTENT, least=0, required=True)
    attachment_ids = _files()
    reply_to = fields.UUID(allow_none=True)
    conversation_id = fields.UUID()
    receiver_id = fields.UUID()
    group_id = fields.UUID()


class Attachment(Output):
    """A file of a message, as it was when that was sent.

    Width, height in pixels and placeholder, a tiny WebP in base64, are those of a picture.
    """

    attachment_id = fields.UUID(required=True)
    name = fields.Str(required=True)
    content_type = fields.Str(required=True)
    size = fields.Int(required=True)
    width = fields.Int(required=True, allow_none=True)
    height = fields.Int(required=True, allow_none=True)
    placeholder = fields.Str(required=True, allow_none=True)


class Quote(Output):
    """The message that another answers, as it is by now: the beginning of its text, 200 characters
    at most, and how many files it has; nothing of either once it is deleted."""

    message_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    sender_id = fields.UUID(required=True)
    sender_name = fields.Str(required=True)
    content = fields.Str(required=True)
    attachment_count = fields.Int(required=True)
    deleted_at = fields.AwareDateTime(required=True, allow_none=True)


class Forwarded(Output):
    """Who said first what a message repeats, unless they did not want to be named, and when."""

    sender_id = fields.UUID(required=True, allow_none=True)
    sender_name = fields.Str(required=True, allow_none=True)
    sent_at = fields.AwareDateTime(required=True)


class Reaction(Output):
    """How many answered a message with an emoji, and whether I am one of them."""

    emoji = fields.Str(required=True)
    count = fields.Int(required=True)
    me = fields.Bool(required=True)


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

    anchors: ClassVar[tuple[str, ...]] = ("before", "after", "around")

    @validates_schema
    def one_anchor(self, given: dict[str, Any], **_: object) -> None:
        """One anchor at most."""
        if sum(given.get(anchor) is not None for anchor in self.anchors) > 1:
            raise ValidationError(f"Give one of {', '.join(self.anchors)}.")


class Place(Page):
    """Which part of a conversation: its end, or what lies before, after or around a place in it."""

    class Meta(Input.Meta):
        exclude = ("offset",)

    ts = fields.AwareDateTime(load_default=None, validate=_is_in_time)
    anchor = fields.Str(load_default=None, validate=validate.OneOf(["first_unread"]))

    anchors = (*Page.anchors, "ts", "anchor")


class Edit(Input):
    """What a message is to say, and which version of it was changed into this."""

    content = text(LONGEST_CONTENT, least=0, required=True)
    base_rev = fields.Int(required=True, strict=True, validate=validate.Range(1, LARGEST_SEQ))


class EditOverSocket(Edit):
    """The socket's command says which message."""

    message_id = fields.UUID(required=True)


class Deletion(Input):
    """For whom a message is deleted."""

    scope = fields.Str(load_default="everyone", validate=validate.OneOf(["everyone", "me"]))


class DeletionOverSocket(Deletion):
    """The socket's command says which message."""

    message_id = fields.UUID(required=True)


class Edited(Acknowledged):
    """The place and the version of a message that says something else now."""

    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)


class Deleted(Done):
    """Which message is gone."""

    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)


class DeletedOverSocket(Acknowledged):
    """Which message is gone."""

    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)


class Version(Output):
    """What a message said, or says, and since when; the newest says it now."""

    rev = fields.Int(required=True)
    content = fields.Str(required=True)
    written_at = fields.AwareDateTime(required=True)


class Said(Output):
    """What every message has: `seq` is its place, `rev` its version; what is deleted is empty.

    `mentions` are the members it names. Where I may not read what it answers, `reply_to` is null.
    """

    message_id = fields.UUID(required=True)
    sender_id = fields.UUID(required=True)
    content = fields.Str(required=True)
    attachments = fields.List(fields.Nested(Attachment), required=True)
    reply_to = fields.Nested(Quote, required=True, allow_none=True)
    mentions = fields.List(fields.UUID(), required=True)
    forwarded = fields.Nested(Forwarded, required=True, allow_none=True)
    reactions = fields.List(fields.Nested(Reaction), required=True)
    sent_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    deleted_at = fields.AwareDateTime(required=True, allow_none=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)


class Message(Said):
    """A message of a conversation of either kind."""

    conversation_id = fields.UUID(required=True)
    sender_name = fields.Str(required=True)


class DirectMessage(Said):
    """A message between two people; a deleted one counts as read."""

    receiver_id = fields.UUID(required=True)
    is_read = fields.Bool(required=True)
    conversation_id = fields.UUID(required=True)


class UnreadMessage(DirectMessage):
    """A message I received and did not read, with who sent it."""

    sender_name = fields.Str(required=True)


class GroupMessage(Said):
    """A message in a group."""

    group_id = fields.UUID(required=True)
    sender_name = fields.Str(required=True)


class ConversationPage(Output):
    """A page of a conversation, newest first, and how far it is and has been read by me.

    `system_messages` are what happened to a group after these messages and before the next, newest
    first: the latest 100.
    """

    messages = fields.List(fields.Nested(Message), required=True)
    system_messages = fields.List(fields.Nested(SystemMessage), required=True)
    has_before = fields.Bool(required=True)
    has_after = fields.Bool(required=True)
    last_seq = fields.Int(required=True)
    last_rev = fields.Int(required=True)
    read_seq = fields.Int(required=True)
