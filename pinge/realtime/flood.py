"""How much one socket may say."""

from __future__ import annotations

import time

FRAMES_PER_SECOND = 20.0
BURST = 60.0
PATIENCE = 60  # frames over the limit, after the warning, before the socket is closed


class FrameBucket:
    """A token bucket on the monotonic clock."""

    __slots__ = ("_filled_at", "_tokens", "over")

    def __init__(self) -> None:
        self._tokens = BURST
        self._filled_at = time.monotonic()
        self.over = 0  # frames that found it empty since it was last full

    def take(self) -> bool:
        """Whether one more frame is all right."""
        now = time.monotonic()
        self._tokens = min(BURST, self._tokens + (now - self._filled_at) * FRAMES_PER_SECOND)
        self._filled_at = now
        if self._tokens >= BURST:  # it has been quiet: all is forgiven
            self.over = 0
        if self._tokens < 1:
            self.over += 1
            return False
        self._tokens -= 1
        return True
