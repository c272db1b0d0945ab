"""Shapes of reactions on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from pinge.http.schemas import MOST_PER_PAGE, Done, Input, Output, Switch
from pinge.reactions.emojis import LONGEST, spelt
from pinge.realtime.schemas import Acknowledged


class Emoji(fields.Str):
    """One emoji, spelt in full."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        emoji = spelt(super()._deserialize(value, attr, data, **kwargs))
        if emoji is None:
            raise ValidationError("Not an emoji.")
        return emoji


class React(Input):
    """The socket's command: which emoji on which message, and whether it is to be there."""

    message_id = fields.UUID(required=True)
    emoji = Emoji(required=True)
    is_on = Switch(required=True)


class _Reaction(Output):
    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    emoji = fields.Str(required=True)
    is_on = fields.Bool(required=True)
    count = fields.Int(required=True)


class Reacted(Done, _Reaction):
    """Whether the emoji is there of me now, and of how many it is."""


class ReactedOverSocket(Acknowledged, _Reaction):
    """Whether the emoji is there of me now, and of how many it is."""


class ReactionsPage(Input):
    """Which part: the latest, or from the cursor of the page before on; of one emoji, or of all."""

    emoji = Emoji(load_default=None, validate=validate.Length(max=LONGEST))
    limit = fields.Int(load_default=50, validate=validate.Range(1, MOST_PER_PAGE))
    cursor = fields.Str(load_default=None, validate=validate.Length(max=100))


class ReactionOfSomebody(Output):
    """An emoji that somebody put on a message."""

    emoji = fields.Str(required=True)
    user_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    avatar = fields.Str(required=True, allow_none=True)
    reacted_at = fields.AwareDateTime(required=True)


class Reactions(Output):
    """Who put which emojis on a message, the latest first."""

    reactions = fields.List(fields.Nested(ReactionOfSomebody), required=True)
    next_cursor = fields.Str(required=True, allow_none=True)
