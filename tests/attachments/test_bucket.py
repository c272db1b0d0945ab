"""All of it once more, with an object store."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from pinge.attachments.collecting import collect_once
from pinge.media.storage import STORAGE
from tests.attachments.files import add, begin, get, upload
from tests.media.pictures import opened, picture, taken
from tests.people import Pinge

LARGE = bytes(range(251)) * 4 * 10_000  # 10 MB, more than one part of what goes to a store


async def test_files_live_and_die_in_a_bucket(settings, database, db, in_bucket):
    async with Pinge.running(replace(settings, files=in_bucket), database) as pinge:
        ann, bob = await pinge.friends("ann", "bob")
        empty, photo = await upload(ann, b""), await upload(ann, taken(6), "x.jpeg")
        odd, large = await upload(ann, picture()[:-900]), await begin(ann, len(LARGE))
        await add(ann, large, 0, BytesIO(LARGE[: 3 * 2**20]))
        await add(ann, large, 3 * 2**20, BytesIO(LARGE[3 * 2**20 :]))
        ids = [empty["attachment_id"], photo["attachment_id"], odd["attachment_id"], large]
        message = (await ann.write(bob, "", attachment_ids=ids)).data["message_id"]

        had = [await get(bob, f"/attachments/{one}") for one in ids]
        part = await get(bob, f"/attachments/{large}", Range="bytes=5000000-5000009")
        small = await get(bob, f"/attachments/{ids[1]}/thumbnail")
        await ann.delete(f"/messages/{message}?scope=everyone")
        await collect_once(pinge.app)
        left = [file async for file in pinge.app[STORAGE].listing("attachments")]

    assert [one.status for one in had] == [200] * 4
    assert (had[0].content, had[2].content, had[3].content) == (b"", picture()[:-900], LARGE)
    assert b"certain phone" not in had[1].content
    assert part.content == LARGE[5000000:5000010]
    assert opened(small.content).size == (240, 320)
    assert (left, await db.fetchval("SELECT count(*) FROM attachments")) == ([], 0)


async def test_while_the_bucket_is_away_files_wait_and_messages_go_on(
    settings, database, bucket, in_bucket
):
    async with Pinge.running(replace(settings, files=in_bucket), database) as pinge:
        ann, bob = await pinge.friends("ann", "bob")
        file, begun = (await upload(ann, b"0123"))["attachment_id"], await begin(ann, 4)
        bucket.freeze()
        try:
            away = await get(ann, f"/attachments/{file}")
            refused = await add(ann, begun, 0, b"0123")
            sent = await ann.write(bob, "", attachment_ids=[file])
        finally:
            bucket.thaw()
        again = await add(ann, begun, 0, b"0123")

        assert (away.status, refused.status, sent.status) == (503, 503, 201)
        assert again.data["is_complete"]
        assert (await get(bob, f"/attachments/{file}")).content == b"0123"
