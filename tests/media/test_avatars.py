"""Avatars: who may set them, what they are made of, how they are served, and when they are gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
from aiohttp import FormData

from pinge.media.avatars import collect
from pinge.media.storage import STORAGE
from tests.media.pictures import bomb, opened, picture, taken
from tests.people import Pinge

JPEG = {"Content-Type": "image/jpeg"}
ME = "/authentication/me/avatar"
UNKNOWN = "0" * 64
LARGEST = 5 * 2**20


async def show(person, content, path=ME, **options):
    """Send a picture as browsers send a Blob."""
    return await person.call("PUT", path, data=content, headers=JPEG, **options)


async def fetched(pinge, avatar, size=64, **headers):
    """Status, headers and bytes, as a browser gets them."""
    url = f"{pinge.url}/avatars/{avatar}/{size}"
    async with pinge.client.get(url, headers=headers) as response:
        return response.status, response.headers, await response.read()


async def files(pinge):
    return [file.key async for file in pinge.app[STORAGE].listing("avatars")]


async def collected(pinge, db):
    """Collect as if everything that is due some time were due now."""
    await db.execute("UPDATE avatars SET due_at = now() WHERE due_at IS NOT NULL")
    await collect(pinge.app)


async def test_everybody_sees_what_somebody_shows(pinge):
    ann, bob = await pinge.friends("ann", "bob")

    shown = await show(ann, picture())

    assert shown.status == 200
    avatar = shown.data["avatar"]
    group_id = await ann.group(bob)
    assert (await ann.get("/authentication/me")).data["avatar"] == avatar
    assert (await bob.get(f"/authentication/users/{ann.user_id}")).data["avatar"] == avatar
    [user] = (await bob.get("/authentication/users?q=ann")).data
    [contact] = (await bob.get("/contacts/")).data
    members = (await bob.get(f"/messages/groups/{group_id}/members")).data
    assert user["avatar"] == contact["avatar"] == avatar
    assert [row["avatar"] for row in members] == [avatar, None]


async def test_an_avatar_is_named_by_its_content_and_comes_in_three_sizes(pinge):
    ann = await pinge.person("ann")
    avatar = (await show(ann, picture())).data["avatar"]

    contents = {}
    for size in (64, 128, 512):
        status, headers, contents[size] = await fetched(pinge, avatar, size)
        assert (status, headers["Content-Type"]) == (200, "image/webp")
        assert opened(contents[size]).size == (size, size)
    assert sha256(contents[512]).hexdigest() == avatar


async def test_it_may_be_kept_for_ever_by_whoever_fetched_it(pinge):
    ann = await pinge.person("ann")
    avatar = (await show(ann, picture())).data["avatar"]

    _, headers, content = await fetched(pinge, avatar)

    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Origin" in headers["Vary"]
    again = await fetched(pinge, avatar, **{"If-None-Match": headers["ETag"]})
    assert (again[0], again[2]) == (304, b"")
    assert again[1]["Cache-Control"] == headers["Cache-Control"]
    assert (await fetched(pinge, avatar, 128, **{"If-None-Match": headers["ETag"]}))[0] == 200
    assert (await fetched(pinge, avatar, **{"If-None-Match": '"other"'}))[2] == content


async def test_pages_of_allowed_origins_may_set_and_read_it(pinge):
    ann, origin = await pinge.person("ann"), {"Origin": "http://localhost:3000"}
    asks = {"Access-Control-Request-Method": "PUT"}
    preflight = await pinge.call("OPTIONS", ME, headers=origin | asks)
    assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]

    avatar = (await show(ann, picture())).data["avatar"]

    _, headers, _ = await fetched(pinge, avatar, **origin)
    assert headers["Access-Control-Allow-Origin"] == origin["Origin"]


@pytest.mark.parametrize(
    "path",
    [
        f"{UNKNOWN}/64",
        f"{UNKNOWN}/65",
        f"{UNKNOWN}/064",
        f"{UNKNOWN}/x",
        f"{UNKNOWN[1:]}/64",
        "..%2Fsecret_key/64",
        "%2e%2e/64",
        f"{'A' * 64}/64",
        f"{UNKNOWN}%0A/64",
    ],
)
async def test_what_nobody_has_is_not_found(pinge, path):
    missing = await pinge.call("GET", f"/avatars/{path}")

    assert (missing.status, missing.code) == (404, "not_found")
    assert missing.headers["Cache-Control"] == "no-store"


async def test_a_form_with_one_file_will_do(pinge):
    ann = await pinge.person("ann")
    form = FormData({"note": "before it"})
    form.add_field("file", picture(), filename="me.svg", content_type="text/html")

    assert (await ann.call("PUT", ME, data=form)).data["avatar"]


@pytest.mark.parametrize("fields", [{}, {"file": "text"}])
async def test_a_form_without_a_file_will_not(pinge, fields):
    ann = await pinge.person("ann")
    form = FormData(fields, default_to_multipart=True)

    refused = await ann.call("PUT", ME, data=form)

    assert (refused.status, refused.code) == (422, "invalid")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "unsupported_media_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_media_type"),
        (picture()[:500], 422, "broken_picture"),
        (bomb(), 422, "too_many_pixels"),
    ],
    ids=["nothing", "svg", "broken", "bomb"],
)
async def test_what_cannot_be_shown_is_refused_and_changes_nothing(pinge, content, status, code):
    ann = await pinge.person("ann")
    before = (await show(ann, picture())).data

    refused = await show(ann, content)

    assert (refused.status, refused.code) == (status, code)
    assert (await ann.get("/authentication/me")).data == before
    assert len(await files(pinge)) == 3


@pytest.mark.parametrize("declared", [True, False])
async def test_what_is_too_large_is_refused_before_it_has_come(pinge, declared):
    ann = await pinge.person("ann")

    async def pieces():
        for _ in range(100):
            yield bytes(2**20)

    refused = await show(ann, BytesIO(bytes(LARGEST + 2**20)) if declared else pieces())

    assert (refused.status, refused.code) == (413, "too_large")
    assert (await show(ann, BytesIO(picture() + bytes(LARGEST - 100_000)))).status == 200


@pytest.mark.parametrize(("notes", "size"), [(0, LARGEST + 1), (12, 1)])
async def test_a_form_around_it_makes_it_no_larger(pinge, notes, size):
    ann = await pinge.person("ann")
    form = FormData({f"note{number}": "x" * 2**19 for number in range(notes)})
    form.add_field("file", BytesIO(bytes(size)), filename="me")

    assert (await ann.call("PUT", ME, data=form)).code == "too_large"


async def test_where_it_was_taken_is_told_to_nobody(pinge):
    ann = await pinge.person("ann")
    avatar = (await show(ann, taken(6))).data["avatar"]

    for size in (64, 128, 512):
        _, _, content = await fetched(pinge, avatar, size)
        assert b"phone" not in content
        assert not opened(content).getexif()


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


async def test_pictures_are_limited(settings, database):
    async with Pinge.running(replace(settings, rate_limits=True), database) as running:
        ann, bob = await running.people("ann", "bob")

        for _ in range(20):
            assert (await show(ann, b"")).status == 415
        limited = await show(ann, picture())

        assert (limited.status, limited.code) == (429, "rate_limited")
        assert (await show(bob, picture())).status == 200
