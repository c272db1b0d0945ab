"""Shapes of accounts on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from marshmallow import (
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from pinge.http.schemas import MOST_PER_PAGE, Input, Output, Paging, text

GENDERS = ("Male", "Female", "Others")
LONGEST_PASSWORD = 1024  # characters
LONGEST_CODE = 50  # characters; a recovery code has 19
LONGEST_TICKET = 1000  # characters; ours have some 300
MISSING = "Missing data for required field."
LONGEST_NAME = 100  # characters
LONGEST_ABOUT = 500  # characters
LONGEST_STATUS = 100  # characters
LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # so that it is a year that exists in every zone


class AboutOneself(Input):
    """What registration and a change of the profile have in common."""

    @pre_load
    def take_other_as_others(self, given: Any, **_: object) -> Any:
        """The old web client's word for it."""
        if isinstance(given, dict) and given.get("gender") == "Other":
            return given | {"gender": "Others"}
        return given


class Registration(AboutOneself):
    """A new account."""

    email = fields.Str(required=True, validate=validate.Length(max=320))
    username = text(LONGEST_NAME, required=True)
    password = fields.Str(required=True, validate=validate.Length(max=LONGEST_PASSWORD))
    gender = fields.Str(required=True, validate=validate.OneOf(GENDERS))
    country = text(LONGEST_NAME, required=True)


class Registered(Output):
    """The account that was made."""

    message = fields.Str(required=True)
    user_id = fields.UUID(required=True)


class Login(Input):
    """An OAuth2 password form; `username` is the e-mail address.

    `otp` is a code of the second factor, where there is one: with the password at once, or
    afterwards, with the `ticket` of the answer that asked for it.
    """

    username = fields.Str(validate=validate.Length(min=1, max=320))
    password = fields.Str(validate=validate.Length(min=1, max=LONGEST_PASSWORD))
    grant_type = fields.Str(validate=validate.OneOf(("password", ""), error="Must be password."))
    otp = fields.Str(validate=validate.Length(min=1, max=LONGEST_CODE))
    ticket = fields.Str(validate=validate.Length(min=1, max=LONGEST_TICKET))

    @validates_schema
    def must_be_one_of_two(self, given: dict[str, Any], **_: object) -> None:
        """A password, or a ticket with a code."""
        needed = ("otp",) if "ticket" in given else ("username", "password")
        missing = {name: [MISSING] for name in needed if name not in given}
        if missing:
            raise ValidationError(missing)


class Proof(Input):
    """What proves that it is me: the password, unless I proved it on this session before."""

    password = fields.Str(load_default=None, validate=validate.Length(min=1, max=LONGEST_PASSWORD))


class Reauthenticate(Input):
    """One of what proves that it is me: a `passkey` is what the browser gives for a login."""

    password = fields.Str(validate=validate.Length(min=1, max=LONGEST_PASSWORD))
    otp = fields.Str(validate=validate.Length(min=1, max=LONGEST_CODE))
    passkey = fields.Dict(keys=fields.Str())

    @validates_schema
    def must_be_one(self, given: dict[str, Any], **_: object) -> None:
        """And no more, so that it is clear what was refused."""
        if len(given) != 1:
            raise ValidationError("One of password, otp and passkey.")


class Proven(Output):
    """For how many seconds it holds on this session."""

    message = fields.Str(required=True)
    expires_in = fields.Int(required=True)


class Token(Output):
    """The bare OAuth2 answer."""

    access_token = fields.Str(required=True)
    token_type = fields.Str(required=True)


class User(Output):
    """A person; `email` is null unless it is you or a contact."""

    user_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    email = fields.Str(required=True, allow_none=True)
    gender = fields.Str(required=True)
    avatar = fields.Str(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    is_active = fields.Bool(required=True)
    is_bot = fields.Bool(required=True)


class Profile(User):
    """A person, with what they say of themselves; a status that expired is null."""

    country = fields.Str(required=True)
    about = fields.Str(required=True, allow_none=True)
    status_text = fields.Str(required=True, allow_none=True)
    status_expires_at = fields.AwareDateTime(required=True, allow_none=True)


def _in_future(moment: datetime) -> None:
    if not datetime.now(UTC) < moment < LATEST:
        raise ValidationError(f"Must be in the future, and before {LATEST.year}.")


class ChangeProfile(AboutOneself):
    """What to change; null takes a text away, and a new status has no expiry unless it says so."""

    username = text(LONGEST_NAME)
    gender = fields.Str(validate=validate.OneOf(GENDERS))
    country = text(LONGEST_NAME)
    about = fields.Str(allow_none=True, validate=validate.Length(max=LONGEST_ABOUT))
    status_text = fields.Str(allow_none=True, validate=validate.Length(max=LONGEST_STATUS))
    status_expires_at = fields.AwareDateTime(allow_none=True, validate=_in_future)

    @post_load
    def take_blank_as_none(self, given: dict[str, Any], **_: object) -> dict[str, Any]:
        """And let no status live by the expiry of the one before it."""
        for name in ("about", "status_text"):
            if name in given and not (given[name] or "").strip():
                given[name] = None
        if "status_text" in given and (
            given["status_text"] is None or "status_expires_at" not in given
        ):
            given["status_expires_at"] = None
        return given


class ChangePassword(Input):
    """Another password; the old one says that it is me, unless I proved that before."""

    old_password = fields.Str(load_default=None, validate=validate.Length(max=LONGEST_PASSWORD))
    new_password = fields.Str(required=True, validate=validate.Length(max=LONGEST_PASSWORD))


class Session(Output):
    """A device that is logged in; `last_seen_at` is right to a minute or two."""

    session_id = fields.UUID(required=True)
    device_info = fields.Str(required=True, allow_none=True)
    user_agent = fields.Str(required=True, allow_none=True)
    location = fields.Str(required=True, allow_none=True)
    ip_address = fields.Str(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    is_current = fields.Bool(required=True)


class OthersEnded(Output):
    """How many devices are logged out now."""

    message = fields.Str(required=True)
    ended_count = fields.Int(required=True)


class Directory(Paging):
    """Which users: newest accounts first, those whose name holds `q`."""

    limit = fields.Int(load_default=MOST_PER_PAGE, validate=validate.Range(1, MOST_PER_PAGE))
    q = fields.Str(load_default="", validate=validate.Length(max=LONGEST_NAME))
