"""Shapes of logging in by an account elsewhere, on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.accounts.actions import Proof
from pinge.http.schemas import Input, Output

LONGEST_URL = 500  # characters, of which each may be twelve in the address that holds it
LONGEST_TICKET = 8000
# RFC 7636: base64url of a SHA-256, and what it is of.
CHALLENGE = r"^[A-Za-z0-9_-]{43}$"
VERIFIER = r"^[A-Za-z0-9_.~-]{43,128}$"


class StartJourney(Input):
    """The `challenge` is of a verifier that the client keeps; `return_to` is its page."""

    challenge = fields.Str(required=True, validate=validate.Regexp(CHALLENGE))
    return_to = fields.Str(required=True, validate=validate.Length(max=LONGEST_URL))


class EndJourney(Input):
    """What the provider has to say."""

    state = fields.Str(load_default="")
    code = fields.Str(load_default=None)
    iss = fields.Str(load_default=None)


class RedeemTicket(Input):
    """The ticket that was brought back, and what the challenge was of."""

    ticket = fields.Str(required=True, validate=validate.Length(min=1, max=LONGEST_TICKET))
    verifier = fields.Str(required=True, validate=validate.Regexp(VERIFIER))


class LinkElsewhere(RedeemTicket, Proof):
    """The same, and what proves that it is me."""


class Identity(Output):
    """Who I am elsewhere, in the words of the provider; nulls where I am nobody."""

    issuer = fields.Str(required=True, allow_none=True)
    email = fields.Str(required=True, allow_none=True)
    linked_at = fields.AwareDateTime(required=True, allow_none=True)
