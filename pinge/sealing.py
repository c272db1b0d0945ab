"""What a dump of the database alone must not give away: secrets that Pinge itself must read again.

AES-256-GCM (NIST SP 800-38D) under a key that is not in the database. What only has to be compared,
like passwords and tokens, is hashed instead and never sealed.
"""

from __future__ import annotations

import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pinge import wire
from pinge.config import SETTINGS
from pinge.keys import sealing_keys

NONCE = 12  # bytes; drawn at random, which is safe for 2**32 secrets under one key


class NotOpened(Exception):
    """It was sealed for another place, or by a key that is not known here."""


class Seal:
    """Seals secrets, each for its place in the database, and opens them there and nowhere else."""

    def __init__(self, keys: Sequence[str]) -> None:
        # Keys are texts of any length; their hash is one of the length that the cipher takes.
        self._ciphers = [AESGCM(sha256(key.encode()).digest()) for key in keys]

    def seal(self, place: str, clear: bytes) -> bytes:
        """What to store at this place, which names table, column and row."""
        nonce = os.urandom(NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, clear, place.encode())

    def open(self, place: str, sealed: bytes) -> bytes:
        """What was sealed for this place. Raises NotOpened when there is no opening it."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
            except (InvalidTag, ValueError):  # ValueError: too short to be anything
                continue
        raise NotOpened(f"{place} was sealed elsewhere, or by another key")

    def ticket(self, place: str, content: Mapping[str, object], seconds: float) -> str:
        """What a client carries for us, for so many seconds, and can neither read nor change."""
        clear = wire.encode({**content, "expires_at": time.time() + seconds})
        return urlsafe_b64encode(self.seal(place, clear)).decode()

    def redeemed(self, place: str, ticket: str) -> dict[str, Any]:
        """What the ticket was made of. Raises NotOpened when it is none of this place, or too old.

        It may be shown again until it is: what is good only once has to be stored.
        """
        try:
            sealed = urlsafe_b64decode(ticket.encode())
        except ValueError:
            raise NotOpened("this is no ticket") from None
        content: dict[str, Any] = orjson.loads(self.open(place, sealed))
        if content["expires_at"] < time.time():
            raise NotOpened("this ticket is too old")
        return content


SEAL = web.AppKey("SEAL", Seal)


async def seal(app: web.Application) -> AsyncIterator[None]:
    """What seals. Raises SettingsError when a key is too short to be safe."""
    app[SEAL] = Seal(sealing_keys(app[SETTINGS]))
    yield
