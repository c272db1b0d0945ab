"""Shapes of search on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import Input, Output, trimmed_length

LONGEST_QUERY = 200  # characters
LONGEST_NAME = 320  # characters: an address may have so many
LONGEST_CURSOR = 100  # characters
MOST_HITS, MOST_PEOPLE = 50, 20


class SearchMessages(Input):
    """What to look for, and after which page."""

    q = fields.Str(required=True, validate=trimmed_length(LONGEST_QUERY))
    limit = fields.Int(load_default=25, validate=validate.Range(1, MOST_HITS))
    cursor = fields.Str(load_default=None, validate=validate.Length(1, LONGEST_CURSOR))


class SearchPeople(Input):
    """An e-mail address, or how a name begins."""

    q = fields.Str(required=True, validate=trimmed_length(LONGEST_NAME, least=2))
    limit = fields.Int(load_default=MOST_PEOPLE, validate=validate.Range(1, MOST_PEOPLE))


class Hit(Output):
    """A message that was found; `highlights` are places in `content`, as characters from and to."""

    conversation_id = fields.UUID(required=True)
    kind = fields.Str(required=True, validate=validate.OneOf(("direct", "group", "saved")))
    message_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    rev = fields.Int(required=True)
    sender_id = fields.UUID(required=True)
    sender_name = fields.Str(required=True)
    content = fields.Str(required=True)
    attachments = fields.List(fields.Dict(keys=fields.Str()), required=True)
    reply_to = fields.Dict(keys=fields.Str(), required=True, allow_none=True)
    mentions = fields.List(fields.UUID(), required=True)
    forwarded = fields.Dict(keys=fields.Str(), required=True, allow_none=True)
    reactions = fields.List(fields.Dict(keys=fields.Str()), required=True)
    sent_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(required=True, allow_none=True)
    highlights = fields.List(
        fields.List(fields.Int(), validate=validate.Length(equal=2)), required=True
    )


class Hits(Output):
    """Hits, newest first; while `next_cursor` is not null there may be more, even after none."""

    messages = fields.List(fields.Nested(Hit), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)


class Found(Output):
    """A person; `email` is null unless it is you or a contact."""

    user_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    email = fields.Str(required=True, allow_none=True)
    avatar = fields.Str(required=True, allow_none=True)
    is_bot = fields.Bool(required=True)
    is_contact = fields.Bool(required=True)
