"""Emojis, pins and stars cross from the process that wrote them to those that others are at."""

from __future__ import annotations

import asyncio
import dataclasses
from uuid import uuid4

import pytest

from pinge.realtime.bus import BUS
from pinge.realtime.following import LARGE
from tests.people import Pinge
from tests.sync.test_nodes import at


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, bus="postgres", secret_key="k" * 32)


@pytest.fixture
async def other(pinge, settings, database):
    """The second process, once the two hear of each other."""
    async with Pinge.running(settings, database) as other:
        for running in (pinge, other):
            async with asyncio.timeout(5):
                while not running.app[BUS].is_healthy:
                    await asyncio.sleep(0.01)
        yield other


def mark(person, message, what, method="PUT"):
    return person.call(method, f"/messages/{message['message_id']}/{what}")


async def test_people_at_another_process_hear_of_each_in_its_place(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    message = (await ann.write(bob, "Look!")).data
    far, mine = await at(other, bob).live(), await at(other, ann).live()

    await mark(ann, message, "reactions/👍")
    await mark(ann, message, "reactions/👍", "DELETE")
    await mark(ann, message, "star")
    await mark(ann, message, "pin")

    told = [await far.next()]
    while told[-1]["event"] != "message_pinned":
        told.append(await far.next())
    reactions = [one["data"] for one in told if one["event"] == "reaction_changed"]
    assert (reactions[-1]["is_on"], reactions[-1]["count"]) == (False, 0)
    assert {one["event"] for one in told} == {"reaction_changed", "message_pinned"}
    assert (await mine.next("message_starred"))["data"]["message_id"] == message["message_id"]


async def test_so_do_those_in_a_large_group_who_are_not_told_one_by_one(pinge, other, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    crowd = [(uuid4(), f"{number}@crowd.example") for number in range(LARGE)]
    await db.executemany(
        "INSERT INTO users (user_id, email, username, password_hash, gender, country)"
        " VALUES ($1, $2, 'one', 'x', 'Others', 'Peru')",
        crowd,
    )
    ids = {"user_ids": [str(user_id) for user_id, _ in crowd]}
    assert (await ann.post(f"/messages/groups/{group_id}/members", ids)).status == 201
    far = await at(other, bob).live()
    message = (await ann.write_group(group_id, "Look!")).data
    await far.next("new_group_message")

    await mark(ann, message, "reactions/👍")

    told = (await far.next("reaction_changed"))["data"]
    assert (told["message_id"], told["count"]) == (message["message_id"], 1)
