"""A browser that subscribed: where its pushes go, and what only it can read (RFC 8291)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

import http_ece
import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from pinge.notifications.vapid import CURVE, decoded
from pinge.sealing import Seal

SECRET = 16  # bytes
POINT = 65  # bytes, uncompressed
# Ciphertext is as long as its text: padded, all texts are of one length or two.
BLOCK = 1024  # bytes
VERSION = "aes128gcm"  # the content coding of RFC 8188


@dataclass(frozen=True, slots=True)
class Browser:
    """An endpoint is a secret too: who knows it can have it deleted."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)  # its public key
    auth: str = field(repr=False)  # what it shares with us

    def sealed(self, seal: Seal, subscription_id: UUID) -> bytes:
        """To be stored in the row of this subscription."""
        clear = orjson.dumps([self.endpoint, self.p256dh, self.auth])
        return seal.seal(_place(subscription_id), clear)

    @classmethod
    def opened(cls, seal: Seal, subscription_id: UUID, sealed: bytes) -> Self:
        """As it was stored; NotOpened where the key is another."""
        return cls(*orjson.loads(seal.open(_place(subscription_id), sealed)))

    def encrypted(self, clear: bytes) -> bytes:
        """What only this browser can read. It is JSON, which may end in spaces."""
        padded = clear.ljust(-(-len(clear) // BLOCK) * BLOCK)
        body: bytes = http_ece.encrypt(
            padded,
            private_key=ec.generate_private_key(CURVE),
            dh=decoded(self.p256dh),
            auth_secret=decoded(self.auth),
            version=VERSION,
        )
        return body


def is_point(text: str) -> bool:
    """Whether this can be the public key of a browser."""
    try:
        raw = decoded(text)
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError:
        return False
    return len(raw) == POINT


def is_secret(text: str) -> bool:
    """Whether this can be the secret of a browser."""
    try:
        return len(decoded(text)) == SECRET
    except ValueError:
        return False


def _place(subscription_id: UUID) -> str:
    return f"push_subscriptions.sealed {subscription_id}"
