"""Secrets that are handed out once: told by their form, and kept as a digest."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

_FORM = "pinge_{}_"
_ANY = re.compile(r"pinge_[a-z]+_[\w-]+")


def made(kind: str) -> str:
    """A new secret of 256 bits, which whoever finds it somewhere can tell for what it is."""
    return _FORM.format(kind) + secrets.token_urlsafe(32)


def is_one(kind: str, text: str) -> bool:
    """Whether it looks like one of this kind."""
    return text.startswith(_FORM.format(kind))


def digest(secret: str) -> bytes:
    """What is kept of it. It is too long to be guessed, so a fast hash will do."""
    return sha256(secret.encode("utf-8", "replace")).digest()


def without(text: str) -> str:
    """A text in which such secrets may stand, like the path of a request, fit for a log."""
    return _ANY.sub("...", text)
