"""Pictures that strangers send are made anew, upright, in their colours, and of nothing else."""

from __future__ import annotations

from base64 import b64decode

import pytest
from PIL import Image, ImageCms

from pinge.errors import Unavailable
from tests.media.pictures import (
    animated,
    is_red,
    opened,
    picture,
    taken,
    written,
)

WHOLE = picture()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


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


@pytest.mark.parametrize("profile", [SRGB, SRGB[:200], b"nonsense"], ids=["whole", "cut", "none"])
async def test_colours_are_those_that_its_profile_means(images, profile):
    made = await images.squares(picture(kind="PNG", icc_profile=profile))

    red, green, blue = opened(made.by_size[512]).convert("RGB").getpixel((50, 256))
    assert abs(red - 200) < 8
    assert abs(green - 30) < 8
    assert abs(blue - 30) < 8


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
