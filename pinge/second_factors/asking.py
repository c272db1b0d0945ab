"""What logins and proofs ask: is there a second factor, and is this a good code of it?"""

from __future__ import annotations

from uuid import UUID

import structlog
from aiohttp import web

from pinge.audit import actions as audit
from pinge.audit.actions import Kind
from pinge.database.pool import POOL
from pinge.database.queries import Database, Queries
from pinge.errors import WrongProof
from pinge.sealing import SEAL, NotOpened
from pinge.second_factors import codes
from pinge.second_factors.actions import changing, place

SQL = Queries("second_factors")

logger = structlog.get_logger("pinge.second_factors")


class Codes:
    """Codes of apps and recovery codes, as accounts ask for them."""

    def __init__(self, app: web.Application) -> None:
        self._app = app

    async def is_on(self, db: Database, user_id: UUID) -> bool:
        """Whether this user is asked for a code."""
        return await SQL.secret.value(db, user_id=user_id) is not None

    async def accepts(self, user_id: UUID, code: str) -> bool:
        """Whether this code is theirs, and good; it is used up by that."""
        sealed = await SQL.secret.value(self._app[POOL], user_id=user_id)
        if sealed is None:
            return False
        step = self._step(user_id, sealed, code)
        if step is None:
            return await self._recovers(user_id, code)
        used = {"user_id": user_id, "secret": sealed, "step": step}
        return bool(await SQL.use_step.run(self._app[POOL], **used))

    def _step(self, user_id: UUID, sealed: bytes, code: str) -> int | None:
        try:
            secret = self._app[SEAL].open(place(user_id), sealed)
        except NotOpened:  # the key is lost: recovery codes, which need none, still let them in
            logger.error("a second factor cannot be read", user_id=str(user_id))
            return None
        return codes.step_of(secret.decode(), code)

    async def _recovers(self, user_id: UUID, code: str) -> bool:
        digest = codes.digest(user_id, code)
        try:
            async with changing(self._app, user_id) as tx:
                if not await SQL.use_recovery_code.run(tx, user_id=user_id, digest=digest):
                    raise WrongProof
                await audit.record(tx, Kind.RECOVERY_CODE_USED, user_id=user_id)
        except WrongProof:
            return False
        return True
