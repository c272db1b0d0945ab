"""Shapes of what sockets need over HTTP, and of what they say that is no event of a feature."""

from __future__ import annotations

from marshmallow import fields

from pinge.http.schemas import Output


class Ticket(Output):
    """Opens one socket, as `GET /ws?ticket=...`, within `expires_in` seconds."""

    ticket = fields.Str(required=True)
    expires_in = fields.Int(required=True)


class Hello(Output):
    """Who you are here, where what is your own stands, and what you may do."""

    epoch = fields.UUID(required=True)
    user_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True)
    user_rev = fields.Int(required=True)
    heartbeat_seconds = fields.Float(required=True)
    version = fields.Str(required=True)
    limits = fields.Dict(keys=fields.Str(), required=True)


class Acknowledged(Output):
    """It is done, durably; `id` is the command's. What a command answers besides is an heir's."""

    id = fields.Raw()


class Refusal(Output):
    """Why a frame was not obeyed; `id` is the command's."""

    id = fields.Raw()
    error = fields.Str(required=True)
    detail = fields.Str(required=True)
    code = fields.Str(required=True)
    fields_ = fields.Dict(data_key="fields")
    current = fields.Dict(keys=fields.Str())
    retry_after = fields.Float()
