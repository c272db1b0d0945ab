"""What other features may ask of conversations: who is in them, to let in and to take out."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from pinge.conversations.membership import add_members as add_members
from pinge.conversations.membership import must_be_admin as must_be_admin
from pinge.conversations.membership import remove_member as remove_member
from pinge.conversations.noting import noted as noted
from pinge.conversations.rosters import ROSTERS
from pinge.conversations.rosters import Roster as Roster
from pinge.conversations.saved import saved as saved
from pinge.conversations.schemas import SystemMessage as SystemMessage
from pinge.conversations.withdrawing import withdraw as withdraw


async def roster(app: web.Application, conversation_id: UUID) -> Roster | None:
    """Who is in a conversation, direct or group, as far as is known; None when there is none."""
    return await app[ROSTERS].one(conversation_id)


async def rosters(app: web.Application, wanted: Mapping[UUID, int]) -> dict[UUID, Roster]:
    """Who is in each of these conversations, as of that roster rev or later."""
    return await app[ROSTERS].at_least(wanted)
