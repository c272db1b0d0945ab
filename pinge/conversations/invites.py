"""Links that let people into a group by themselves, each for a while and for so many.

The database keeps the SHA-256 of what is in a link, so it lets nobody in. A link
is good for as long as whoever made it may let people in, so with an admin go their links.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
from aiohttp import web
from uuid_utils.compat import uuid7

from pinge.config import SETTINGS
from pinge.conversations.judging import group_of, locked, must_be_let
from pinge.conversations.noting import Note, note
from pinge.conversations.seating import advance_with_more, seat
from pinge.conversations.telling import tell_added
from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.errors import BadRequest, DeadInvite, NotFound, NotMember, WasRemoved
from pinge.http import credentials
from pinge.http.background import repeated
from pinge.http.caller import Caller

SQL = Queries("invites")

MOST_INVITES = 100  # of one group that are not expired
SWEPT_EVERY = 60.0  # seconds


async def invite(
    app: web.Application, caller: Caller, group_id: UUID, *, expires_in: int, max_uses: int | None
) -> dict[str, object]:
    """Make a link, for so many seconds and people; who may let people in may do this."""
    token = credentials.made("invite")
    async with transaction(app) as tx:
        held = await locked(tx, group_id, or_else=NotMember)
        await must_be_let(tx, caller, group_id, held["who_may_add"])
        if await SQL.count.value(tx, conversation_id=group_id) >= MOST_INVITES:
            raise BadRequest(f"A group has {MOST_INVITES} invitations at most: revoke some.")
        made = await SQL.insert.row(
            tx,
            invite_id=uuid7(),
            digest=credentials.digest(token),
            conversation_id=group_id,
            created_by=caller.user_id,
            seconds=expires_in,
            max_uses=max_uses,
        )
    assert made is not None
    return {**made, "token": token, "url": _url(app, token)}


async def invites(app: web.Application, caller: Caller, group_id: UUID) -> list[asyncpg.Record]:
    """The links that may still be used, newest first: to admins all, to others their own."""
    async with transaction(app) as tx:
        await locked(tx, group_id, or_else=NotMember)
        role = await must_be_let(tx, caller, group_id, "members")
        maker_id = None if role == "Admin" else caller.user_id
        return await SQL.of_group.rows(tx, conversation_id=group_id, created_by=maker_id)


async def revoke(app: web.Application, caller: Caller, group_id: UUID, invite_id: UUID) -> None:
    """Let nobody in by this link any more; an admin may, and who made it."""
    async with transaction(app) as tx:
        await locked(tx, group_id, or_else=NotMember)
        role = await must_be_let(tx, caller, group_id, "members")
        maker_id = None if role == "Admin" else caller.user_id
        which = {"invite_id": invite_id, "conversation_id": group_id, "created_by": maker_id}
        if not await SQL.delete.run(tx, **which):
            raise NotFound("There is no such invitation.")


async def preview(app: web.Application, caller: Caller, token: str) -> asyncpg.Record:
    """What a link leads to; DeadInvite when it leads nowhere, or no more."""
    found = await SQL.preview.row(
        app[POOL], digest=credentials.digest(token), user_id=caller.user_id
    )
    if found is None:
        raise DeadInvite
    return found


async def join(app: web.Application, caller: Caller, token: str) -> asyncpg.Record:
    """Come in by a link; who is in it already is in it once, and uses nothing up.

    Raises DeadInvite, WasRemoved, or BadRequest when the group is full.
    """
    digest = credentials.digest(token)
    group_id: UUID | None = await SQL.place.value(app[POOL], digest=digest)
    if group_id is None:
        raise DeadInvite
    async with transaction(app) as tx:
        held = await locked(tx, group_id, or_else=DeadInvite)
        standing = await SQL.standing.row(tx, digest=digest, user_id=caller.user_id)
        if standing is None:
            raise DeadInvite
        if standing["is_member"]:
            return await group_of(tx, group_id)
        if standing["is_used_up"]:
            raise DeadInvite
        if standing["was_removed"]:
            raise WasRemoved
        await SQL.use.run(tx, digest=digest)
        rev = held["next_rev"]
        seated = await seat(tx, caller.user_id, group_id, [caller.user_id], "Member", rev=rev)
        notes = await note(tx, group_id, rev, caller.user_id, Note("joined"))
        present = await advance_with_more(tx, group_id, rev)
        group = await group_of(tx, group_id)
    tell_added(app, group, seated, present, rev=rev, last_seq=held["last_seq"], notes=notes)
    return group


async def forgetting(app: web.Application) -> AsyncIterator[None]:
    """Forget expired links now and then."""
    async for _ in repeated(app, forget_expired, every=SWEPT_EVERY):
        yield


async def forget_expired(app: web.Application) -> None:
    """Delete the links that are good no more."""
    await SQL.delete_expired.run(app[POOL])


def _url(app: web.Application, token: str) -> str:
    settings = app[SETTINGS]
    return f"{settings.public_url or f'http://localhost:{settings.port}'}/invites/{token}"
