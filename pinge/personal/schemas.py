"""Shapes of personal data on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.accounts.actions import LONGEST_PASSWORD
from pinge.http.schemas import Input


class Closing(Input):
    """The password once more: a stolen session must not end an account."""

    password = fields.Str(required=True, validate=validate.Length(max=LONGEST_PASSWORD))
