"""Whether somebody is told of a message: the one place that judges it, for pushes and `explain`.

Pure functions of what `facts.py` reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from pinge.settings.actions import ConversationSettings, Reason, UserSettings, should_notify

TOLD_WITHIN = timedelta(minutes=15)  # of a message; afterwards it is no news
AT_IT_FOR = timedelta(seconds=60)  # after the last sign of somebody they count as there


class Obstacle(StrEnum):
    """Why somebody is not told, whatever they have set for notifications."""

    OWN = "own"
    NOT_MEMBER = "not_member"  # any more
    DELETED = "deleted"
    HIDDEN = "hidden"  # from oneself
    REQUEST = "request"  # of a stranger, that waits to be accepted
    BLOCKED = "blocked"  # its sender
    READ = "read"
    LATE = "late"  # older than TOLD_WITHIN, or than the subscription
    ACTIVE = "active"  # at a device, which has it before them
    NO_DEVICE = "no_device"  # with a subscription


class Failure(StrEnum):
    """Why a device was not told that was to be."""

    GONE = "gone"  # the push service knows the subscription no more
    REFUSED = "refused"  # by the push service
    UNREACHED = "unreached"  # after several tries


REASONS = [*Reason, *Obstacle, *Failure]


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is in a conversation, and what they have set."""

    user_id: UUID
    is_direct: bool
    is_member: bool
    is_request: bool
    name: str | None  # of a group
    unread_count: int
    active_at: datetime | None  # when they were last at a device that has a socket
    conversation: ConversationSettings
    settings: UserSettings


@dataclass(frozen=True, slots=True)
class Message:
    """A message, and what speaks against telling somebody of it."""

    message_id: UUID
    seq: int
    sender_id: UUID
    sender_name: str
    content: str  # the beginning of it
    attachment_count: int
    sent_at: datetime
    is_mention: bool
    is_deleted: bool
    is_hidden: bool
    is_blocked: bool
    is_read: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody is told, and why; with `again_at` it is too early to say."""

    notifies: bool
    reason: str
    shows_preview: bool = False
    again_at: datetime | None = None


def choose(
    standing: Standing | None, messages: Iterable[Message], now: datetime, *, since: datetime
) -> tuple[Message | None, Verdict]:
    """Of these, newest first, the newest to tell of, or else the newest; and why, or why not."""
    judged: list[tuple[Message | None, Verdict]] = []
    if standing is not None:
        judged += [(message, judge(standing, message, now, since=since)) for message in messages]
    worth = (each for each in judged if each[1].notifies or each[1].again_at is not None)
    return next(worth, judged[0] if judged else (None, Verdict(False, Obstacle.NOT_MEMBER)))


def judge(
    standing: Standing, message: Message, now: datetime, *, since: datetime | None = None
) -> Verdict:
    """Whether they are told of this message now, on a device subscribed since then."""
    obstacle = _obstacle(standing, message)
    if obstacle is not None:
        return Verdict(False, obstacle)
    if message.sent_at < now - TOLD_WITHIN or (since is not None and message.sent_at < since):
        return Verdict(False, Obstacle.LATE)
    decision = should_notify(
        standing.settings,
        standing.conversation,
        now,
        is_mention=message.is_mention,
        is_direct=standing.is_direct,
    )
    if decision.notifies and standing.active_at is not None:
        # A sign of them after the message proves more than that they are there: its device heard
        # of the message first. Without one the connection may be dead, so they are waited for.
        if standing.active_at >= message.sent_at:
            return Verdict(False, Obstacle.ACTIVE)
        if now < standing.active_at + AT_IT_FOR:
            return Verdict(False, Obstacle.ACTIVE, again_at=standing.active_at + AT_IT_FOR)
    return Verdict(decision.notifies, decision.reason, decision.shows_preview)


def _obstacle(standing: Standing, message: Message) -> Obstacle | None:
    """The first of what silences a message before any wish is asked."""
    holds = {
        Obstacle.OWN: message.sender_id == standing.user_id,
        Obstacle.NOT_MEMBER: not standing.is_member,
        Obstacle.DELETED: message.is_deleted,
        Obstacle.HIDDEN: message.is_hidden,
        Obstacle.REQUEST: standing.is_request,
        Obstacle.BLOCKED: message.is_blocked,
        Obstacle.READ: message.is_read,
    }
    return next((obstacle for obstacle, is_so in holds.items() if is_so), None)
