"""Avatars: who may set them, what they are made of, and how they are served."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
from aiohttp import FormData

from tests.media.pictures import bomb, opened, picture, taken
from tests.media.showing import ME, fetched, files, show
from tests.people import Pinge

UNKNOWN = "0" * 64
LARGEST = 5 * 2**20


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


async def test_pictures_are_limited(settings, database):
    async with Pinge.running(replace(settings, rate_limits=True), database) as running:
        ann, bob = await running.people("ann", "bob")

        for _ in range(20):
            assert (await show(ann, b"")).status == 415
        limited = await show(ann, picture())

        assert (limited.status, limited.code) == (429, "rate_limited")
        assert (await show(bob, picture())).status == 200
