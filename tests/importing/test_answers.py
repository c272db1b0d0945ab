"""Whoever moved over sees what they saw: every call of the contract answers as the original did."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import zip_longest

import pytest

from tests.importing.conftest import connected
from tests.importing.crowd import Crowd
from tests.importing.oracle import Oracle
from tests.people import Pinge

# Calls whose order the original did not say.
UNORDERED = ("/contacts/", "/contacts/requests", "/messages/groups", "members")
PAGED = re.compile("/messages/(direct/.*|groups/.*/messages)")
TIMES = {"sent_at", "created_at", "joined_at", "connected_since", "last_message_at"}


async def test_every_answer_is_what_it_was(importer, original, crowd, database, settings):
    await move_and_compare(importer, original, crowd, database, settings)


@pytest.mark.slow
async def test_every_answer_is_what_it_was_after_100_000_messages(
    importer, made, database, settings
):
    many, living = Crowd(users=200, messages=100_000), await made()
    async with connected(living) as conn:
        await many.settle(conn)

    await move_and_compare(importer, living, many, database, settings)


async def move_and_compare(importer, original, crowd, database, settings):
    """Bring it in, and ask everybody's every call of the old and of the new."""
    run = await importer.run(original, database)
    assert (run.code, run.complained) == (0, "")
    async with Pinge.running(settings, database) as moved, connected(original) as conn:
        oracle = Oracle(conn)
        for row in await oracle.people():
            person = await log_in(moved, row, crowd.passwords[row["email"]])
            if person is not None:
                await compare_answers(person, await oracle.answers(row["user_id"]))


async def log_in(moved, row, password):
    """Whoever logs in as before; None for those whose account is closed."""
    form = {"username": row["email"], "password": password}
    answer = await moved.call("POST", "/authentication/login", data=form)
    assert answer.status == (200 if row["is_active"] else 403)
    if not row["is_active"]:
        return None
    person = await moved.log_in(row["email"], row["username"], row["user_id"], password)
    me = (await person.get("/authentication/me")).data
    assert {name: row[name] for name in ("user_id", "username", "gender")}.items() <= me.items()
    return person


async def compare_answers(person, expected):
    for path, rows in expected.items():
        found = as_rows(await answered(person, path), rows)
        if path.endswith(UNORDERED):
            found, rows = in_some_order(found), in_some_order(rows)
        assert found == rows, path


async def answered(person, path):
    """All that a call answers, page by page where it has pages."""
    if not PAGED.match(path):
        answer = await person.get(path)
        assert answer.status == 200, answer.body
        return answer.data if isinstance(answer.data, list) else [answer.data]
    rows = []
    while True:
        page = (await person.get(f"{path}?limit=100&offset={len(rows)}")).data
        rows += page
        if len(page) < 100:
            return rows


def as_rows(found, expected):
    """What was found, with the fields that are expected, and times as times."""
    return [
        {name: as_value(name, row[name], was[name]) for name in was}
        for row, was in zip_longest(found, expected, fillvalue={})
    ]


def as_value(name, value, was):
    if isinstance(was, list):
        return as_rows(value, was)
    return datetime.fromisoformat(value) if name in TIMES else value


def in_some_order(rows):
    return sorted(rows, key=repr)
