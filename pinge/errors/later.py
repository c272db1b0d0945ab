"""What may go well another time, or on another server."""

from __future__ import annotations

import math

from pinge.errors.base import PingeError


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
