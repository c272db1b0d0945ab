"""What all that can go wrong on purpose has in common."""

from __future__ import annotations

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
