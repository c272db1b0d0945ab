"""Shapes of what is done by mail."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.accounts.schemas import LONGEST_PASSWORD, Proof
from pinge.http.schemas import Input

LONGEST_TOKEN = 100  # characters; ours have 43


class EmailAddress(Input):
    """An address, anybody's or nobody's."""

    email = fields.Str(required=True, validate=validate.Length(min=1, max=320))


class MailLink(Input):
    """What stands in a link after the #."""

    token = fields.Str(required=True, validate=validate.Length(min=1, max=LONGEST_TOKEN))


class NewPassword(MailLink):
    """The password to have from now on."""

    password = fields.Str(required=True, validate=validate.Length(max=LONGEST_PASSWORD))


class NewEmail(EmailAddress, Proof):
    """The address to have from now on, and what proves that it is me."""
