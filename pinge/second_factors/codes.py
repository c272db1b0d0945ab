"""The codes themselves: those that an authenticator app makes, and those to write down."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import time
from uuid import UUID

from pyotp import TOTP
from pyotp.utils import strings_equal

from pinge.second_factors.schemas import DIGITS

STEP = 30  # seconds
RECOVERY_CODES = 10
RECOVERY_BYTES = 10  # of each: 80 bits, so that nobody finds one from its digest
_BETWEEN = re.compile(r"[\s-]+")


def step_of(secret: str, code: str) -> int | None:
    """Which step of 30 s since 1970 a code is of: this one, or the one before or after it."""
    app, now = TOTP(secret, digits=DIGITS, interval=STEP), int(time.time()) // STEP
    # All three are compared, so that the time it takes does not tell which was near.
    found = [
        step
        for step in (now - 1, now, now + 1)
        if strings_equal(app.generate_otp(step), tidied(code))
    ]
    return found[0] if found else None


def uri(secret: str, email: str, server: str) -> str:
    """The otpauth:// address that apps read, mostly as a QR code."""
    app = TOTP(secret, digits=DIGITS, interval=STEP)
    return app.provisioning_uri(name=email, issuer_name=f"Pinge {server}")


def recovery_codes() -> list[str]:
    """New ones, in four groups of four."""
    made = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES))
    return ["-".join(re.findall("....", code.decode().lower())) for code in made]


def digest(user_id: UUID, recovery_code: str) -> bytes:
    """What is kept of one."""
    return hashlib.sha256(user_id.bytes + tidied(recovery_code).encode()).digest()


def tidied(code: str) -> str:
    """A code however people copied it."""
    return _BETWEEN.sub("", code).lower()
