"""Files that nobody can have any more are gone from the store, and no others."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from pinge.attachments.collecting import SQL, collect_once
from pinge.attachments.places import folder, place
from pinge.media import images
from pinge.media.storage import STORAGE
from pinge.messages.purge import purge_once
from tests.attachments.files import add, begin, get, upload
from tests.media.pictures import picture
from tests.people import Pinge

A_DAY_LATER = """
UPDATE attachments
   SET due_at = due_at - interval '25 hours', claimed_at = claimed_at - interval '25 hours'
"""


@pytest.fixture
def stored(pinge):
    """What lies in the store, by attachment."""

    async def listed(attachment_id):
        listing = pinge.app[STORAGE].listing(folder(attachment_id))
        return {file.key.rpartition("/")[2] async for file in listing}

    return listed


async def collect(pinge, db):
    """Let a day pass, and collect."""
    await db.execute(A_DAY_LATER)
    await collect_once(pinge.app)


async def rows(db):
    return await db.fetchval("SELECT count(*) FROM attachments")


async def test_what_is_unfinished_or_unsent_after_a_day_is_gone(pinge, db, stored):
    ann = await pinge.person("ann")
    begun, whole = await begin(ann, 10), (await upload(ann, picture()))["attachment_id"]
    await add(ann, begun, 0, b"0123")
    before = [len(await stored(one)) for one in (begun, whole)]

    await collect_once(pinge.app)
    early = [len(await stored(one)) for one in (begun, whole)]
    await collect(pinge, db)

    assert before == early == [1, 3]
    assert [await stored(one) for one in (begun, whole)] == [set(), set()]
    assert await rows(db) == 0
    assert (await add(ann, begun, 4, b"456789")).status == 404
    assert (await ann.get("/attachments")).data == []


async def test_what_was_sent_stays(pinge, db, stored):
    ann, bob = await pinge.friends("ann", "bob")
    file = (await upload(ann, picture()))["attachment_id"]
    await ann.write(bob, "", attachment_ids=[file])

    await collect(pinge, db)
    await collect(pinge, db)

    assert len(await stored(file)) == 3
    assert (await get(bob, f"/attachments/{file}")).status == 200
    assert await db.fetchval("SELECT due_at FROM attachments") is None


async def test_what_was_left_beside_a_file_is_gone(pinge, db, stored):
    ann, bob = await pinge.friends("ann", "bob")
    file = (await upload(ann, picture()))["attachment_id"]
    await ann.write(bob, "", attachment_ids=[file])
    kept = await stored(file)
    await pinge.app[STORAGE].put(place(file, "left-by-a-process-that-died"), b"x")

    await collect(pinge, db)

    assert await stored(file) == kept


async def test_of_many_who_bring_the_last_piece_at_once_one_leaves_a_file(pinge, stored):
    ann = await pinge.person("ann")
    content = picture()
    attachment_id = await begin(ann, len(content), "x.jpeg")

    added = await asyncio.gather(*(add(ann, attachment_id, 0, content) for _ in range(10)))

    assert sorted(one.status for one in added) == [200] + [409] * 9
    assert len(await stored(attachment_id)) == 3


async def test_a_picture_for_which_there_is_no_time_leaves_no_file(pinge, stored, monkeypatch):
    ann = await pinge.person("ann")
    content = picture()
    attachment_id = await begin(ann, len(content), "x.jpeg")

    with monkeypatch.context() as crowd:
        crowd.setattr(images, "LONGEST_QUEUE", 0)
        refused = await add(ann, attachment_id, 0, content)
    left = await stored(attachment_id)
    done = await add(ann, attachment_id, 0, content)

    assert (refused.status, left) == (503, set())
    assert (done.data["is_complete"], len(await stored(attachment_id))) == (True, 3)


async def test_the_files_of_a_deleted_message_are_gone(pinge, db, stored):
    ann, bob = await pinge.friends("ann", "bob")
    file, other = [(await upload(ann, b"x"))["attachment_id"] for _ in range(2)]
    message = (await ann.write(bob, "", attachment_ids=[file])).data["message_id"]
    await ann.write(bob, "", attachment_ids=[other])
    await collect(pinge, db)

    await ann.delete(f"/messages/{message}?scope=everyone")
    await collect_once(pinge.app)

    assert (await stored(file), len(await stored(other))) == (set(), 1)
    assert await rows(db) == 1


async def test_the_files_of_a_deleted_group_are_gone(pinge, db, stored):
    ann = await pinge.person("ann")
    group_id, file = await ann.group(), (await upload(ann, b"x"))["attachment_id"]
    await ann.write_group(group_id, "", attachment_ids=[file])
    await collect(pinge, db)

    await ann.delete(f"/messages/groups/{group_id}")
    await purge_once(pinge.app)
    await collect_once(pinge.app)

    assert (await stored(file), await rows(db)) == (set(), 0)


async def test_what_was_let_go_is_gone_soon_and_its_room_is_free(pinge, db, stored):
    ann = await pinge.person("ann")
    file = (await upload(ann, b"x"))["attachment_id"]

    await ann.delete(f"/attachments/{file}")
    await collect_once(pinge.app)

    assert (await stored(file), await rows(db)) == (set(), 0)


async def test_a_claim_whose_message_never_came_is_gone(pinge, db, stored):
    ann, bob = await pinge.people("ann", "bob")
    group_id, file = await bob.group(), (await upload(ann, b"x"))["attachment_id"]
    refused = await ann.write_group(group_id, "x", attachment_ids=[file])

    await collect(pinge, db)

    assert (refused.status, await stored(file), await rows(db)) == (403, set(), 0)


async def test_a_send_and_a_collection_never_both_have_a_file(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    for _ in range(30):
        file = (await upload(ann, b"x"))["attachment_id"]
        await db.execute("UPDATE attachments SET due_at = now() WHERE message_id IS NULL")
        sent, *_ = await asyncio.gather(
            ann.write(bob, "", attachment_ids=[file]),
            *(collect_once(pinge.app) for _ in range(2)),
        )
        had = (await get(bob, f"/attachments/{file}")).status

        assert (sent.status, had) in ((201, 200), (404, 404))


async def test_a_retry_a_day_later_keeps_the_file(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    file = (await upload(ann, b"x"))["attachment_id"]
    same = {"client_id": str(uuid4()), "attachment_ids": [file]}
    await ann.write(bob, "", **same)
    await collect(pinge, db)

    await ann.write(bob, "", **same)
    await collect(pinge, db)

    assert (await get(bob, f"/attachments/{file}")).status == 200


async def test_two_processes_collect_side_by_side(pinge, settings, database, db):
    ann = await pinge.person("ann")
    for _ in range(15):
        await upload(ann, b"x")
    await db.execute(A_DAY_LATER)

    async with Pinge.running(settings, database) as other:
        await asyncio.gather(*(collect_once(one.app) for one in (pinge, other) * 2))

    assert await rows(db) == 0
    assert [file async for file in pinge.app[STORAGE].listing("attachments")] == []


async def test_what_a_process_took_and_left_is_taken_again(pinge, db, stored):
    ann = await pinge.person("ann")
    file = (await upload(ann, b"x"))["attachment_id"]
    await db.execute(A_DAY_LATER)

    await SQL.take_due.rows(db, slice=10)  # and died
    await collect_once(pinge.app)
    left = await stored(file)
    refused = await get(ann, f"/attachments/{file}")
    await db.execute("UPDATE attachments SET due_at = due_at - interval '11 minutes'")
    await collect_once(pinge.app)

    assert (len(left), refused.status) == (1, 404)
    assert (await stored(file), await rows(db)) == (set(), 0)


async def test_a_folder_is_left_as_it_was(pinge, db, settings):
    ann = await pinge.person("ann")
    await upload(ann, picture())

    await collect(pinge, db)

    assert list((settings.home / "files" / "attachments").rglob("*")) == []
