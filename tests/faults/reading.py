"""Reads through HTTP what is there in the end: the evidence beside the journals."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.faults import journal
from tests.faults.asking import ask
from tests.faults.cast import Talk, User
from tests.faults.device import Device
from tests.faults.evidence import Device as Known
from tests.faults.evidence import Evidence, Row
from tests.faults.fetching import PAGE, history
from tests.faults.stage import Stage

PAUSE = 0.5  # seconds before a question that nobody answered is asked again


async def evidence(stage: Stage, devices: list[Device]) -> Evidence:
    """All that the checker needs, once nothing moves any more."""
    rows = {talk.name: await _history(stage, talk) for talk in stage.cast.talks}
    unread: dict[tuple[str, str], int] = {}
    for user in stage.cast.users:
        unread |= await _unread(stage, user)
    stage.journal.close()
    return Evidence(
        entries=list(journal.read(stage.journal.path)),
        devices=[Known(one.name, one.user.name, one.is_plain) for one in devices],
        members=stage.cast.members,
        history=rows,
        unread=unread,
    )


async def _history(stage: Stage, talk: Talk) -> list[Row]:
    """The whole conversation, oldest first, as its first member reads it."""
    rows: list[Row] = []
    while True:
        after = rows[-1].seq if rows else 0
        page = await _get(stage, history(talk, talk.members[0], after), talk.members[0])
        for said in reversed(page):
            sender = stage.cast.user_by_id[said["sender_id"]].name
            where = (said["seq"], said["rev"], said["message_id"])
            rows.append(Row(*where, sender, said["content"]))
        if len(page) < PAGE:
            return rows


async def _unread(stage: Stage, user: User) -> dict[tuple[str, str], int]:
    """How much is unread in each conversation somebody is in; none where none is listed."""
    told = await _get(stage, "/messages/unread/count", user)
    groups = {one["group_id"]: one["unread_count"] for one in told["groups_with_unread"]}
    people = {one["contact_id"]: one["unread_count"] for one in told["contacts_with_unread"]}
    found = {}
    for talk in stage.cast.talks_of(user):
        if talk.is_group:
            found[user.name, talk.name] = groups.get(talk.conversation_id, 0)
        else:
            found[user.name, talk.name] = people.get(talk.other(user).user_id, 0)
    return found


async def _get(stage: Stage, path: str, user: User) -> Any:
    while True:
        answer = await ask(stage, "GET", path, user.tokens[0])
        if answer.type != "info":
            assert answer.type == "ok", (path, answer)
            return answer.data
        await asyncio.sleep(PAUSE)
