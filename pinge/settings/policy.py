"""What follows from a setting: one table for what others may do and see, one rule for notifying.

Pure functions. Where a statement of SQL has to judge, it calls `allows` or `share_receipts` of
migrations/0025, and a test holds those against this table, through the front door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from pinge.settings.choices import (
    DAYS,
    ConversationSettings,
    DoNotDisturb,
    Level,
    UserSettings,
)


class Relation(StrEnum):
    """What somebody is to the owner of a setting; the first that holds."""

    ONESELF = "oneself"
    CONTACT = "contact"
    SHARED = "shared"  # no contact, but in a group with them
    STRANGER = "stranger"


class Act(StrEnum):
    """What others may do, named as the setting of its owner that decides it."""

    WRITE = "who_may_write"
    ADD = "who_may_add"
    LAST_SEEN = "who_sees_last_seen"
    RECEIPTS = "sends_receipts"
    TYPING = "shows_typing"
    FIND = "findable"


_ME, _CONTACT, _SHARED, _STRANGER = Relation
_NEAR = frozenset({_ME, _CONTACT, _SHARED})
_ALL = frozenset(Relation)
_MINE = frozenset({_ME})
_CONTACTS = frozenset({_ME, _CONTACT})
_OTHERS = _ALL - _MINE  # nobody writes to themselves

# Who may, for each act and each value of its setting.
TABLE: Mapping[Act, Mapping[str | bool, frozenset[Relation]]] = {
    Act.WRITE: {"everyone": _OTHERS, "contacts": _CONTACTS - _MINE, "nobody": frozenset()},
    Act.ADD: {"everyone": _ALL, "contacts": _CONTACTS, "nobody": _MINE},
    Act.LAST_SEEN: {"everyone": _NEAR, "contacts": _CONTACTS, "nobody": _MINE},
    Act.RECEIPTS: {True: _NEAR, False: _MINE},
    Act.TYPING: {True: _NEAR, False: _MINE},
    Act.FIND: {True: _ALL, False: _CONTACTS},
}

# What one sees of others only as far as one lets them see it.
RECIPROCAL = frozenset({Act.LAST_SEEN, Act.RECEIPTS, Act.TYPING})


def may(act: Act, owner: UserSettings, other: UserSettings, relation: Relation) -> bool:
    """Whether the other, who is this to the owner, may do it to them, or see it of them."""
    allowed = relation in TABLE[act][getattr(owner, act)]
    if act in RECIPROCAL:
        return allowed and relation in TABLE[act][getattr(other, act)]
    return allowed


class Reason(StrEnum):
    """Why somebody is notified of a message, or is not."""

    MUTED = "muted"  # the conversation, for a while
    NOTHING_WANTED = "nothing_wanted"  # the level is none
    NOT_MENTIONED = "not_mentioned"  # the level is mentions, and this is none
    SNOOZED = "snoozed"  # everything, for a while
    DO_NOT_DISTURB = "do_not_disturb"  # by the schedule
    MENTIONED = "mentioned"
    WANTED = "wanted"  # the level is all


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to notify, why, and whether the text may be shown in it."""

    notifies: bool
    reason: Reason
    shows_preview: bool


def should_notify(
    settings: UserSettings,
    conversation: ConversationSettings,
    now: datetime,
    *,
    is_mention: bool,
    is_direct: bool,
) -> Decision:
    """Whether a message is worth a notification to its receiver now.

    What silences goes first, the nearest of it before all else; a mention breaks through a level
    of `mentions`, and through nothing else.
    """
    reason = _silenced(settings, conversation, now, is_mention=is_mention, is_direct=is_direct)
    if reason is not None:
        return Decision(False, reason, shows_preview=False)
    reason = Reason.MENTIONED if is_mention else Reason.WANTED
    return Decision(True, reason, shows_preview=settings.shows_previews)


def _silenced(
    settings: UserSettings,
    conversation: ConversationSettings,
    now: datetime,
    *,
    is_mention: bool,
    is_direct: bool,
) -> Reason | None:
    if _is_before(now, conversation.muted_until):
        return Reason.MUTED
    level = level_of(settings, conversation, is_direct=is_direct)
    if level == "none":
        return Reason.NOTHING_WANTED
    if level == "mentions" and not is_mention:
        return Reason.NOT_MENTIONED
    if _is_before(now, settings.snoozed_until):
        return Reason.SNOOZED
    if settings.do_not_disturb is not None and is_quiet(settings.do_not_disturb, now):
        return Reason.DO_NOT_DISTURB
    return None


def level_of(
    settings: UserSettings, conversation: ConversationSettings, *, is_direct: bool
) -> Level:
    """What is worth a notification in a conversation: its own level, or the default of its kind."""
    if conversation.notifications is not None:
        return conversation.notifications
    return settings.direct_notifications if is_direct else settings.group_notifications


def is_quiet(schedule: DoNotDisturb, now: datetime) -> bool:
    """Whether the schedule covers this moment; `until` not later than `from` is the next day's."""
    here = now.astimezone(ZoneInfo(schedule["time_zone"]))
    clock = here.time().replace(tzinfo=None)
    began, ends = time.fromisoformat(schedule["from"]), time.fromisoformat(schedule["until"])
    today = DAYS[here.weekday()] in schedule["days"]
    yesterday = DAYS[here.weekday() - 1] in schedule["days"]
    if began < ends:
        return today and began <= clock < ends
    return (today and clock >= began) or (yesterday and clock < ends)


def _is_before(now: datetime, until: datetime | None) -> bool:
    return until is not None and now.astimezone(UTC) < until
