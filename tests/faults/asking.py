"""One call of the API by a client that knows what an answer, or none, means."""

from __future__ import annotations

from typing import Any, NamedTuple

from aiohttp import ClientError, ClientTimeout

from tests.faults.cast import PASSWORD
from tests.faults.stage import Stage

PATIENCE = ClientTimeout(total=8)
# 401: a node whose clock is wrong does not know a login that is good; it comes to its senses.
UNSURE = frozenset({401, 408, 425, 429, 502, 503, 504})
UNSURE_CODES = frozenset({"unavailable", "rate_limited", "request_timeout"})
BROKEN = 500


class Outcome(NamedTuple):
    """`type` is ok, fail for a refusal, info when nobody knows what became of it."""

    type: str
    data: Any = None
    status: int | None = None


async def ask(
    stage: Stage, method: str, path: str, token: str, *, door: str | None = None, **body: Any
) -> Outcome:
    """Call any node, or the one behind this door."""
    url = (door or stage.any_door()) + path
    headers = {"Authorization": f"Bearer {token}"}
    try:
        async with stage.client.request(
            method, url, headers=headers, timeout=PATIENCE, **body
        ) as answer:
            said = await answer.json(content_type=None)
            if answer.status < 300:
                return Outcome("ok", said["data"], answer.status)
            return Outcome(_meaning(answer.status), said, answer.status)
    except (ClientError, OSError, TimeoutError, ValueError):
        return Outcome("info")


async def login(stage: Stage, email: str) -> str | None:
    """A new session's token; None if that did not work now."""
    form = {"username": email, "password": PASSWORD}
    url = stage.any_door() + "/authentication/login"
    try:
        async with stage.client.post(url, data=form, timeout=PATIENCE) as answer:
            said = await answer.json(content_type=None)
            return said["access_token"] if answer.status == 200 else None
    except (ClientError, OSError, TimeoutError, ValueError):
        return None


def reply(frame: dict[str, Any]) -> Outcome:
    """What the answer to a command means."""
    if frame["event"] == "ack":
        return Outcome("ok", frame["data"])
    code = frame["data"].get("code")
    if code == "internal_error":
        return Outcome("info", frame["data"], BROKEN)
    return Outcome("info" if code in UNSURE_CODES else "fail", frame["data"])


def _meaning(status: int) -> str:
    return "info" if status in UNSURE or status >= BROKEN else "fail"
