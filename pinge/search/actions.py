"""What can be searched for, free of HTTP."""

from __future__ import annotations

from uuid import UUID

import asyncpg
from aiohttp import web

from pinge.accounts import actions as accounts
from pinge.database.pool import POOL
from pinge.database.queries import Queries, Query
from pinge.http.caller import Caller
from pinge.http.cursors import cursor_of, place_of
from pinge.messages import actions as said
from pinge.search.matching import Matcher, label_of, label_of_sender
from pinge.search.pages import EARLIEST, LATEST, Place, Scope, Search
from pinge.search.signatures import sought
from pinge.search.wording import Wanted, wanted

SQL = Queries("search")


async def messages(
    app: web.Application, caller: Caller, *, q: str, limit: int, cursor: str | None
) -> dict[str, object]:
    """A page of messages in the caller's conversations, newest first; Invalid by a senseless q."""
    what = wanted(q)
    start = _start(what, cursor)
    matcher = Matcher(what)
    page = await Search(app, await _scope(app, caller, what), matcher, start=start).page(limit)
    hits = await SQL.hits.rows(
        app[POOL],
        user_id=caller.user_id,
        conversation_ids=[place.conversation_id for place in page.places],
        seqs=[place.seq for place in page.places],
    )
    # They may have been edited since they were found.
    still = [hit for hit in hits if matcher.accepts(hit["content"], hit["attachments"])]
    return {
        "messages": [
            {**hit, "highlights": matcher.highlights(str(hit["content"]))}
            for hit in await said.shown(app[POOL], still, caller.user_id)
        ],
        "next_cursor": page.next_place and cursor_of(*page.next_place),
    }


async def people(
    app: web.Application, caller: Caller, *, q: str, limit: int
) -> list[asyncpg.Record]:
    """Who has this address, or a name that begins like this, by name."""
    is_address = "@" in q
    return await SQL.people.rows(
        app[POOL],
        viewer_id=caller.user_id,
        user_id=await accounts.user_id_at(app, q.strip()) if is_address else None,
        beginning=None if is_address else q.strip(),
        limit=limit,
    )


def _start(what: Wanted, cursor: str | None) -> Place:
    """All that is wanted is older than this."""
    start = Place(LATEST) if cursor is None else Place(*place_of(cursor))
    return start if what.until is None else min(start, Place(what.until))


async def _scope(app: web.Application, caller: Caller, what: Wanted) -> Scope:
    sender_ids = await _named(app, caller, SQL.senders, what.senders)
    labels = [label_of(kind) for kind in what.has]
    if sender_ids is not None and len(sender_ids) == 1:
        labels.append(label_of_sender(sender_ids[0]))
    return Scope(
        user_id=caller.user_id,
        conversation_ids=await _named(app, caller, SQL.places, what.places),
        sender_ids=sender_ids,
        marks=sought(what.fragments, labels),
        since=what.since or EARLIEST,
    )


async def _named(
    app: web.Application, caller: Caller, query: Query, names: tuple[str, ...]
) -> list[UUID] | None:
    """The ids that any of these names may mean, or are; None when nobody is named."""
    if not names:
        return None
    found: dict[UUID, None] = {}
    for name in names:
        named = {"name": name, "id": caller.user_id if name.lower() == "me" else _id(name)}
        rows = await query.rows(app[POOL], user_id=caller.user_id, **named)
        found.update(dict.fromkeys(row[0] for row in rows))
    return list(found)


def _id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
