"""How much somebody may upload, at once and in all."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pinge.attachments import receiving
from tests.attachments.files import add, begin
from tests.people import Pinge


@pytest.fixture
def small(settings):
    """Room for two files of a MiB."""
    return replace(settings, largest_file_mib=1, quota_mib=2)


async def test_a_file_that_is_too_large_is_refused_before_it_comes(small, database):
    async with Pinge.running(small, database) as pinge:
        ann = await pinge.person("ann")

        much = await ann.post("/attachments", {"name": "x", "size": 2**20 + 1})
        right = await ann.post("/attachments", {"name": "x", "size": 2**20})

        assert (much.status, much.code) == (413, "too_large")
        assert right.status == 201


async def test_nobody_takes_more_room_than_their_share(small, database):
    async with Pinge.running(small, database) as pinge:
        ann, bob = await pinge.people("ann", "bob")
        started = await asyncio.gather(
            *(ann.post("/attachments", {"name": "x", "size": 2**20}) for _ in range(6))
        )
        [full, *_] = [one for one in started if one.status != 201]

        assert sorted(one.status for one in started) == [201, 201, 413, 413, 413, 413]
        assert (full.code, full.body["used_bytes"]) == ("quota_exceeded", 2 * 2**20)
        assert await begin(bob, 2**20)
        [kept, _] = [one.data["attachment_id"] for one in started if one.status == 201]
        assert (await ann.delete(f"/attachments/{kept}")).status == 200
        assert await begin(ann, 2**20)


async def test_nobody_begins_and_begins(pinge):
    ann = await pinge.person("ann")
    begun = [await begin(ann, 10) for _ in range(20)]

    one_more = await ann.post("/attachments", {"name": "x", "size": 10})
    await add(ann, begun[0], 0, b"0123456789")

    assert (one_more.status, one_more.code) == (409, "too_many_uploads")
    assert await begin(ann, 10)


async def test_nobody_sends_a_file_byte_by_byte(pinge, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_PARTS", 3)
    ann = await pinge.person("ann")
    attachment_id = await begin(ann, 10)

    added = [(await add(ann, attachment_id, at, b"x")).status for at in range(4)]

    assert added == [200, 200, 200, 400]
