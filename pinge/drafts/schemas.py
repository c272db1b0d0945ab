"""Shapes of drafts on the wire."""

from __future__ import annotations

from marshmallow import fields

from pinge.http.schemas import Input, Output, text
from pinge.messages.actions import LONGEST_CONTENT


class SaveDraft(Input):
    """What I am about to say, and the message it answers."""

    content = text(LONGEST_CONTENT, least=0, required=True)
    reply_to = fields.UUID(load_default=None, allow_none=True)


class MessageDraft(Output):
    """What I am about to say in one conversation."""

    conversation_id = fields.UUID(required=True)
    content = fields.Str(required=True)
    reply_to = fields.UUID(required=True, allow_none=True)
    updated_at = fields.AwareDateTime(required=True)
