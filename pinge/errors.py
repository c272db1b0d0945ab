"""Everything that can go wrong on purpose.

Actions raise these; HTTP turns them into the one error body, a socket into an `error` event.
"""

from __future__ import annotations

import math
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

    def headers(self) -> dict[str, str]:
        """What the client is told beside it, over HTTP."""
        return {}


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


class Unauthenticated(PingeError):
    """Log in first."""

    code = "unauthenticated"
    status = 401

    def headers(self) -> dict[str, str]:
        """How to."""
        return {"WWW-Authenticate": "Bearer"}


class WrongCredentials(Unauthenticated):
    """Invalid credentials."""

    code = "wrong_credentials"


class WrongCode(WrongCredentials):
    """This code is wrong, or was used already."""

    code = "wrong_code"


class DeadTicket(Unauthenticated):
    """This took too long: begin to log in anew."""

    code = "dead_ticket"


class SecondFactorNeeded(Unauthenticated):
    """Log in with a code of your second factor: send it as `otp`, with this `ticket`."""

    code = "second_factor_needed"

    def __init__(self, ticket: str, expires_in: int) -> None:
        super().__init__()
        self.ticket, self.expires_in = ticket, expires_in  # the latter in seconds

    def body(self) -> dict[str, object]:
        """As everywhere, with what stands for the password in the next call."""
        return super().body() | {"ticket": self.ticket, "expires_in": self.expires_in}


class Forbidden(PingeError):
    """You may not do this."""

    code = "forbidden"
    status = 403


class InactiveAccount(Forbidden):
    """This account is inactive."""

    code = "inactive_account"


class WrongPassword(Forbidden):
    """This is not your password."""

    code = "wrong_password"


class WrongProof(Forbidden):
    """This does not prove that it is you."""

    code = "wrong_proof"


class ProofNeeded(Forbidden):
    """Say your password with this, or prove before that it is you."""

    code = "proof_needed"


class FactorProofNeeded(ProofNeeded):
    """Prove before, by your second factor or a passkey, that it is you."""

    code = "factor_proof_needed"


class ProviderRefused(Forbidden):
    """The login provider does not say who you are."""

    code = "provider_refused"


class NotLinked(Forbidden):
    """Log in as you used to, and link this account from inside."""

    code = "not_linked"


class EmailUnverified(Forbidden):
    """Verify your e-mail address first: open the link in the mail that we sent you."""

    code = "email_unverified"


class NotContacts(Forbidden):
    """You can only write to your contacts."""

    code = "not_contacts"


class NotTaken(Forbidden):
    """They take no messages."""

    code = "not_taken"


class Blocked(Forbidden):
    """You block them: unblock them first."""

    code = "blocked"


class ScopeMissing(Forbidden):
    """No token may do this: log in."""

    code = "scope_missing"

    def __init__(self, scope: str | None) -> None:
        super().__init__(scope and f"This token lacks the scope {scope}.")


class NotMember(Forbidden):
    """You are not a member of this group."""

    code = "not_member"


class NotAdmin(Forbidden):
    """Only an admin of the group may do this."""

    code = "not_admin"


class NotOwner(Forbidden):
    """Only the owner of the group may do this."""

    code = "not_owner"


class WasRemoved(Forbidden):
    """You were removed from this group: somebody in it has to add you."""

    code = "was_removed"


class OnlyAdmins(Forbidden):
    """Only admins write in this group."""

    code = "only_admins"


class NotSender(Forbidden):
    """Only the sender of a message may do this, or an admin of its group may delete it."""

    code = "not_sender"


class StillARequest(Forbidden):
    """This is a message request: accept it or answer before you do this."""

    code = "still_a_request"


class WordsOfOthers(Forbidden):
    """A forwarded message says what somebody else said, and cannot be edited."""

    code = "forwarded"


class TooLate(Forbidden):
    """This message is too old to be changed."""

    code = "too_late"


class OriginRefused(Forbidden):
    """This origin may not open sockets here."""

    code = "origin_refused"


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


class Conflict(PingeError):
    """This id already stands for something else."""

    code = "conflict"
    status = 409


class Stale(Conflict):
    """This message has changed since: merge with what it is now, in `current`."""

    code = "stale"

    def __init__(self, current: Mapping[str, object]) -> None:
        super().__init__()
        self.current = current

    def body(self) -> dict[str, object]:
        """As everywhere, with what was to be changed as it is now."""
        return super().body() | {"current": self.current}


class TooManyReactions(Conflict):
    """This message has 20 kinds of reactions already: choose one of them."""

    code = "too_many_reactions"


class TooManyPins(Conflict):
    """This conversation has 250 pins already: take one off first."""

    code = "too_many_pins"


class WrongOffset(Conflict):
    """The next byte of this upload is another one: go on from `upload_offset`."""

    code = "wrong_offset"

    def __init__(self, upload_offset: int) -> None:
        super().__init__()
        self.upload_offset = upload_offset

    def body(self) -> dict[str, object]:
        """As everywhere, with where to go on."""
        return super().body() | {"upload_offset": self.upload_offset}


class TooManyUploads(Conflict):
    """Finish some uploads first, or delete them."""

    code = "too_many_uploads"


class TooManyBots(Conflict):
    """Delete some bots first."""

    code = "too_many_bots"


class AlreadyLinked(Conflict):
    """One of the two is linked to another already."""

    code = "already_linked"


class OnlyWayIn(Conflict):
    """You have no password: choose one first, as if you had forgotten it."""

    code = "only_way_in"


class TooManyPasskeys(Conflict):
    """Remove some passkeys first."""

    code = "too_many_passkeys"


class TooManyWebhooks(Conflict):
    """Delete some webhooks or subscriptions first."""

    code = "too_many_webhooks"


class TooManyTokens(Conflict):
    """Revoke some tokens first."""

    code = "too_many_tokens"


class TooManyScheduled(Conflict):
    """You have 100 messages for later already: send or cancel some."""

    code = "too_many_scheduled"


class AttachmentUnfinished(Conflict):
    """Not all of these files have arrived whole."""

    code = "attachment_unfinished"


class AttachmentTaken(Conflict):
    """A message has this file already."""

    code = "attachment_taken"


class TooManySubscriptions(Conflict):
    """No more devices are told of messages: unsubscribe one of them, or log it out."""

    code = "too_many_subscriptions"


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


class Retryable(PingeError):
    """Try again later."""

    def __init__(self, message: str | None = None, *, retry_after: float = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds

    def body(self) -> dict[str, object]:
        """As everywhere, with the seconds to wait."""
        return super().body() | {"retry_after": self.retry_after}

    def headers(self) -> dict[str, str]:
        """The whole seconds to wait."""
        return {"Retry-After": str(math.ceil(self.retry_after))}


class TooMany(Retryable):
    """Too many requests: slow down."""

    code = "rate_limited"
    status = 429


class TooSoon(Retryable):
    """This group is in slow mode: wait before you write again."""

    code = "too_soon"
    status = 429


class Unavailable(Retryable):
    """The database cannot be reached right now."""

    code = "unavailable"
    status = 503


class ProviderAway(Retryable):
    """The login provider cannot be reached right now."""

    code = "provider_away"
    status = 503


class MailOff(PingeError):
    """This server sends no mail: ask whoever runs it."""

    code = "mail_off"
    status = 503


class PushOff(PingeError):
    """This server sends no pushes: ask whoever runs it."""

    code = "push_off"
    status = 503
