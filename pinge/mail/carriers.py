"""The ways a mail leaves: what each must do, and what may become of a mail."""

from __future__ import annotations

from email.message import EmailMessage
from typing import ClassVar, Protocol


class NotSent(Exception):
    """The mail did not go; says why, without an address or a word of the mail."""


class Refused(NotSent):
    """It never will: the server said so."""


class Delayed(NotSent):
    """It may later: the server said so, or said nothing."""


class Away(NotSent):
    """No mail goes: the server is not there, or does not let us in."""


class Carrier(Protocol):
    """Takes mails to where they go, one after the other."""

    gathers: ClassVar[float]  # seconds to wait for more once there is one

    async def carry(self, mail: EmailMessage) -> None:
        """Take one; one of the exceptions above says why it did not go."""
        ...

    async def rest(self) -> None:
        """Nothing is to be taken for now."""
        ...
