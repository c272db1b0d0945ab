"""Giving one push to the push service of a browser (RFC 8030), and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from hashlib import sha256

from aiohttp import hdrs, web
from yarl import URL

from pinge.config import SETTINGS
from pinge.errors import BadRequest
from pinge.http.outbound import OUTBOUND, Unreached
from pinge.notifications.browser import VERSION, Browser
from pinge.notifications.meters import PUSHES
from pinge.notifications.vapid import Vapid, encoded

TAKEN = (200, 201, 202, 204)
GONE = (404, 410)
TOO_LARGE = 413
BUSY = (408, 425, 429)
LONGEST_TOPIC = 24  # bytes: 32 characters, as many as there may be


class Outcome(StrEnum):
    """What a push service made of it."""

    TAKEN = "taken"
    GONE = "gone"  # it never takes any for this browser again
    LATER = "later"  # it may take it then
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one push; no status where no answer came."""

    outcome: Outcome
    status: int | None = None
    retry_after: float = 0.0  # seconds


@dataclass(frozen=True, slots=True)
class Push:
    """What goes to a browser, JSON that it alone can read, and how."""

    body: bytes
    spare: bytes | None  # a shorter one, where that is too large
    seconds: int  # that a push service may keep it for a browser that is away
    topic: str  # what comes later under the same one takes its place
    is_urgent: bool  # worth waking a device that saves power


VAPID = web.AppKey("VAPID", Vapid)


def endpoint(app: web.Application, given: str) -> URL:
    """The endpoint, if pushes are sent to its host; BadRequest if not."""
    where = app[OUTBOUND].checked(given)
    if not any(_covers(pattern, where.host or "") for pattern in app[SETTINGS].push_hosts):
        raise BadRequest("Pushes are not sent to this host: ask whoever runs this server.")
    return where


async def push(app: web.Application, browser: Browser, what: Push) -> Answer:
    """Send it; whatever goes wrong is an answer."""
    answer = await _sent(app, browser, what, what.body)
    if answer.status == TOO_LARGE and what.spare is not None:
        answer = await _sent(app, browser, what, what.spare)
    PUSHES.labels(answer.outcome).inc()
    return answer


def topic(*parts: object) -> str:
    """One name for all that says the same thing to the same browser, and tells nobody which."""
    return encoded(sha256(" ".join(map(str, parts)).encode()).digest()[:LONGEST_TOPIC])


async def _sent(app: web.Application, browser: Browser, what: Push, body: bytes) -> Answer:
    try:
        where = endpoint(app, browser.endpoint)
        headers = {
            hdrs.AUTHORIZATION: app[VAPID].authorization(where),
            hdrs.CONTENT_ENCODING: VERSION,
            hdrs.CONTENT_TYPE: "application/octet-stream",
            "TTL": str(what.seconds),
            "Topic": what.topic,
            "Urgency": "high" if what.is_urgent else "normal",
        }
        reply = await app[OUTBOUND].post(str(where), browser.encrypted(body), headers)
    except BadRequest:  # whoever runs this server sends nothing there any more
        return Answer(Outcome.REFUSED)
    except Unreached:
        return Answer(Outcome.LATER)
    return _understood(reply.status, reply.headers)


def _understood(status: int, headers: Mapping[str, str]) -> Answer:
    if status in TAKEN:
        return Answer(Outcome.TAKEN, status)
    if status in GONE:
        return Answer(Outcome.GONE, status)
    if status in BUSY or status >= 500:
        return Answer(Outcome.LATER, status, _seconds(headers.get(hdrs.RETRY_AFTER, "")))
    return Answer(Outcome.REFUSED, status)


def _seconds(retry_after: str) -> float:
    """Of a Retry-After, which says a number of seconds or when; 0 where it says neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max((until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds(), 0.0)


def _covers(pattern: str, host: str) -> bool:
    """Whether an entry of PINGE_PUSH_HOSTS is this host: by name, `*.` for all below, or `*`."""
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern in ("*", host)
