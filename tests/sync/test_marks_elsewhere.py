"""Emojis, pins and stars cross from the process that wrote them to those that others are at."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from pinge.realtime.bus import BUS
from tests.people import Pinge
from tests.sync.test_nodes import at


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, bus="postgres", secret_key="k" * 32)


async def test_people_at_another_process_hear_of_each_in_its_place(pinge, settings, database):
    async with Pinge.running(settings, database) as other:
        ann, bob = await pinge.friends("ann", "bob")
        for running in (pinge, other):
            async with asyncio.timeout(5):
                while not running.app[BUS].is_healthy:
                    await asyncio.sleep(0.01)
        message = (await ann.write(bob, "Look!")).data
        far, mine = await at(other, bob).live(), await at(other, ann).live()
        changes = [
            ("PUT", "reactions/👍"),
            ("DELETE", "reactions/👍"),
            ("PUT", "star"),
            ("PUT", "pin"),
        ]

        for method, mark in changes:
            await ann.call(method, f"/messages/{message['message_id']}/{mark}")

        told = [await far.next() for _ in range(2)]
        while told[-1]["event"] != "message_pinned":
            told.append(await far.next())
        reactions = [one["data"] for one in told if one["event"] == "reaction_changed"]
        assert (reactions[-1]["is_on"], reactions[-1]["count"]) == (False, 0)
        assert {one["event"] for one in told} == {"reaction_changed", "message_pinned"}
        assert (await mine.next("message_starred"))["data"]["message_id"] == message["message_id"]
