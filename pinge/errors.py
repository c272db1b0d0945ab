"""Everything that can go wrong on purpose.

Actions raise these; HTTP turns them into the one error body, a socket into an `error` event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class PingeError(Exception):
    """Something broke on our side."""

    # The docstring of each class is its default message.
    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "")
        super().__init__(self.message)

    def body(self) -> dict[str, object]:
        """What the client is told; `detail` repeats `error` for clients of the original Pinge."""
        return {"error": self.message, "detail": self.message, "code": self.code}


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


class Unauthenticated(PingeError):
    """Log in first."""

    code = "unauthenticated"
    status = 401


class WrongCredentials(Unauthenticated):
    """Invalid credentials."""

    code = "wrong_credentials"


class Forbidden(PingeError):
    """You may not do this."""

    code = "forbidden"
    status = 403


class InactiveAccount(Forbidden):
    """This account is inactive."""

    code = "inactive_account"


class EmailUnverified(Forbidden):
    """Verify your e-mail address first: open the link in the mail that we sent you."""

    code = "email_unverified"


class NotContacts(Forbidden):
    """You can only write to your contacts."""

    code = "not_contacts"


class NotTaken(Forbidden):
    """They take no messages."""

    code = "not_taken"


class NotMember(Forbidden):
    """You are not a member of this group."""

    code = "not_member"


class NotAdmin(Forbidden):
    """Only an admin of the group may do this."""

    code = "not_admin"


class OriginRefused(Forbidden):
    """This origin may not open sockets here."""

    code = "origin_refused"


class NotFound(PingeError):
    """There is no such thing."""

    code = "not_found"
    status = 404


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


class Conflict(PingeError):
    """This id already stands for something else."""

    code = "conflict"
    status = 409


class TooLarge(PingeError):
    """The body is too large."""

    code = "too_large"
    status = 413


class UnsupportedMedia(PingeError):
    """Send this as JSON, with Content-Type: application/json."""

    code = "unsupported_media_type"
    status = 415


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


class Retryable(PingeError):
    """Try again later."""

    def __init__(self, message: str | None = None, *, retry_after: float = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds

    def body(self) -> dict[str, object]:
        """As everywhere, with the seconds to wait."""
        return super().body() | {"retry_after": self.retry_after}


class TooMany(Retryable):
    """Too many requests: slow down."""

    code = "rate_limited"
    status = 429


class Unavailable(Retryable):
    """The database cannot be reached right now."""

    code = "unavailable"
    status = 503


class MailOff(PingeError):
    """This server sends no mail: ask whoever runs it."""

    code = "mail_off"
    status = 503
