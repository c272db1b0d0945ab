"""Passwords: hashed off the event loop, used in full, and as slow to refuse as to accept."""

from __future__ import annotations

import asyncio
import os
import threading
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha384
from typing import TypeVar

import bcrypt
from aiohttp import web

from pinge.accounts.meters import PASSWORD
from pinge.config import SETTINGS
from pinge.errors import Unavailable, WeakPassword

T = TypeVar("T")

SHORTEST = 8  # characters
LONGEST_QUEUE = 50  # hashes, the one under way too; at cost 12 the last of them waits 15 s
# bcrypt reads 72 bytes and no NUL: base64 of SHA-384 makes 64 bytes without one of any password.
SCHEME = "sha384:"
READ = 72  # bytes that bcrypt reads, and the original cut passwords at
BLANK = "." * 31  # a hash that no password is known to have


class Passwords:
    """Hashes and compares in one thread of the lowest priority.

    One thread, because two would leave a small machine nothing: a login storm must wait for itself
    and not make messages wait (measured in performance.md).
    """

    def __init__(self, cost: int) -> None:
        self._cost = cost
        self._waiting = 0
        self._thread = ThreadPoolExecutor(1, "bcrypt", initializer=_step_back)

    @property
    def nobodys(self) -> str:
        """What no password is the password of.

        It is another each time, so that what is bound to a password dies with it here, too.
        """
        return SCHEME + bcrypt.gensalt(self._cost).decode() + BLANK

    async def hashed(self, password: str) -> str:
        """What to store; Unavailable when too many are waiting."""
        salt = bcrypt.gensalt(self._cost)
        made = await self._run(lambda: bcrypt.hashpw(_digest(password), salt))
        return SCHEME + made.decode()

    async def match(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; with no account (None) it takes as long to say no."""
        held = stored or self.nobodys
        same = await self._run(lambda: _is_of(held, password))
        return same and stored is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= LONGEST_QUEUE:
            raise Unavailable("Too many people are logging in right now.")
        self._waiting += 1
        try:
            with PASSWORD.time():
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let the thread go; what still waits in it is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)


PASSWORDS = web.AppKey("PASSWORDS", Passwords)


async def passwords(app: web.Application) -> AsyncIterator[None]:
    """The thread, for as long as the service runs."""
    app[PASSWORDS] = Passwords(app[SETTINGS].bcrypt_cost)
    yield
    app[PASSWORDS].close()


def is_nobodys(stored: str) -> bool:
    """Whether what is stored is of no password at all."""
    return stored.endswith(BLANK)


def refuse_weak(password: str) -> None:
    """The contract's rule: 8 or more; upper, lower, digit and special (a space is special)."""
    strong = (
        len(password) >= SHORTEST
        and any(letter.isupper() for letter in password)
        and any(letter.islower() for letter in password)
        and any(letter.isdigit() for letter in password)
        and any(not letter.isalnum() for letter in password)
    )
    if not strong:
        raise WeakPassword


def _digest(password: str) -> bytes:
    return b64encode(sha384(password.encode()).digest())


def _is_of(held: str, password: str) -> bool:
    """Whether a hash is of this password: ours, or one of the original's that was brought in.

    Those stay as they are until a new password is chosen: of a longer one the original took the
    beginning, so what follows may be a slip, which a new hash would hold them to.
    """
    if held.startswith(SCHEME):
        return bcrypt.checkpw(_digest(password), held.removeprefix(SCHEME).encode())
    try:
        return bcrypt.checkpw(password.encode()[:READ], held.encode())
    except ValueError:
        return False  # no hash, so nobody's


def _step_back() -> None:
    if hasattr(os, "setpriority"):  # of this thread alone, on Linux
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
