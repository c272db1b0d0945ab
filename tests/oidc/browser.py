"""A browser that goes to the provider and back, and the client that it does so for."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, CookieJar
from yarl import URL

from tests.people import Answer, Pinge

START = "/authentication/oidc/start"
CALLBACK = "/authentication/oidc/callback"
LOGIN = "/authentication/oidc/login"
MINE = "/authentication/me/oidc"
PAGE = "http://localhost:3000/app"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BEGINNING = {"challenge": CHALLENGE, "return_to": PAGE}


class Browser:
    """Follows one redirect after the other, with its cookies."""

    def __init__(self, pinge: Pinge) -> None:
        self.pinge = pinge
        self.cookies = CookieJar(unsafe=True)  # for 127.0.0.1, too

    async def get(self, url: str) -> tuple[int, str, Any]:
        """The status, where it leads to, and the body, of one page."""
        async with (
            ClientSession(cookie_jar=self.cookies) as session,
            session.get(URL(url, encoded=True), allow_redirects=False) as answer,
        ):
            return answer.status, answer.headers.get("Location", ""), await answer.read()

    async def begin(self, **changes: str) -> str:
        """Where the provider asks who one is."""
        query = "&".join(f"{name}={value}" for name, value in (BEGINNING | changes).items())
        status, page, body = await self.get(f"{self.pinge.url}{START}?{query}")
        assert status == 302, body
        return page

    async def at_provider(self, page: str) -> str:
        """Where the provider sends one back to: the callback, as it is reached here."""
        _, back, body = await self.get(page)
        assert back, body
        return f"{self.pinge.url}{CALLBACK}?{urlsplit(back).query}"

    async def journey(self) -> str:
        """All the way: what stands after the # of the page that began."""
        status, page, body = await self.get(await self.at_provider(await self.begin()))
        assert status == 302, body
        assert page.startswith(f"{PAGE}#"), page
        return page.partition("#")[2]

    async def ticket(self) -> str:
        """What the journey brought."""
        brought = await self.journey()
        assert brought.startswith("ticket="), brought
        return brought.removeprefix("ticket=")


async def redeem(pinge: Pinge, ticket: str, verifier: str = VERIFIER) -> Answer:
    """Try to log in by a ticket."""
    return await pinge.call("POST", LOGIN, json={"ticket": ticket, "verifier": verifier})


async def log_in(pinge: Pinge) -> Answer:
    """Try to log in, by a browser of one's own."""
    return await redeem(pinge, await Browser(pinge).ticket())
