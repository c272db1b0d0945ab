"""Links to files for browsers, which send no token with a picture or a film: good for a minute.

A link stands for the session it was made in. Whether that may have the file is decided when the
link is used.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from aiohttp import web

from pinge.config import SETTINGS
from pinge.errors import NotFound, Unauthenticated
from pinge.http.caller import AUTHENTICATOR, Caller
from pinge.keys import signing_key

ALGORITHM = "HS256"
AUDIENCE = "attachments"  # so that neither a link is a login nor a login a link
LIFETIME = timedelta(seconds=60)


class Links:
    """Makes and reads links."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._key = signing_key(app[SETTINGS])

    def made(self, caller: Caller, attachment_id: UUID) -> str:
        """What a link to the file carries."""
        claims = {
            "aud": AUDIENCE,
            "sub": str(attachment_id),
            "sid": str(caller.session_id),
            "exp": datetime.now(UTC) + LIFETIME,
        }
        return jwt.encode(claims, self._key, ALGORITHM)

    async def caller(self, link: str, attachment_id: UUID) -> Caller:
        """Whose link to this file it is. Raises NotFound where it is no link, or none any more."""
        try:
            claims = jwt.decode(
                link,
                self._key,
                [ALGORITHM],
                audience=AUDIENCE,
                subject=str(attachment_id),
                options={"require": ["aud", "sub", "sid", "exp"]},
            )
            return await self._app[AUTHENTICATOR].caller_of(UUID(claims["sid"]))
        except (jwt.InvalidTokenError, ValueError, Unauthenticated):
            raise NotFound("This link is not good any more.") from None


LINKS = web.AppKey("LINKS", Links)


async def links(app: web.Application) -> AsyncIterator[None]:
    """Links, for as long as the service runs."""
    app[LINKS] = Links(app)
    yield
