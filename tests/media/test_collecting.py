"""Avatars are kept as long as anybody has them, wherever files are kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pinge.media.avatars import collect
from tests.media.pictures import opened, picture
from tests.media.showing import ME, collected, fetched, files, show
from tests.people import Pinge


async def test_who_takes_it_away_has_none_and_soon_it_is_gone(pinge, db):
    ann = await pinge.person("ann")
    avatar = (await show(ann, picture())).data["avatar"]

    assert (await ann.delete(ME)).data["avatar"] is None
    assert (await ann.delete(ME)).status == 200
    await collected(pinge, db)

    assert (await fetched(pinge, avatar))[0] == 404
    assert await files(pinge) == []
    assert await db.fetchval("SELECT count(*) FROM avatars") == 0


async def test_as_long_as_one_of_several_has_it_it_stays(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    in_group = f"/messages/groups/{group_id}/avatar"
    avatar = (await show(ann, picture())).data["avatar"]
    for shown in (await show(bob, picture()), await show(ann, picture(), in_group)):
        assert shown.data["avatar"] == avatar

    for remove in (ann.delete(ME), ann.delete(in_group)):
        await remove
        await collected(pinge, db)
        assert (await fetched(pinge, avatar))[0] == 200
    await show(bob, picture(mode="L"))
    await collected(pinge, db)

    assert (await fetched(pinge, avatar))[0] == 404
    assert len(await files(pinge)) == 3


@pytest.mark.parametrize("end", ["deleted", "left"])
async def test_a_group_that_is_no_more_has_no_picture(pinge, db, end):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    await show(ann, picture(), f"/messages/groups/{group_id}/avatar")

    if end == "deleted":
        await ann.delete(f"/messages/groups/{group_id}")
    else:
        await ann.post(f"/messages/groups/{group_id}/leave")
    await collected(pinge, db)

    assert await files(pinge) == []


async def test_what_somebody_is_about_to_have_is_not_collected(pinge, db):
    ann = await pinge.person("ann")
    await show(ann, picture())
    await ann.delete(ME)

    await collect(pinge.app)

    assert len(await files(pinge)) == 3  # another may have sent it a moment ago


async def test_who_shows_what_is_being_collected_has_it_all_the_same(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    for _ in range(3):
        await show(ann, picture())
        await ann.delete(ME)
        shown, _ = await asyncio.gather(show(bob, picture()), collected(pinge, db))
        assert (await fetched(pinge, shown.data["avatar"]))[0] == 200
        await bob.delete(ME)


async def test_files_that_cannot_be_kept_change_nothing_and_are_503(pinge, settings):
    ann = await pinge.person("ann")
    folder = settings.home / "files" / "avatars"
    folder.write_text("in the way")

    refused = await show(ann, picture())

    assert (refused.status, refused.code) == (503, "unavailable")
    assert (await ann.get("/authentication/me")).data["avatar"] is None
    folder.unlink()
    assert (await show(ann, picture())).status == 200


async def test_a_bucket_keeps_them_as_well(settings, database, db, bucket, in_bucket):
    async with Pinge.running(replace(settings, files=in_bucket), database) as running:
        ann = await running.person("ann")
        avatar = (await show(ann, picture())).data["avatar"]

        status, _, content = await fetched(running, avatar, 128)

        assert (status, opened(content).size) == (200, (128, 128))
        await ann.delete(ME)
        await collected(running, db)
        assert (await fetched(running, avatar))[0] == 404
        assert await files(running) == []


async def test_a_frozen_bucket_is_503_and_messages_go_on(settings, database, bucket, in_bucket):
    async with Pinge.running(replace(settings, files=in_bucket), database) as running:
        ann, bob = await running.friends("ann", "bob")
        avatar = (await show(ann, picture())).data["avatar"]

        bucket.freeze()
        try:
            away = asyncio.gather(fetched(running, avatar), show(bob, picture()))
            assert (await ann.write(bob, "hello")).status == 201
            [status, headers, _], refused = await away
        finally:
            bucket.thaw()

        assert (status, headers["Retry-After"], refused.status) == (503, "1", 503)
        assert (await fetched(running, avatar))[0] == 200
        assert (await bob.get("/authentication/me")).data["avatar"] is None
