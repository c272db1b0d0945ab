"""What is wrong with a request itself, or with what it asks for."""

from __future__ import annotations

from collections.abc import Mapping

from pinge.errors.base import PingeError


class BadRequest(PingeError):
    """This request makes no sense."""

    code = "bad_request"
    status = 400


class MalformedId(BadRequest):
    """The id in the path is not a UUID."""

    code = "malformed_id"


class WeakPassword(BadRequest):
    """A password needs 8 characters or more: upper and lower case, a digit and a special one."""

    code = "weak_password"


class DeadLink(BadRequest):
    """This link was used, has expired or never was one: ask for a new mail."""

    code = "dead_link"


class DeadJourney(BadRequest):
    """This took too long, or was begun elsewhere: begin anew."""

    code = "dead_journey"


class AlreadyContacts(BadRequest):
    """You are already contacts."""

    code = "already_contacts"


class AlreadyRequested(BadRequest):
    """You have already sent them a contact request."""

    code = "already_requested"


class RequestWaiting(BadRequest):
    """They have already sent you a contact request: answer that one."""

    code = "request_waiting"


class LastAdmin(BadRequest):
    """The last admin cannot go while others remain: make somebody else an admin first."""

    code = "last_admin"


class NotFound(PingeError):
    """There is no such thing."""

    code = "not_found"
    status = 404


class DeadInvite(NotFound):
    """This invitation has expired, was used up or revoked, or never was one."""

    code = "dead_invite"


class OidcOff(NotFound):
    """This server knows no other place to log in at."""

    code = "oidc_off"


class MethodNotAllowed(PingeError):
    """This address does not know that method."""

    code = "method_not_allowed"
    status = 405


class EmailRefused(PingeError):
    """This is not a valid e-mail address."""

    code = "email_refused"
    status = 406


class EmailTaken(EmailRefused):
    """This e-mail address is already registered."""

    code = "email_taken"


class Stalled(PingeError):
    """The request took too long to arrive."""

    code = "request_timeout"
    status = 408


class TooLarge(PingeError):
    """The body is too large."""

    code = "too_large"
    status = 413


class QuotaExceeded(TooLarge):
    """There is no room for this file: delete messages with files first."""

    code = "quota_exceeded"

    def __init__(self, used: int, quota: int) -> None:
        super().__init__()
        self.used, self.quota = used, quota  # bytes

    def body(self) -> dict[str, object]:
        """As everywhere, with how much there is and how much of it is taken."""
        return super().body() | {"used_bytes": self.used, "quota_bytes": self.quota}


class UnsupportedMedia(PingeError):
    """Send this as JSON, with Content-Type: application/json."""

    code = "unsupported_media_type"
    status = 415


class RangeRefused(PingeError):
    """The file has no such part."""

    code = "range_refused"
    status = 416

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size  # bytes

    def headers(self) -> dict[str, str]:
        """How large the file is, as RFC 9110 has it."""
        return {"Content-Range": f"bytes */{self.size}"}


class Invalid(PingeError):
    """The request does not fit."""

    code = "invalid"
    status = 422

    def __init__(
        self, message: str | None = None, fields: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message)
        self.fields = fields or {}

    def body(self) -> dict[str, object]:
        """As everywhere, with what is wrong with each field."""
        return super().body() | {"fields": self.fields}
