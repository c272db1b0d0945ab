"""What of the original does not fit, and what becomes of it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from pinge.database.queries import Connection, Queries
from pinge.messages.actions import LONGEST_CONTENT

SQL = Queries("judging")

RULES = (
    SQL.share_addresses,
    SQL.notice_passwords,
    SQL.refuse_requests,
    SQL.refuse_contacts,
    SQL.complete_contacts,
    SQL.settle_requests,
    SQL.refuse_second_requests,
    SQL.refuse_members,
    SQL.disown_groups,
    SQL.notice_groups,
    SQL.refuse_direct_messages,
    SQL.refuse_group_messages,
    SQL.rename_group_messages,
    SQL.notice_own_messages,
)


class Finding(NamedTuple):
    """A row that was refused, changed or noticed: its table and id in the original, and why."""

    outcome: str
    table: str
    id: UUID
    what: str


async def judge(room: Connection) -> list[Finding]:
    """Leave in the room what can come in; what was found about the rest."""
    for rule in RULES:
        await rule.run(room)
    await SQL.notice_contents.run(room, longest=LONGEST_CONTENT)
    return [Finding(*row) for row in await SQL.findings.rows(room)]
