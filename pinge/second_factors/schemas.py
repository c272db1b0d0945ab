"""Shapes of second factors on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import Input, Output

DIGITS = 6  # of a code


class ConfirmSecret(Input):
    """A code that the app made of the new secret."""

    otp = fields.Str(required=True, validate=validate.Length(min=DIGITS, max=2 * DIGITS))


class SecondFactor(Output):
    """Whether logins take a code, since when, and how many recovery codes are left."""

    is_on = fields.Bool(required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    recovery_codes_left = fields.Int(required=True)


class OfferedSecret(Output):
    """What to give to the app, as text and as an otpauth:// address; good for some minutes."""

    secret = fields.Str(required=True)
    uri = fields.Str(required=True)
    expires_in = fields.Int(required=True)


class RecoveryCodes(Output):
    """To be kept where the device is not; they are shown this once."""

    message = fields.Str(required=True)
    recovery_codes = fields.List(fields.Str(), required=True)
