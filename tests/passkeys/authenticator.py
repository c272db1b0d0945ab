"""An authenticator in software, with the browser around it (WebAuthn Level 3, ES256)."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

from tests.people import PASSWORD, Answer, Person, Pinge

ORIGIN = "https://chat.example"
MINE = "/authentication/me/passkeys"
OPTIONS = "/authentication/passkeys/options"
LOGIN = "/authentication/passkeys/login"

PRESENT, VERIFIED, SYNCABLE, SYNCED, WITH_KEY = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One key of one owner; it counts its uses, unless it is synced."""

    origin: str = ORIGIN
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    owner: str = ""

    def copy(self) -> Authenticator:
        """What a thief makes of it."""
        return replace(self)

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` gives for these options."""
        self.owner = options["user"]["id"]
        point = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        made = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id
        data = self._data(options["rp"]["id"], WITH_KEY) + made + encode_cbor(key)
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        told = self._told("webauthn.create", options["challenge"])
        return self._credential(clientDataJSON=told, attestationObject=attestation)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` gives for these options."""
        self.count += self.counts
        data, told = self._data(options["rpId"]), self._told("webauthn.get", options["challenge"])
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(SHA256()))
        answer = {"clientDataJSON": told, "authenticatorData": data, "signature": signature}
        return self._credential(**answer, userHandle=base64url_to_bytes(self.owner))

    def _data(self, server: str, more: int = 0) -> bytes:
        flags = (self.flags | more).to_bytes(1)
        return sha256(server.encode()).digest() + flags + self.count.to_bytes(4)

    def _told(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = bytes_to_base64url(self.credential_id)
        fields = {key: bytes_to_base64url(value) for key, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": fields}


async def begin(person: Person) -> dict[str, Any]:
    """What a passkey is made of."""
    offered = await person.post(f"{MINE}/options", {"password": PASSWORD})
    assert offered.status == 200, offered.body
    options: dict[str, Any] = offered.data["public_key"]
    return options


async def add(person: Person, authenticator: Authenticator, label: str = "Phone") -> Answer:
    """Have one more passkey."""
    credential = authenticator.create(await begin(person))
    return await person.post(MINE, {"credential": credential, "label": label})


async def signed(pinge: Pinge, authenticator: Authenticator) -> dict[str, Any]:
    """What the passkey signs of a fresh challenge."""
    options = (await pinge.call("POST", OPTIONS)).data["public_key"]
    return authenticator.get(options)


async def log_in(pinge: Pinge, authenticator: Authenticator) -> Answer:
    """Try to log in by it."""
    body = {"credential": await signed(pinge, authenticator)}
    return await pinge.call("POST", LOGIN, json=body)
