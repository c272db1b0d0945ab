"""Writing down what happened, in the transaction in which it happens."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from pinge.database.queries import Database, Queries

SQL = Queries("audit")

SLICE = 1000  # events deleted by one statement

Actor = Literal["user", "admin", "server"]


class Kind(StrEnum):
    """What can happen to an account."""

    REGISTERED = "registered"
    LOGGED_IN = "logged_in"
    LOGIN_REFUSED = "login_refused"  # the address is right, and the password or the code is not
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    EMAIL_CHANGED = "email_changed"
    EMAIL_REVERTED = "email_reverted"
    DEACTIVATED = "deactivated"
    DELETED = "deleted"
    EXPORTED = "exported"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    RECOVERY_CODE_USED = "recovery_code_used"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"  # its counter went back: there may be two of it
    IDENTITY_LINKED = "identity_linked"  # at the OpenID provider
    IDENTITY_UNLINKED = "identity_unlinked"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    WEBHOOK_MADE = "webhook_made"
    SUBSCRIPTION_MADE = "subscription_made"
    SUBSCRIPTION_CHANGED = "subscription_changed"
    DISABLED = "disabled"
    ENABLED = "enabled"
    RESET_LINK_MADE = "reset_link_made"


async def events(
    db: Database, *, user_id: UUID | None, kind: str | None, since: datetime | None, limit: int
) -> list[asyncpg.Record]:
    """What happened, the latest first: to one account or to all (None), of one kind or of all."""
    return await SQL.page_of_audit_events.rows(
        db, user_id=user_id, kind=kind, since=since, limit=limit
    )


async def forget_older_than(db: Database, *, days: int) -> None:
    """Delete what happened longer ago."""
    while await SQL.delete_old_audit_events.run(db, days=days, limit=SLICE):
        pass


async def record(
    db: Database,
    kind: Kind,
    *,
    user_id: UUID | None,
    actor: Actor = "user",
    ip_address: str | None = None,
    **details: object,
) -> None:
    """Write it down; `details` are for people to read, and hold no secret."""
    await SQL.insert_audit_event.run(
        db,
        event_id=uuid7(),
        kind=kind,
        user_id=user_id,
        actor=actor,
        ip_address=ip_address,
        details=details,
    )
