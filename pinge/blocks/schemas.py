"""Shapes of blocks on the wire."""

from __future__ import annotations

from marshmallow import fields

from pinge.http.schemas import Output


class Block(Output):
    """Somebody I block, since when; `blocked_id` is their user id."""

    blocked_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    avatar = fields.Str(required=True, allow_none=True)
    blocked_at = fields.AwareDateTime(required=True)
