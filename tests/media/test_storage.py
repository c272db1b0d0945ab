"""Files are kept, in a folder and in a bucket alike, and failures are told apart."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from pinge.config import SettingsError
from pinge.errors import NotFound, Unavailable
from pinge.media.storage import PIECE, Storage
from tests.people import Pinge

LARGE = os.urandom(11 * 2**20 + 1)  # three parts of an upload


@pytest.fixture(params=["home", "folder", "bucket"])
def storage(request, tmp_path):
    """One that is empty."""
    if request.param == "home":
        return Storage(None, tmp_path)
    if request.param == "folder":
        return Storage(f"file://{tmp_path}/else%20where", tmp_path)
    return Storage(request.getfixturevalue("in_bucket"), tmp_path)


async def pieces(content, size=2**20):
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def joined(stream):
    return b"".join([piece async for piece in stream])


async def test_a_small_file_is_what_was_put(storage):
    await storage.put("a/b", b"first")
    await storage.put("a/b", b"second")

    assert await storage.read("a/b") == b"second"
    assert await storage.size("a/b") == 6


async def test_a_large_one_goes_in_and_out_in_parts(storage, tmp_path):
    file = tmp_path / "upload"
    file.write_bytes(LARGE)
    await storage.put("from/a-file", file)
    await storage.put("from/pieces", pieces(LARGE))

    for key in ("from/a-file", "from/pieces"):
        assert await storage.size(key) == len(LARGE)
        assert await joined(storage.stream(key, 0, len(LARGE))) == LARGE


@pytest.mark.parametrize(
    ("start", "end"), [(0, 1), (PIECE - 1, PIECE + 1), (5, 2 * PIECE + 5), (7, 7)]
)
async def test_any_part_of_a_file_can_be_had(storage, start, end):
    await storage.put("a", LARGE)

    assert await joined(storage.stream("a", start, end)) == LARGE[start:end]


async def test_what_is_not_there_is_told_from_what_cannot_be_had(storage):
    for asked in (storage.read("a"), storage.size("a"), joined(storage.stream("a", 0, 1))):
        with pytest.raises(NotFound):
            await asked


async def test_what_was_deleted_is_gone_and_may_be_deleted_again(storage):
    await storage.put("a/b", b"x")
    await storage.put("a/c", b"x")

    await storage.delete("a/b", "a/c", "a/d")
    await storage.delete("a/b")

    assert [file async for file in storage.listing("a")] == []


async def test_a_listing_tells_what_lies_under_a_folder(storage):
    for key in ("a/b/c", "a/d", "ab/c", "e"):
        await storage.put(key, key.encode())

    listed = {file.key: file.size async for file in storage.listing("a")}

    assert listed == {"a/b/c": 5, "a/d": 3}
    assert [file async for file in storage.listing("z")] == []


async def test_an_upload_that_fails_leaves_nothing_to_be_read(storage):
    async def failing():
        yield LARGE
        raise RuntimeError("the client went away")

    with pytest.raises(Exception, match="the client went away"):
        await storage.put("a/b", failing())

    with pytest.raises(NotFound):
        await storage.read("a/b")
    assert [file async for file in storage.listing("a")] == []


async def test_files_are_for_nobody_else_on_the_machine(tmp_path):
    Storage(None, tmp_path)

    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


async def test_a_frozen_bucket_is_unavailable_until_it_goes_on(bucket, in_bucket, tmp_path):
    storage = Storage(in_bucket, tmp_path)
    await storage.put("a", b"x")

    bucket.freeze()
    try:
        with pytest.raises(Unavailable):
            await storage.read("a")
    finally:
        bucket.thaw()

    assert await storage.read("a") == b"x"


async def test_no_pinge_starts_where_nothing_can_be_kept(settings, database, tmp_path):
    (tmp_path / "file").write_text("no folder")
    wrong = replace(settings, files=f"file://{tmp_path}/file")

    with pytest.raises(SettingsError, match="PINGE_FILES: nothing can be kept") as refused:
        async with Pinge.running(wrong, database):
            pass

    assert "\n" not in str(refused.value)


async def test_no_pinge_starts_with_credentials_that_are_refused(
    settings, database, in_bucket, monkeypatch
):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    with pytest.raises(SettingsError, match="PINGE_FILES: nothing can be kept in s3://files"):
        async with Pinge.running(replace(settings, files=in_bucket), database):
            pass


async def test_a_pinge_starts_with_a_bucket(settings, database, in_bucket):
    async with Pinge.running(replace(settings, files=in_bucket), database) as running:
        assert (await running.call("GET", "/health/ready")).status == 200
