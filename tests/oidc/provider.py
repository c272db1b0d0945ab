"""A small OpenID provider on loopback, which checks what it is asked, and lies when told to."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from ipaddress import ip_network
from typing import Any
from urllib.parse import unquote, urlencode

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET = "pinge & co", "s%cret:"  # as a client may be called, and has to be quoted


class Provider:
    """Its people have an address each; `claims` change what it says of them next."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"one": ec.generate_private_key(ec.SECP256R1())}
        self.claims: dict[str, Any] = {}
        self.doors: dict[str, Any] = {}
        self.signing: dict[str, Any] = {}  # other arguments for jwt.encode
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = TestServer(self._app())

    async def __aenter__(self) -> Provider:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        """Who it says it is."""
        return str(self._server.make_url("")).rstrip("/")

    @property
    def settings(self) -> dict[str, Any]:
        """What Pinge has to know of it."""
        return {
            "outbound_networks": (ip_network("127.0.0.0/8"),),
            "oidc_issuer": self.url,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
        }

    def renew_keys(self) -> None:
        """Sign with another key from now on."""
        self.keys = {"two": rsa.generate_private_key(65537, 2048)}

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._configuration)
        app.router.add_get("/keys", self._public_keys)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        return app

    async def _configuration(self, _: web.Request) -> web.Response:
        self.asked.append("configuration")
        doors = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }
        return web.json_response(doors | self.doors)

    async def _public_keys(self, _: web.Request) -> web.Response:
        self.asked.append("keys")
        found = []
        for name, key in self.keys.items():
            kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
            found.append(json.loads(kind.to_jwk(key.public_key())) | {"kid": name, "use": "sig"})
        return web.json_response({"keys": found})

    async def _authorize(self, request: web.Request) -> web.Response:
        """Let whoever comes in as whoever `claims` says they are, and send them back."""
        asked = dict(request.query)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert asked["scope"].split()[0] == "openid"
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.url})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{back}")

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        asked = self._codes.pop(str(form["code"]), None)
        if asked is None or not self._is_client(request, form):
            return web.json_response({"error": "invalid_grant"}, status=400)
        digest = sha256(str(form["code_verifier"]).encode()).digest()
        assert urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        return web.json_response({"id_token": self._id_token(asked["nonce"]), "access_token": "x"})

    def _is_client(self, request: web.Request, form: dict[str, Any]) -> bool:
        if "client_secret" in form:
            return (form["client_id"], form["client_secret"]) == (CLIENT, SECRET)
        given = request.headers["Authorization"].removeprefix("Basic ")
        return [unquote(part) for part in b64decode(given).decode().split(":")] == [CLIENT, SECRET]

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "sub": "ann-1", "nonce": nonce, "iat": now}
        said |= {"exp": now + 60, "email_verified": True, "name": "Ann Elsewhere"} | self.claims
        said = {name: value for name, value in said.items() if value is not None}
        [(name, key)] = self.keys.items()
        algorithm = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
        how = {"key": key, "algorithm": algorithm, "headers": {"kid": name}} | self.signing
        return jwt.encode(said, **how)
