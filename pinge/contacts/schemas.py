"""Shapes of contacts on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import Input, Output


class SendRequest(Input):
    """Whom to ask."""

    receiver_email = fields.Str(
        required=True,
        validate=[
            validate.Length(max=320),
            validate.Regexp(r"^[^@\s]+@[^@\s]+$", error="Not a valid e-mail address."),
        ],
    )


class RequestSent(Output):
    """The request that now waits for an answer."""

    message = fields.Str(required=True)
    request_id = fields.UUID(required=True)


class ContactRequest(Output):
    """A request that waits for my answer."""

    request_id = fields.UUID(required=True)
    sender_username = fields.Str(required=True)
    sender_email = fields.Str(required=True)
    receiver_username = fields.Str(required=True)
    receiver_email = fields.Str(required=True)
    status = fields.Str(required=True)
    created_at = fields.AwareDateTime(required=True)


class Accepted(Output):
    """The new contact."""

    message = fields.Str(required=True)
    contact_id = fields.UUID(required=True)


class Contact(Output):
    """Somebody I am connected with; `contact_id` is their user id."""

    contact_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    email = fields.Str(required=True)
    gender = fields.Str(required=True)
    country = fields.Str(required=True)
    avatar = fields.Str(required=True, allow_none=True)
    connected_since = fields.AwareDateTime(required=True)
