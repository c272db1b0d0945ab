"""Sessions: tokens, what they stand for, and how fast that ends."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import jwt
from aiohttp import web
from cachetools import LRUCache, TTLCache

from pinge.config import SETTINGS
from pinge.database.gathering import Gathered
from pinge.database.pool import POOL
from pinge.database.queries import Queries
from pinge.errors import Unauthenticated
from pinge.http import credentials
from pinge.http.background import repeated
from pinge.http.caller import AUTHENTICATOR, Caller
from pinge.keys import signing_key
from pinge.realtime.bus import BUS, SessionEnded
from pinge.realtime.hub import HUB

SQL = Queries("accounts")

ALGORITHM = "HS256"
CLAIMS = ["exp", "iat", "sub", "sid"]
LEEWAY = 5  # seconds another node's clock may be ahead
TRUSTED_FOR = 1.0  # seconds a session row is believed before it is read again
WATCHED_EVERY = 0.5  # seconds between looks at the sessions that have sockets here
KNOWN_AT_ONCE = 100_000
LONGEST_TOKEN = 4096  # characters
PERSONAL = "pat"  # what tokens that no login made are called, as elsewhere


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    read_at: float
    expires_at: float


class Sessions:
    """Who tokens belong to: the row is the truth, remembered for a few seconds."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._key = signing_key(app[SETTINGS])
        self._rows: Gathered[UUID, asyncpg.Record] = Gathered(self._live)
        self._tokens: Gathered[bytes, UUID] = Gathered(self._sessions_by_digest)
        self._known: LRUCache[str, _Known] = LRUCache(KNOWN_AT_ONCE)
        self._seen: set[UUID] = set()
        # Sessions that ended a moment ago, kept until every remembered row of them is too old.
        self._ended: TTLCache[UUID, bool] = TTLCache(KNOWN_AT_ONCE, ttl=2 * TRUSTED_FOR)
        # When profiles changed here, kept as long: what was read of them before is not used again.
        self._renewed: TTLCache[UUID, float] = TTLCache(KNOWN_AT_ONCE, ttl=2 * TRUSTED_FOR)
        app[BUS].subscribe(SessionEnded, self._forget)

    def token(self, user: asyncpg.Record, session_id: UUID, expires_at: datetime) -> str:
        """The signed token of a session."""
        claims = {
            "sub": str(user["user_id"]),
            "username": user["username"],
            "email": user["email"],
            "sid": str(session_id),
            "iat": datetime.now(UTC),
            "exp": expires_at,
        }
        return jwt.encode(claims, self._key, ALGORITHM)

    def lifetime(self) -> timedelta:
        """How long a login lasts."""
        return timedelta(days=self._app[SETTINGS].token_days)

    async def authenticate(self, token: str, *, afresh: bool = False) -> Caller:
        """Whose token this is; Unauthenticated when it is forged, expired or logged out."""
        known = self._known.get(token)
        if known is None or afresh or self._is_old(known):
            known = await self._read(token, known)
        if known.expires_at < time.time() or known.caller.session_id in self._ended:
            raise Unauthenticated("Session expired or invalid. Please log in again.")
        return known.caller

    async def caller_of(self, session_id: UUID) -> Caller:
        """Whose session this is; Unauthenticated when it is over."""
        row = await self._rows.get(session_id)
        if row is None or session_id in self._ended:
            raise Unauthenticated("Session expired or invalid. Please log in again.")
        scopes = None if row["scopes"] is None else frozenset(row["scopes"])
        named = (row["username"], row["email"], row["profile_rev"])
        return Caller(row["user_id"], session_id, *named, scopes=scopes)

    def renew(self, user_id: UUID, profile: asyncpg.Record, rev: int) -> None:
        """Call somebody by their new name and address here; other processes look for themselves."""
        self._renewed[user_id] = time.monotonic()
        name, email = profile["username"], profile["email"]
        for socket in self._app[HUB].of(user_id):
            if socket.caller.profile_rev < rev:
                socket.caller = replace(socket.caller, username=name, email=email, profile_rev=rev)

    def has_ended(self, session_id: UUID) -> bool:
        """Whether the session ended within the last seconds, as far as this process heard."""
        return session_id in self._ended

    def take_seen(self) -> set[UUID]:
        """The sessions that have called since this was asked last."""
        taken, self._seen = self._seen, set()
        return taken

    def _is_old(self, known: _Known) -> bool:
        if time.monotonic() - known.read_at > TRUSTED_FOR:
            return True
        return known.read_at <= self._renewed.get(known.caller.user_id, 0.0)

    async def _read(self, token: str, known: _Known | None) -> _Known:
        if known is None:
            session_id, expires_at = await self._claims(token)
        else:
            session_id, expires_at = known.caller.session_id, known.expires_at
        read_at = time.monotonic()  # before the row is read: it is no younger than this
        known = _Known(await self.caller_of(session_id), read_at, expires_at)
        self._seen.add(session_id)
        self._known[token] = known
        return known

    async def _live(self, session_ids: list[UUID]) -> dict[UUID, asyncpg.Record]:
        rows = await SQL.live_sessions.rows(self._app[POOL], session_ids=session_ids)
        return {row["session_id"]: row for row in rows}

    async def _sessions_by_digest(self, digests: list[bytes]) -> dict[bytes, UUID]:
        rows = await SQL.tokens_by_digest.rows(self._app[POOL], digests=digests)
        return {row["digest"]: row["session_id"] for row in rows}

    async def _claims(self, token: str) -> tuple[UUID, float]:
        """Which session it is, and until when as far as the token itself says."""
        if not credentials.is_one(PERSONAL, token):
            return self._signed_claims(token)
        session_id = await self._tokens.get(credentials.digest(token))
        if session_id is None:
            raise Unauthenticated("Could not validate credentials.")
        return session_id, math.inf

    def _signed_claims(self, token: str) -> tuple[UUID, float]:
        try:
            if len(token) > LONGEST_TOKEN or not token.isascii():
                raise ValueError("this is no token of ours")
            claims = jwt.decode(
                token, self._key, [ALGORITHM], leeway=LEEWAY, options={"require": CLAIMS}
            )
            return UUID(claims["sid"]), float(claims["exp"])
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
            raise Unauthenticated("Could not validate credentials.") from None

    def _forget(self, ended: SessionEnded) -> None:
        self._ended[ended.session_id] = True


SESSIONS = web.AppKey("SESSIONS", Sessions)


async def sessions(app: web.Application) -> AsyncIterator[None]:
    """Know sessions, and watch those that have sockets."""
    app[SESSIONS] = app[AUTHENTICATOR] = Sessions(app)
    async for _ in repeated(app, look_after_sockets, every=WATCHED_EVERY):
        yield


async def look_after_sockets(app: web.Application) -> None:
    """End what has sockets here and ended without a word reaching us, and learn new names."""
    connected = {socket.caller.session_id: socket.caller for socket in app[HUB]}
    if not connected:
        return
    rows = await SQL.sessions_moved.rows(
        app[POOL],
        session_ids=list(connected),
        profile_revs=[caller.profile_rev for caller in connected.values()],
    )
    for row in rows:
        caller = connected[row["session_id"]]
        if row["user_id"] is not None:
            app[SESSIONS].renew(row["user_id"], row, row["profile_rev"])
        else:
            app[BUS].publish(SessionEnded(caller.session_id, caller.user_id), caller.user_id)
