"""What proves who somebody is beside a password: features above accounts bring it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from aiohttp import web

from pinge.database.queries import Database
from pinge.http.caller import Caller


class SecondFactor(Protocol):
    """What a login takes beside the password where its owner wants it; `second_factors` has it."""

    async def is_on(self, db: Database, user_id: UUID) -> bool:
        """Whether this user is asked for a code."""
        ...

    async def accepts(self, user_id: UUID, code: str) -> bool:
        """Whether this code is theirs, and good; it is used up by that."""
        ...


SECOND_FACTOR: web.AppKey[SecondFactor] = web.AppKey("SECOND_FACTOR")

# Raises WrongProof unless this is what the caller's passkey signed; `passkeys` brings it.
PASSKEY: web.AppKey[Callable[[web.Application, Caller, Mapping[str, Any]], Awaitable[None]]]
PASSKEY = web.AppKey("PASSKEY")
