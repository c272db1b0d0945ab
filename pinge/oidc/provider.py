"""The provider: where it is, what it says of somebody, and whether that is to be believed."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import orjson
from aiohttp import hdrs, web

from pinge.accounts.actions import LONGEST_NAME
from pinge.config import SETTINGS
from pinge.errors import BadRequest, Invalid, OidcOff, ProviderAway, ProviderRefused
from pinge.http.outbound import OUTBOUND, Reply, Unreached
from pinge.http.reader import checked

WELL_KNOWN = "/.well-known/openid-configuration"
LARGEST = 256 * 2**10  # bytes of what a provider says of itself, and of its keys
BELIEVED_FOR = 3600.0  # seconds
ASKED_AGAIN_AFTER = 30.0  # seconds, for a key that is not known
LEEWAY = 60  # seconds that its clock may be off
# Signed by a key that only the provider has: never `none`, nor with a secret that we have too.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LONGEST_SUBJECT = 255  # characters: OpenID Connect Core, section 2
CLAIMS = ["iss", "aud", "exp", "iat", "sub", "nonce"]
BROKEN = (
    Unreached,
    BadRequest,
    Invalid,
    jwt.PyJWTError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever logged in there; the address only if the provider says that it is proved."""

    issuer: str
    subject: str
    email: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class _Known:
    """Where its doors are, and the keys that it signs with."""

    doors: Mapping[str, Any]
    keys: list[jwt.PyJWK]
    read_at: float


class Provider:
    """The OpenID provider of PINGE_OIDC_ISSUER; OidcOff where there is none."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._known: _Known | None = None

    async def login_page(self, **asked: str) -> str:
        """Where a browser is sent; `asked` are state, nonce and code_challenge."""
        door = (await self._doors())["authorization_endpoint"]
        asked |= {
            "response_type": "code",
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "client_id": self._client_id,
            "redirect_uri": self.redirect_uri,
        }
        return f"{door}{'&' if '?' in door else '?'}{urlencode(asked)}"

    @property
    def redirect_uri(self) -> str:
        """Where it sends browsers back to."""
        return f"{self._app[SETTINGS].base_url}/authentication/oidc/callback"

    async def identity(self, *, code: str, verifier: str, nonce: str) -> Identity:
        """Who this code is of; ProviderRefused unless all it says fits."""
        doors = await self._doors()
        reply = await self._redeem(doors, code, verifier)
        if reply.status != 200:
            raise ProviderRefused
        try:
            claims = await self._claims(orjson.loads(reply.body)["id_token"], nonce)
        except BROKEN as error:
            raise ProviderRefused from error
        is_proved = claims.get("email_verified") is True and isinstance(claims.get("email"), str)
        return Identity(
            issuer=self._issuer,
            subject=claims["sub"],
            email=claims["email"] if is_proved else None,
            name=_kept(claims.get("name") or claims.get("preferred_username")),
        )

    async def _redeem(self, doors: Mapping[str, Any], code: str, verifier: str) -> Reply:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": self.redirect_uri,
        }
        headers: dict[str, str] = {hdrs.CONTENT_TYPE: "application/x-www-form-urlencoded"}
        secret = self._app[SETTINGS].oidc_client_secret or ""
        if "client_secret_basic" in doors.get(
            "token_endpoint_auth_methods_supported", ("client_secret_basic",)
        ):
            pair = f"{quote(self._client_id, safe='')}:{quote(secret, safe='')}"
            headers[hdrs.AUTHORIZATION] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self._client_id, "client_secret": secret}
        body = urlencode(form).encode()
        try:
            return await self._app[OUTBOUND].post(doors["token_endpoint"], body, headers)
        except BROKEN as error:
            raise ProviderAway from error

    async def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """What an ID token says, once it is ours, its own, and of this login."""
        claims: dict[str, Any] = jwt.decode(
            token,
            await self._key(jwt.get_unverified_header(token).get("kid")),
            ALGORITHMS,
            issuer=self._issuer,
            audience=self._client_id,
            leeway=LEEWAY,
            options={"require": CLAIMS},
        )
        if claims["nonce"] != nonce:
            raise ValueError("it is of another login")
        is_for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if is_for_others and claims.get("azp") != self._client_id:
            raise ValueError("it was made for another")
        if not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
            raise ValueError("it names nobody")
        checked([claims["sub"], claims.get("email")])
        return claims

    async def _key(self, name: str | None) -> jwt.PyJWK:
        """The key of this name, or the only one; if there is none, the provider may have others."""
        for younger_than in (BELIEVED_FOR, ASKED_AGAIN_AFTER):
            keys = (await self._believed(younger_than)).keys
            named = keys if name is None else [key for key in keys if key.key_id == name]
            if len(named) == 1:
                return named[0]
        raise ValueError("it is signed by a key that nobody knows")

    async def _doors(self) -> Mapping[str, Any]:
        return (await self._believed()).doors

    async def _believed(self, younger_than: float = BELIEVED_FOR) -> _Known:
        """What it says of itself, as of lately; ProviderAway where it says nothing of use."""
        if self._known is None or time.monotonic() - self._known.read_at > younger_than:
            try:
                doors = await self._read(self._issuer.rstrip("/") + WELL_KNOWN)
                if doors["issuer"] != self._issuer:
                    raise ValueError("it calls itself otherwise")
                for door in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    self._app[OUTBOUND].checked(doors[door])
                keys = jwt.PyJWKSet.from_dict(await self._read(doors["jwks_uri"])).keys
            except BROKEN as error:
                raise ProviderAway from error
            self._known = _Known(doors, keys, time.monotonic())
        return self._known

    async def _read(self, url: str) -> Any:
        reply = await self._app[OUTBOUND].get(url, most=LARGEST)
        if reply.status != 200:
            raise ValueError(f"it answers {reply.status}")
        return orjson.loads(reply.body)

    @property
    def _issuer(self) -> str:
        issuer = self._app[SETTINGS].oidc_issuer
        if issuer is None:
            raise OidcOff
        return issuer

    @property
    def _client_id(self) -> str:
        return self._app[SETTINGS].oidc_client_id or ""


def _kept(name: object) -> str | None:
    """A name as it can be kept: without what is no text, and cut."""
    if not isinstance(name, str):
        return None
    return name.encode("utf-8", "ignore").decode().replace("\0", "").strip()[:LONGEST_NAME]


PROVIDER = web.AppKey("PROVIDER", Provider)
