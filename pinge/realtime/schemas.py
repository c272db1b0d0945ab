"""Shapes of what sockets need over HTTP."""

from __future__ import annotations

from marshmallow import fields

from pinge.http.schemas import Output


class Ticket(Output):
    """Opens one socket, as `GET /ws?ticket=...`, within `expires_in` seconds."""

    ticket = fields.Str(required=True)
    expires_in = fields.Int(required=True)
