"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from aiohttp import hdrs, web

from pinge.errors import ScopeMissing, Unauthenticated
from pinge.http.scopes import Scope


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a request or a socket, and the session they are logged in with."""

    user_id: UUID
    session_id: UUID
    username: str
    email: str
    profile_rev: int  # of the user, when name and address became these
    scopes: frozenset[str] | None = None  # what their token is for; None: a login, for everything

    def must_have(self, scope: Scope | None) -> None:
        """ScopeMissing unless this scope is the caller's; to have None takes a login."""
        if self.scopes is not None and scope not in self.scopes:
            raise ScopeMissing(scope)


class Authenticator(Protocol):
    """Turns a token into its caller; `accounts` brings the real one."""

    async def authenticate(self, token: str, *, afresh: bool = False) -> Caller:
        """Whose token this is; Unauthenticated when it is forged, expired or logged out.

        What was read a moment ago is believed, unless it is to be read `afresh`.
        """
        ...

    async def caller_of(self, session_id: UUID) -> Caller:
        """Whose session this is; Unauthenticated when it is over."""
        ...

    def has_ended(self, session_id: UUID) -> bool:
        """Whether the session ended within the last seconds, as far as this process heard."""
        ...


CALLER = web.RequestKey("CALLER", Caller)
AUTHENTICATOR: web.AppKey[Authenticator] = web.AppKey("AUTHENTICATOR", Authenticator)


def bearer_token(request: web.Request) -> str:
    """The token in the Authorization header; Unauthenticated when there is none."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()
