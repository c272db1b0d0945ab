"""Pictures that strangers send: made anew, or refused, and nobody is the worse for it."""

from __future__ import annotations

import asyncio
import struct
import sys
import zlib
from base64 import b64decode
from contextlib import suppress
from itertools import pairwise

import pytest
from PIL import Image

from pinge.errors import Unavailable
from pinge.media.images import (
    LONGEST_QUEUE,
    BrokenPicture,
    Images,
    NoPicture,
    TooManyPixels,
    kind,
)
from tests.media.pictures import (
    animated,
    bomb,
    chunk,
    is_red,
    opened,
    picture,
    png,
    taken,
    written,
)

WHOLE = picture()
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def images():
    return Images()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
async def test_avatars_are_squares_of_the_middle(images, form):
    made = await images.squares(picture(900, 600, form))

    assert (made.width, made.height) == (900, 600)
    assert set(made.by_size) == {64, 128, 512}
    for size, content in made.by_size.items():
        assert opened(content).format == "WEBP"
        assert opened(content).size == (size, size)
        assert is_red(content, 0.2, 0.5)
        assert not is_red(content, 0.8, 0.5)


@pytest.mark.parametrize(
    ("width", "height", "small", "large"),
    [
        (4000, 1000, (320, 80), (1280, 320)),
        (1000, 4000, (80, 320), (320, 1280)),
        (600, 600, (320, 320), (600, 600)),
        (100, 50, (100, 50), (100, 50)),
        (5000, 1, (320, 1), (1280, 1)),
        (1, 1, (1, 1), (1, 1)),
    ],
)
async def test_previews_show_all_of_it_and_enlarge_nothing(images, width, height, small, large):
    made = await images.previews(picture(width, height, "PNG"))

    assert (made.width, made.height) == (width, height)
    assert {size: opened(content).size for size, content in made.by_size.items()} == {
        320: small,
        1280: large,
    }


async def test_a_placeholder_is_a_tiny_picture_of_it(images):
    made = await images.previews(picture(800, 400))

    assert len(made.placeholder) < 300
    tiny = b64decode(made.placeholder)
    assert opened(tiny).size == (16, 8)
    assert is_red(tiny, 0.1, 0.5)
    assert not is_red(tiny, 0.9, 0.5)


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (400, 300), (0.1, 0.5)),
        (2, (400, 300), (0.9, 0.5)),
        (3, (400, 300), (0.9, 0.5)),
        (4, (400, 300), (0.1, 0.5)),
        (5, (300, 400), (0.5, 0.1)),
        (6, (300, 400), (0.5, 0.1)),
        (7, (300, 400), (0.5, 0.9)),
        (8, (300, 400), (0.5, 0.9)),
    ],
)
async def test_however_the_phone_was_held_it_stands_upright(images, orientation, size, red):
    made = await images.previews(taken(orientation))

    assert (made.width, made.height) == opened(made.by_size[1280]).size == size
    assert is_red(made.by_size[320], *red)
    assert not is_red(made.by_size[320], 1 - red[0], 1 - red[1])


@pytest.mark.parametrize("orientation", [1, 6])
async def test_where_and_with_what_it_was_taken_is_gone(images, orientation):
    original = taken(orientation)
    assert opened(original).getexif().get_ifd(0x8825)
    assert b"A certain phone" in original

    for made in (await images.previews(original), await images.squares(original)):
        for content in (*made.by_size.values(), b64decode(made.placeholder)):
            image = opened(content)
            assert not image.getexif()
            assert not set(image.info) & {"exif", "xmp", "icc_profile", "comment"}
            for told in (b"EXIF", b"phone", b"nobody", b"XMP ", b"ICCP"):
                assert told not in content


async def test_what_hides_behind_a_picture_is_gone(images):
    page = b"<html><script>alert(document.cookie)</script>PK\x03\x04"
    for polyglot in (
        WHOLE + page,
        picture(kind="GIF") + page,
        picture(kind="JPEG", comment=page),
        picture(kind="PNG") + page,
    ):
        made = await images.previews(polyglot)
        assert all(b"script" not in content for content in made.by_size.values())


@pytest.mark.parametrize("mode", ["CMYK", "L"])
async def test_a_jpeg_for_printers_is_shown_too(images, mode):
    made = await images.squares(picture(mode=mode))

    assert opened(made.by_size[64]).mode == "RGB"
    assert mode == "L" or is_red(made.by_size[64], 0.2, 0.5)


async def test_what_was_transparent_stays_so(images):
    made = await images.squares(written(Image.new("RGBA", (80, 80), (0, 0, 0, 0)), "PNG"))

    assert opened(made.by_size[512]).getpixel((256, 256))[3] == 0


async def test_sixteen_bits_of_grey_are_not_cut_off(images):
    made = await images.squares(written(Image.new("I;16", (80, 80), 32_768), "PNG"))

    assert 120 < opened(made.by_size[64]).convert("L").getpixel((32, 32)) < 136


async def test_of_what_moves_the_first_frame_is_shown(images):
    made = await images.squares(animated())

    assert not getattr(opened(made.by_size[64]), "is_animated", False)
    assert is_red(made.by_size[64], 0.5, 0.5)


async def test_a_picture_may_come_in_pieces(images):
    async def pieces():
        for start in range(0, len(WHOLE), 1000):
            yield WHOLE[start : start + 1000]

    assert await images.previews(pieces()) == await images.previews(WHOLE)


async def test_what_breaks_off_while_it_comes_says_so_itself(images):
    async def pieces():
        yield WHOLE[:1000]
        raise Unavailable("Files cannot be reached right now.")

    with pytest.raises(Unavailable, match="Files"):
        await images.previews(pieces())


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
