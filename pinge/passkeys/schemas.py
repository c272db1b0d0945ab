"""Shapes of passkeys on the wire."""

from __future__ import annotations

from marshmallow import fields

from pinge.http.schemas import Input, Output, text

LONGEST_LABEL = 100  # characters


class PasskeyOptions(Output):
    """For `navigator.credentials`, as its JSON helpers read and write it (WebAuthn Level 3)."""

    public_key = fields.Dict(keys=fields.Str(), required=True)


class NamePasskey(Input):
    """What I call it."""

    label = text(LONGEST_LABEL, required=True)


class AddPasskey(NamePasskey):
    """What the browser made of the options, and what I call it."""

    credential = fields.Dict(keys=fields.Str(), required=True)


class UsePasskey(Input):
    """What the browser made of the options."""

    credential = fields.Dict(keys=fields.Str(), required=True)


class Passkey(Output):
    """A passkey of mine; `is_synced` if it is on more devices than one."""

    passkey_id = fields.UUID(required=True)
    label = fields.Str(required=True)
    is_synced = fields.Bool(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)
