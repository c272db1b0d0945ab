"""Files that arrive in pieces, over lines that break."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import pytest
from aiohttp import ClientSession, web

from pinge import app
from pinge.attachments import receiving
from tests.attachments.files import PIECES, add, begin, get, upload
from tests.people import Pinge

LARGE = bytes(range(256)) * 4096 * 5  # 5 MiB, in which every byte is at its place


async def test_a_file_arrives_in_one_piece(pinge):
    ann = await pinge.person("ann")

    file = await upload(ann, b"Some notes.")

    assert file["is_complete"] is True
    assert (file["size"], file["upload_offset"], file["content_type"]) == (11, 11, "text/plain")
    assert (await get(ann, f"/attachments/{file['attachment_id']}")).content == b"Some notes."


async def test_a_file_arrives_in_many_pieces(pinge):
    ann = await pinge.person("ann")
    attachment_id = await begin(ann, len(LARGE))
    offset = 0
    for size in (1, 70_000, 3 * 2**20, 5, len(LARGE)):
        piece = BytesIO(LARGE[offset : offset + size])
        added = await add(ann, attachment_id, offset, piece)
        offset = min(offset + size, len(LARGE))
        assert int(added.headers["Upload-Offset"]) == added.data["upload_offset"] == offset

    got = await get(ann, f"/attachments/{attachment_id}")

    assert sha256(got.content).digest() == sha256(LARGE).digest()


async def test_an_empty_file_is_whole_at_once(pinge):
    ann = await pinge.person("ann")

    file = await upload(ann, b"")
    got = await get(ann, f"/attachments/{file['attachment_id']}")

    assert (file["is_complete"], file["size"]) == (True, 0)
    assert (got.status, got.content) == (200, b"")


async def test_who_lost_count_asks_where_to_go_on(pinge):
    ann = await pinge.person("ann")
    attachment_id = await begin(ann, 10)
    await add(ann, attachment_id, 0, b"0123")

    asked = await get(ann, f"/attachments/{attachment_id}", "HEAD")
    wrong = await add(ann, attachment_id, 0, b"0123456789")
    right = await add(ann, attachment_id, 4, b"456789")
    done = await get(ann, f"/attachments/{attachment_id}", "HEAD")

    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("4", "10")
    assert (wrong.status, wrong.code, wrong.body["upload_offset"]) == (409, "wrong_offset", 4)
    assert right.data["is_complete"]
    assert (done.headers["Upload-Offset"], done.headers["Upload-Length"]) == ("10", "10")


@pytest.fixture
async def patient(settings, database):
    """A Pinge that is served as it really is: what it does, it does to its end."""
    runner = web.AppRunner(app.build(settings, database))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as client:
        port = runner.addresses[0][1]
        yield Pinge(runner.app, f"http://127.0.0.1:{port}", client)
    await runner.cleanup()


async def test_what_came_before_a_line_broke_is_kept(patient):
    ann = await patient.person("ann")
    attachment_id = await begin(ann, len(LARGE))

    async def breaking():
        yield LARGE[: 3 * 2**20]
        await asyncio.Event().wait()

    adding = asyncio.create_task(add(ann, attachment_id, 0, breaking()))
    while not await offset_of(ann, attachment_id):
        pass
    adding.cancel()
    offset = await offset_of(ann, attachment_id)
    while (more := await add(ann, attachment_id, offset, BytesIO(LARGE[offset:]))).status == 409:
        offset = more.body["upload_offset"]  # the rest of what came was added only now

    assert 2**21 <= offset <= 3 * 2**20
    assert (await get(ann, f"/attachments/{attachment_id}")).content == LARGE


async def offset_of(person, attachment_id):
    """How far an upload is."""
    asked = await get(person, f"/attachments/{attachment_id}", "HEAD")
    return int(asked.headers["Upload-Offset"])


async def test_who_stalls_is_told_and_keeps_what_came(pinge, monkeypatch):
    monkeypatch.setattr(receiving, "STALLED", 0.05)
    ann = await pinge.person("ann")
    attachment_id = await begin(ann, 10)

    async def stalling():
        yield b"0123"
        await asyncio.Event().wait()

    stalled = await add(ann, attachment_id, 0, stalling())
    done = await add(ann, attachment_id, 4, b"456789")

    assert (stalled.status, stalled.code) == (408, "request_timeout")
    assert done.data["is_complete"]


async def test_nobody_sends_very_many_pieces_at_once(pinge, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_AT_ONCE", 2)
    ann, bob = await pinge.people("ann", "bob")
    ids, ended = [await begin(ann, 10) for _ in range(3)], asyncio.Event()

    async def slow():
        yield b"0123"
        await ended.wait()
        yield b"456789"

    adding = [asyncio.create_task(add(ann, one, 0, slow())) for one in ids[:2]]
    while pinge.app[receiving.RECEIVING].total() < 2:
        await asyncio.sleep(0)
    refused = await add(ann, ids[2], 0, b"0123456789")
    others = await add(bob, await begin(bob, 1), 0, b"x")
    ended.set()

    assert (refused.status, refused.code, others.status) == (429, "rate_limited", 200)
    assert [(await one).status for one in adding] == [200, 200]
    assert (await add(ann, ids[2], 0, b"0123456789")).status == 200


async def test_two_at_the_same_place_leave_one_file(pinge):
    ann = await pinge.person("ann")
    for _ in range(20):
        attachment_id = await begin(ann, 6)
        first = await asyncio.gather(*(add(ann, attachment_id, 0, x * 3) for x in (b"a", b"b")))
        second = await asyncio.gather(*(add(ann, attachment_id, 3, x * 3) for x in (b"c", b"d")))

        assert sorted(one.status for one in first) == [200, 409]
        assert sorted(one.status for one in second) == [200, 409]
        content = (await get(ann, f"/attachments/{attachment_id}")).content
        assert content in (b"aaaccc", b"aaaddd", b"bbbccc", b"bbbddd")


async def test_pieces_may_go_to_different_processes(pinge, settings, database):
    ann = await pinge.person("ann")
    attachment_id = await begin(ann, 10)
    async with Pinge.running(settings, database) as other:
        there = await other.log_in(ann.email, ann.name, ann.user_id)
        await add(ann, attachment_id, 0, b"0123")
        await add(there, attachment_id, 4, b"4567")
        await add(ann, attachment_id, 8, b"89")

        assert (await get(there, f"/attachments/{attachment_id}")).content == b"0123456789"


@pytest.mark.parametrize("chunked", [False, True])
async def test_more_than_was_said_is_refused(pinge, chunked):
    ann = await pinge.person("ann")
    attachment_id = await begin(ann, 4)

    async def pieces():
        yield b"0123456789"

    much = await add(ann, attachment_id, 0, pieces() if chunked else b"0123456789")
    right = await add(ann, attachment_id, 0, b"0123")

    assert (much.status, much.code) == (413, "too_large")
    assert right.data["is_complete"]


async def test_a_whole_file_takes_no_more(pinge):
    ann = await pinge.person("ann")
    file = await upload(ann, b"0123")

    again = await add(ann, file["attachment_id"], 0, b"0123")
    more = await add(ann, file["attachment_id"], 4, b"")

    assert (again.status, more.status) == (409, 409)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": PIECES}, 400),
        ({"Content-Type": PIECES, "Upload-Offset": "-1"}, 400),
        ({"Content-Type": PIECES, "Upload-Offset": "\u0661"}, 400),
        ({"Content-Type": PIECES, "Upload-Offset": "9" * 30}, 400),
        ({"Content-Type": PIECES, "Upload-Offset": "3"}, 409),
        ({"Content-Type": "application/json", "Upload-Offset": "0"}, 415),
        ({"Content-Type": PIECES, "Upload-Offset": "0", "Content-Encoding": "gzip"}, 415),
    ],
)
async def test_a_piece_says_what_it_is_and_where_it_goes(pinge, headers, status):
    ann = await pinge.person("ann")
    attachment_id = await begin(ann, 4)

    path = f"/attachments/{attachment_id}"
    added = await ann.call("PATCH", path, data=b"0123", headers=headers)

    assert (added.status, bool(added.code)) == (status, True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"size": 1},
        {"name": "", "size": 1},
        {"name": "x" * 1001, "size": 1},
        {"name": "x", "size": -1},
        {"name": "x", "size": "1"},
        {"name": "x", "size": 1.5},
        {"name": "x", "size": 1, "content_type": "x" * 256},
        {"name": 5, "size": 1},
    ],
)
async def test_what_is_to_come_is_well_said(pinge, body):
    ann = await pinge.person("ann")

    started = await ann.post("/attachments", body)

    assert (started.status, started.code) == (422, "invalid")


async def test_what_was_not_sent_is_listed_and_can_be_let_go(pinge):
    ann, bob = await pinge.people("ann", "bob")
    old = await upload(ann, b"Some notes.", "old.txt")
    new = await begin(ann, 10, "new.txt")
    listed = (await ann.get("/attachments")).data

    gone = await ann.delete(f"/attachments/{old['attachment_id']}")

    assert [one["name"] for one in listed] == ["new.txt", "old.txt"]
    assert (await bob.get("/attachments")).data == []
    assert gone.status == 200
    assert [one["attachment_id"] for one in (await ann.get("/attachments")).data] == [new]
    for answer in (
        await ann.delete(f"/attachments/{old['attachment_id']}"),
        await add(ann, old["attachment_id"], 0, b""),
        await get(ann, f"/attachments/{old['attachment_id']}"),
        await ann.delete(f"/attachments/{uuid4()}"),
        await bob.delete(f"/attachments/{new}"),
    ):
        assert answer.status == 404


async def test_nobody_else_sees_an_upload(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    begun, whole = await begin(ann, 10), (await upload(ann, b"0123"))["attachment_id"]

    for attachment_id in (begun, whole, str(uuid4())):
        path = f"/attachments/{attachment_id}"
        assert (await get(bob, path)).status == 404
        assert (await get(bob, path, "HEAD")).status == 404
        assert (await add(bob, attachment_id, 0, b"0123")).status == 404
        assert (await bob.post(f"{path}/link")).status == 404
