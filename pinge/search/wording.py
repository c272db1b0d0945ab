"""What people type into a search: words, phrases, and operators like `from:ann`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pinge.errors import Invalid
from pinge.search.folding import folded

HAS = ("attachment", "image", "file", "link")

# Anything else before a colon is text, of an address for example.
_PART = re.compile(
    r"(?P<minus>-)?(?:(?P<operator>from|in|has|before|after|on):)?"
    r'(?:"(?P<phrase>[^"]*)"?|(?P<word>\S*))',
    re.IGNORECASE,
)
_STRAIGHT = str.maketrans("“”„‟«»", '""""""')


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a message must be to be found."""

    fragments: tuple[str, ...] = ()  # folded; all of them in it
    unwanted: tuple[str, ...] = ()  # folded; none of them
    senders: tuple[str, ...] = ()  # as typed; one of them
    places: tuple[str, ...] = ()  # as typed; in one of them
    has: frozenset[str] = frozenset()  # of HAS; all of them
    since: datetime | None = None  # this moment or later
    until: datetime | None = None  # before this moment


def wanted(typed: str) -> Wanted:
    """Read what was typed; Invalid where an operator is not understood, or nothing is asked for."""
    said: dict[str, list[str]] = {}
    for part in _PART.finditer(typed.translate(_STRAIGHT)):
        operator, value = _said(part)
        if operator is not None:
            said.setdefault(operator, []).append(value)
    if not said:
        raise _refused("Say what to look for.")
    since, until = _between(said)
    return Wanted(
        fragments=tuple(dict.fromkeys(said.get("", ()))),
        unwanted=tuple(dict.fromkeys(said.get("-", ()))),
        senders=tuple(said.get("from", ())),
        places=tuple(said.get("in", ())),
        has=frozenset(map(_kind, said.get("has", ()))),
        since=since,
        until=until,
    )


def _said(part: re.Match[str]) -> tuple[str | None, str]:
    """The operator ("" for text, "-" for text that is unwanted), and what it is given."""
    value = part["word"] if part["phrase"] is None else part["phrase"]
    if part["operator"] is None:
        text = folded(value).strip()
        return (part["minus"] or "", text) if text else (None, "")
    operator = part["operator"].lower()
    if part["minus"]:
        raise _refused(f"A minus goes before words, not before {operator}:")
    if not value.strip():
        raise _refused(f"Say something after {operator}:")
    return operator, value.strip()


def _kind(value: str) -> str:
    if value.lower() not in HAS:
        raise _refused(f"has: takes one of {', '.join(HAS)}.")
    return value.lower()


def _between(said: dict[str, list[str]]) -> tuple[datetime | None, datetime | None]:
    """From when on, and until when; of several the narrowest."""
    on = [_span("on", value) for value in said.get("on", ())]
    after = [_span("after", value)[1] for value in said.get("after", ())]
    before = [_span("before", value)[0] for value in said.get("before", ())]
    since = max([start for start, _ in on] + after, default=None)
    until = min([end for _, end in on] + before, default=None)
    return since, until


def _span(operator: str, value: str) -> tuple[datetime, datetime]:
    """The day that is meant, in UTC, or a moment."""
    try:
        if "T" in value.upper() and operator != "on":
            moment = datetime.fromisoformat(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC), moment.astimezone(UTC)
        start = datetime.combine(date.fromisoformat(value), time(), UTC)
        return start, start + timedelta(days=1)
    except (ValueError, OverflowError):
        raise _refused(f"{operator}: takes a date like 2026-01-31.") from None


def _refused(why: str) -> Invalid:
    return Invalid(why, fields={"q": [why]})
