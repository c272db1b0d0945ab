"""How whoever is told knows that it was us: by a secret that only they and we have."""

from __future__ import annotations

import hmac
import time
from hashlib import sha256
from uuid import UUID

HEADER = "Pinge-Signature"
SECRET = "whsec"  # noqa: S105 - what such secrets are called


def place(subscription_id: UUID) -> str:
    """Where a sealed secret lies."""
    return f"webhook_subscriptions.secret.{subscription_id}"


def signature(secret: bytes, body: bytes) -> str:
    """The header's value: the moment (Unix seconds), and HMAC-SHA256 over moment, dot and body.

    With the moment in it, an old delivery cannot be played again for long.
    """
    moment = str(int(time.time()))
    signed = hmac.new(secret, moment.encode() + b"." + body, sha256)
    return f"t={moment},v1={signed.hexdigest()}"
