"""The way of a browser to the provider and back, and what it brings from there.

What is to be known on the way back travels with the browser, in a cookie that is sealed; so does
whoever it brings, in a ticket. Nothing of either is stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from pinge.config import SETTINGS
from pinge.errors import BadRequest, DeadJourney, ProviderRefused
from pinge.http.cors import allows
from pinge.oidc.provider import PROVIDER, Identity
from pinge.sealing import SEAL, NotOpened

JOURNEY_LASTS = 10 * 60  # seconds
TICKET_LASTS = 60  # seconds
LOOPBACK = ("127.0.0.1", "::1")
JOURNEY, TICKET = "a browser on its way to the provider", "a browser on its way back"
# No user, no backslash and no fragment: browsers and Python read those differently.
_PAGE = re.compile(r"(https?://(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?)(?:[/?][^\s\\#]*)?", re.ASCII)


async def begin(app: web.Application, *, challenge: str, return_to: str) -> tuple[str, str]:
    """Where to send the browser, and the cookie to give to it."""
    if not _is_ours(app, return_to):
        raise BadRequest("`return_to` is no page of ours, nor of those that may call us.")
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    page = await app[PROVIDER].login_page(
        state=state, nonce=nonce, code_challenge=_challenge_of(verifier)
    )
    journey = {"state": state, "nonce": nonce, "verifier": verifier}
    journey |= {"challenge": challenge, "return_to": return_to}
    return page, app[SEAL].ticket(JOURNEY, journey, JOURNEY_LASTS)


def journey_in(app: web.Application, cookie: str, state: str) -> dict[str, Any]:
    """What was sealed into the cookie; DeadJourney unless the browser comes back from there."""
    journey = _opened(app, JOURNEY, cookie)
    if not compare_digest(journey["state"].encode(), state.encode()):
        raise DeadJourney
    return journey


async def arrive(
    app: web.Application, journey: dict[str, Any], *, code: str | None, iss: str | None
) -> str:
    """A ticket for whoever logged in there; ProviderRefused where nobody did."""
    if code is None or iss not in (None, app[SETTINGS].oidc_issuer):  # RFC 9207
        raise ProviderRefused
    who = await app[PROVIDER].identity(
        code=code, verifier=journey["verifier"], nonce=journey["nonce"]
    )
    brought = {"challenge": journey["challenge"], "identity": asdict(who)}
    return app[SEAL].ticket(TICKET, brought, TICKET_LASTS)


def redeemed(app: web.Application, *, ticket: str, verifier: str) -> Identity:
    """Whom the ticket stands for; DeadJourney when it is not good, or for another client."""
    brought = _opened(app, TICKET, ticket)
    if not compare_digest(brought["challenge"], _challenge_of(verifier)):
        raise DeadJourney
    return Identity(**brought["identity"])


def _is_ours(app: web.Application, page: str) -> bool:
    settings = app[SETTINGS]
    found = _PAGE.fullmatch(page)
    if found is None:
        return False
    own, its = urlsplit(settings.base_url), urlsplit(found[1])
    if its.hostname in LOOPBACK:  # an app of the very machine that the browser is on (RFC 8252)
        return True
    return found[1] == f"{own.scheme}://{own.netloc}" or allows(settings, found[1])


def _challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def _opened(app: web.Application, place: str, sealed: str) -> dict[str, Any]:
    try:
        return app[SEAL].redeemed(place, sealed)
    except NotOpened:
        raise DeadJourney from None
