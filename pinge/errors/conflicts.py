"""What is asked for does not go together with what is there."""

from __future__ import annotations

from collections.abc import Mapping

from pinge.errors.base import PingeError


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
