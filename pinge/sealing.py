"""What a dump of the database alone must not give away: secrets that Pinge itself must read again.

AES-256-GCM (NIST SP 800-38D) under a key that is not in the database. What only has to be compared,
like passwords and tokens, is hashed instead and never sealed.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256

from aiohttp import web
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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


SEAL = web.AppKey("SEAL", Seal)


async def seal(app: web.Application) -> AsyncIterator[None]:
    """What seals. Raises SettingsError when a key is too short to be safe."""
    app[SEAL] = Seal(sealing_keys(app[SETTINGS]))
    yield
