"""Pictures that are none, bombs, and too many of them: refused, and nobody is the worse for it."""

from __future__ import annotations

import asyncio
import struct
import sys
import zlib
from contextlib import suppress
from itertools import pairwise

import pytest

from pinge.errors import Unavailable
from pinge.media.images import (
    LONGEST_QUEUE,
    BrokenPicture,
    NoPicture,
    TooManyPixels,
    kind,
)
from tests.media.pictures import (
    bomb,
    chunk,
    picture,
    png,
)

WHOLE = picture()
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"GIF", b"BM" + bytes(100), b"II*\0" + bytes(100), b"%PDF-1.7", SVG, b"\0" * 5000],
)
async def test_what_is_no_picture_is_refused(images, content):
    assert kind(content[:12]) is None
    with pytest.raises(NoPicture):
        await images.squares(content)


def test_the_first_bytes_say_what_it_is():
    kinds = {form: kind(picture(kind=form)[:12]) for form in ("JPEG", "PNG", "GIF", "WEBP")}
    assert kinds == {form: f"image/{form.lower()}" for form in kinds}
    assert kind(b"RIFF\0\0\0\0WAVE") is None


@pytest.mark.parametrize(
    "content",
    [
        bomb(),
        png(2**31 - 1, 2**31 - 1),
        png(1, 2**31 - 1),
        png(32_000_001, 1),
        b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + picture(kind="GIF")[10:],
    ],
    ids=["bomb", "immense", "tall", "one too many", "gif"],
)
async def test_more_pixels_than_may_be_are_never_decoded(images, content):
    with pytest.raises(TooManyPixels):
        await images.squares(content)


async def test_the_largest_there_may_be_is_not_too_large(images):
    made = await images.previews(picture(8000, 4000, "PNG"))

    assert (made.width, made.height) == (8000, 4000)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
async def test_what_was_cut_off_is_broken(images, form, share):
    whole = picture(kind=form)

    with pytest.raises((BrokenPicture, NoPicture)):
        await images.squares(whole[: int(share * len(whole))])


@pytest.mark.parametrize(
    "content",
    [
        png(100, 100),
        png(0, 100),
        png(20, 20, bytes(100)),
        png(4, 4, bytes(52), chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**28), 9))),
        b"\xff\xd8\xff" + bytes(1000),
        b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" + bytes(100),
    ],
    ids=["empty", "flat", "too little", "swollen text", "jpeg", "webp"],
)
async def test_what_is_broken_in_itself_is_said_to_be_so(images, content):
    with pytest.raises((BrokenPicture, NoPicture)):
        await images.squares(content)


async def test_whatever_bits_are_flipped_the_answer_is_a_picture_or_a_refusal(images):
    for place in range(20, 400, 38):
        broken = bytearray(WHOLE)
        broken[place] ^= 0xFF
        with suppress(BrokenPicture, NoPicture, TooManyPixels):
            assert (await images.squares(bytes(broken))).by_size


async def test_whoever_comes_when_too_many_wait_comes_back_later(images):
    waiting = [asyncio.create_task(images.squares(WHOLE)) for _ in range(LONGEST_QUEUE)]
    await asyncio.sleep(0)

    with pytest.raises(Unavailable, match="Too many pictures") as refused:
        await images.squares(WHOLE)

    assert refused.value.retry_after > 1
    made = await asyncio.gather(*waiting)
    assert all(one == two for one, two in pairwise(made))
    await images.squares(WHOLE)


async def test_for_what_takes_too_long_there_is_no_time(images, monkeypatch):
    monkeypatch.setattr("pinge.media.images.LONGEST", 0.01)

    with pytest.raises(Unavailable, match="no time"):
        await images.squares(WHOLE)


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import os; os.close(0); print('x' * 10_000_000)",
        "import sys; sys.stdin.buffer.read(); print('[1, 2]')",
        'import sys; sys.stdin.buffer.read(); print(\'{"pictures": {"64": 5}}\')',
        'import sys; sys.stdin.buffer.read(); print(\'{"refused": "because"}\')',
    ],
)
async def test_a_decoder_that_was_taken_over_can_say_nothing(images, monkeypatch, program):
    monkeypatch.setattr("pinge.media.images.DECODER", (sys.executable, "-I", "-c", program))

    with pytest.raises(BrokenPicture):
        await images.squares(WHOLE * 100)


async def test_who_is_cancelled_leaves_room_for_others(images):
    waiting = [asyncio.create_task(images.squares(WHOLE)) for _ in range(LONGEST_QUEUE)]
    await asyncio.sleep(0.05)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)

    assert set((await images.squares(WHOLE)).by_size) == {64, 128, 512}
