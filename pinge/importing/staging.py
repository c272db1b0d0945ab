"""The room in the new database where the original's rows are laid out before any is written."""

from __future__ import annotations

from pinge.accounts.actions import looked_up_form
from pinge.bench.progress import Watching
from pinge.database.queries import Connection, Queries
from pinge.importing.original import TABLES, Original

SQL = Queries("staging")

ROOM = (
    SQL.room_for_users,
    SQL.room_for_requests,
    SQL.room_for_contacts,
    SQL.room_for_groups,
    SQL.room_for_members,
    SQL.room_for_direct_messages,
    SQL.room_for_group_messages,
    SQL.room_for_findings,
    SQL.room_for_conversations,
    SQL.room_for_seats,
    SQL.room_for_messages,
    SQL.make_derived_id,
)
PLACES = {
    "user_records": "old_users",
    "contact_requests": "old_requests",
    "contacts": "old_contacts",
    "group_chats": "old_groups",
    "group_members": "old_members",
    "direct_messages": "old_direct_messages",
    "group_messages": "old_group_messages",
}
LAYING_OUT = (
    SQL.lay_out_pairs,
    SQL.lay_out_groups,
    SQL.leave_out_written,
    SQL.number_messages,
    SQL.order_messages_by_time,
    SQL.count_messages,
)
SEATING = (
    SQL.seat_pairs,
    SQL.seat_members,
    SQL.seat_former_members,
    SQL.count_own,
    SQL.keep_read_ahead,
)


async def fill(room: Connection, original: Original, watching: Watching) -> str:
    """Take everything in; the digest that tells it from what any other original has."""
    for step in ROOM:
        await step.run(room)
    watching.begin("reading", sum(original.sizes[table.name] for table in TABLES))
    read = 0
    for table in TABLES:
        await original.copy(table, room, PLACES[table.name])
        read += original.sizes[table.name]
        watching.advance(to=read)
    digest: str = await SQL.digest.value(room)
    await _look_up_addresses(room)
    await SQL.analyze_room.run(room)
    return digest


async def lay_out(room: Connection, *, size: int, watching: Watching) -> dict[int, int]:
    """Make conversations of it, but for those written already, in slices of so many messages.

    Back come the slices, each with how many messages it has.
    """
    watching.begin("laying out", len(LAYING_OUT) + len(SEATING))
    for step in LAYING_OUT:
        await step.run(room)
        watching.advance()
    await SQL.slice_conversations.run(room, size=size)
    await SQL.analyze_laid_out.run(room)
    for step in SEATING:
        await step.run(room)
        watching.advance()
    return {row["slice"]: row["messages"] for row in await SQL.slices.rows(room)}


async def _look_up_addresses(room: Connection) -> None:
    """Those of old accounts are found as those of new ones are."""
    await SQL.room_for_addresses.run(room)
    rows = await SQL.emails.rows(room)
    await SQL.set_addresses.run(
        room,
        user_ids=[row["user_id"] for row in rows],
        addresses=[looked_up_form(row["email"]) for row in rows],
    )
