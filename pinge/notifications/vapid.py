"""VAPID (RFC 8292): our name to push services; only we can write to those who subscribed here."""

from __future__ import annotations

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from email.utils import parseaddr

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from yarl import URL

from pinge.config import Settings
from pinge.keys import kept

CURVE = ec.SECP256R1()
SCALAR = 32  # bytes
VALID_FOR = 12 * 3600  # seconds; a day at most, and clocks differ


class Vapid:
    """Our key."""

    def __init__(self, private_key: str, contact: str) -> None:
        scalar = int.from_bytes(decoded(private_key))
        self._key = ec.derive_private_key(scalar, CURVE)
        self._contact = contact
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public_key = encoded(point)  # what browsers call applicationServerKey

    def authorization(self, endpoint: URL) -> str:
        """The header that proves to the push service of this endpoint who we are."""
        expires = int(time.time()) + VALID_FOR
        claims = {"aud": str(endpoint.origin()), "exp": expires, "sub": self._contact}
        return f"vapid t={jwt.encode(claims, self._key, 'ES256')}, k={self.public_key}"


def vapid(settings: Settings) -> Vapid:
    """The key that is set, or the one made once and kept in the home."""
    return Vapid(settings.push_key or kept(settings, "push_key", _fresh), _contact(settings))


def encoded(raw: bytes) -> str:
    """Base64url without padding, as all of Web Push writes it."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What was encoded so, padded or not; ValueError where it is no such text."""
    given = text.rstrip("=")
    raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
    if encoded(raw) != given:  # the library drops what is not of its alphabet
        raise ValueError("this is not base64url")
    return raw


def _fresh() -> str:
    key = ec.generate_private_key(CURVE).private_numbers().private_value
    return encoded(key.to_bytes(SCALAR))


def _contact(settings: Settings) -> str:
    """Where the people of a push service find whoever runs this one."""
    if settings.public_url is not None and settings.public_url.startswith("https://"):
        return settings.public_url
    return f"mailto:{parseaddr(settings.mail_from)[1]}"
