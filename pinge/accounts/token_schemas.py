"""Shapes of tokens on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.accounts.schemas import LONGEST_NAME, Proof
from pinge.http.schemas import Output, text
from pinge.http.scopes import Scope


class MakeToken(Proof):
    """What a token is for; without `expires_at` it is good for 90 days, and never over a year.

    With `bot_id` it acts for a bot of mine.
    """

    name = text(LONGEST_NAME, required=True)
    scopes = fields.List(
        fields.Str(validate=validate.OneOf([scope.value for scope in Scope])),
        required=True,
        validate=validate.Length(1, 2 * len(Scope)),
    )
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)
    bot_id = fields.UUID(load_default=None, allow_none=True)


class AccessToken(Output):
    """A token, but not what proves it; `last_used_at` is right to a minute or two."""

    token_id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True, allow_none=True)
    name = fields.Str(required=True)
    scopes = fields.List(fields.Str(), required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)


class MadeToken(AccessToken):
    """A new token, with what to send as Bearer: it is shown here and never again."""

    token = fields.Str(required=True)
