"""What a file is taken for, what it is called, and what it no longer tells."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops

from pinge.attachments.cleaning import MOST_TAKEN
from tests.attachments.files import add, begin, get, upload
from tests.media.pictures import animated, bomb, chunk, opened, picture, png, taken

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
CAGE = "sandbox; default-src 'none'; frame-ancestors 'none'"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FILES = [
    ("x.jpeg", picture(), "image/jpeg", "inline"),
    ("x.png", picture(kind="PNG"), "image/png", "inline"),
    ("x.gif", animated(), "image/gif", "inline"),
    ("x.webp", picture(kind="WEBP"), "image/webp", "inline"),
    ("x.mp4", b"\0\0\0\x20ftypisom" + bytes(20), "video/mp4", "inline"),
    ("x.m4a", b"\0\0\0\x20ftypM4A " + bytes(20), "audio/mp4", "inline"),
    ("x.webm", b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm", "video/webm", "inline"),
    ("x.mp3", b"ID3\x04" + bytes(20), "audio/mpeg", "inline"),
    ("x.ogg", b"OggS" + bytes(20), "audio/ogg", "inline"),
    ("x.wav", b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", "inline"),
    ("x.avif", b"\0\0\0\x20ftypavif" + bytes(20), "image/avif", "attachment"),
    ("x.pdf", b"%PDF-1.7\n", "application/pdf", "attachment"),
    ("x.zip", b"PK\x03\x04" + bytes(20), "application/zip", "attachment"),
    ("x.html", HTML, "text/plain; charset=utf-8", "attachment"),
    ("x.svg", SVG, "text/plain; charset=utf-8", "attachment"),
    ("x.txt", "naïve 爸爸".encode(), "text/plain; charset=utf-8", "attachment"),
    ("x.txt", "naïve".encode("latin-1"), "application/octet-stream", "attachment"),
    ("x.exe", b"MZ\x90\0" + bytes(60), "application/octet-stream", "attachment"),
    # What claims to be a picture and is none, or none that anybody should open.
    ("x.png", b"\x89PNG\r\n\x1a\n" + HTML, "image/png", "attachment"),
    ("x.jpeg", b"\xff\xd8\xff\xe0" + HTML, "image/jpeg", "attachment"),
    ("x.gif", b"GIF89a/*" + HTML, "image/gif", "attachment"),
    ("x.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 " + HTML, "image/webp", "attachment"),
    ("x.png", bomb(), "image/png", "attachment"),
]


@pytest.mark.parametrize(
    ("name", "content", "content_type", "disposition"), FILES, ids=range(len(FILES))
)
async def test_a_file_is_what_its_bytes_say(pinge, name, content, content_type, disposition):
    ann = await pinge.person("ann")
    file = await upload(ann, content, name, content_type="text/html")

    headers = (await get(ann, f"/attachments/{file['attachment_id']}")).headers

    assert headers["Content-Type"] == content_type
    assert headers["Content-Disposition"].startswith(f"{disposition}; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == CAGE


@pytest.mark.parametrize(
    ("content", "hint", "content_type"),
    [
        (b"a,b\n1,2\n", "text/csv", "text/csv"),
        (b"PK\x03\x04" + bytes(20), DOCX, DOCX),
        (b"a,b\n1,2\n", DOCX, "text/plain"),
        (b"<p>", "text/html", "text/plain"),
        (b"<svg/>", "image/svg+xml", "text/plain"),
        (b"\0\1", "image/png", "application/octet-stream"),
        (b"a", "text/csv\r\nX-Evil: 1", "text/plain"),
    ],
)
async def test_a_hint_only_makes_plainer_what_is_saved(pinge, content, hint, content_type):
    ann = await pinge.person("ann")

    file = await upload(ann, content, content_type=hint)

    assert file["content_type"] == content_type
    disposition = (await get(ann, f"/attachments/{file['attachment_id']}")).headers
    assert disposition["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\notes.txt", "notes.txt"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("a\r\nSet-Cookie: x\r\n.txt", "a Set-Cookie: x .txt"),
        ("annexe\u202egpj.exe", "annexegpj.exe"),
        ("  many   spaces .txt  ", "many spaces .txt"),
        ("trailing. . .", "trailing"),
        ("爸爸 \U0001f468\u200d\U0001f467.png", "爸爸 \U0001f468\u200d\U0001f467.png"),
        ("e\u0301te\u0301.txt", "\u00e9t\u00e9.txt"),
        ("x" * 400 + ".tar", "x" * 251 + ".tar"),
        ("x" * 400, "x" * 255),
        ('a"b;c\\d%e.txt', "d%e.txt"),
        ("\u202e.", "file"),
        ("\x07bell", "bell"),
    ],
)
async def test_a_name_is_for_people_to_read(pinge, given, shown):
    ann = await pinge.person("ann")

    file = await upload(ann, b"x", given)
    headers = (await get(ann, f"/attachments/{file['attachment_id']}")).headers

    assert file["name"] == shown
    assert headers["Content-Disposition"].isascii()
    assert "filename*=UTF-8''" in headers["Content-Disposition"]


@pytest.mark.parametrize("side", range(1, 9))
async def test_a_photo_tells_which_side_is_up_and_nothing_else(pinge, side):
    ann = await pinge.person("ann")
    photo = taken(side)

    file = await upload(ann, photo + b"PK\x03\x04 behind its end", "x.jpeg")
    got = (await get(ann, f"/attachments/{file['attachment_id']}")).content

    assert dict(opened(got).getexif()) == ({274: side} if side > 1 else {})
    for told in (b"certain phone", b"Told to nobody", b"behind its end"):
        assert told not in got
    assert is_same(photo, got)
    assert (file["size"], file["upload_length"] > file["size"]) == (len(got), True)
    assert (file["width"] < file["height"]) == (side > 4)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("JPEG", {"quality": 100, "subsampling": 0}),
        ("JPEG", {"mode": "CMYK"}),
        ("JPEG", {"restart_marker_blocks": 1}),
        ("PNG", {"mode": "P"}),
        ("PNG", {"mode": "RGBA"}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"mode": "RGBA"}),
    ],
)
async def test_pictures_of_every_making_stay_the_same(pinge, kind, options):
    ann = await pinge.person("ann")
    exif = opened(taken(1)).getexif()
    content = picture(333, 77, kind, exif=exif, **options)

    file = await upload(ann, content, "x")
    got = (await get(ann, f"/attachments/{file['attachment_id']}")).content

    assert b"certain phone" in content
    assert b"certain phone" not in got
    assert is_same(content, got)


async def test_a_picture_may_come_in_the_oddest_pieces(pinge):
    ann = await pinge.person("ann")
    content = taken(6)
    attachment_id = await begin(ann, len(content), "x.jpeg")
    for at in range(0, len(content), 97):
        await add(ann, attachment_id, at, content[at : at + 97])

    got = (await get(ann, f"/attachments/{attachment_id}")).content

    assert is_same(content, got)
    assert b"certain phone" not in got


async def test_a_png_keeps_its_colours_and_loses_its_texts(pinge):
    ann = await pinge.person("ann")
    rows = bytes(1 + 3 * 4) * 4
    gamma, text = chunk(b"gAMA", b"\0\0\xb1\x8f"), chunk(b"tEXt", b"Author\0A certain phone")
    content = png(4, 4, rows, gamma, text)

    file = await upload(ann, content + HTML, "x.png")
    got = (await get(ann, f"/attachments/{file['attachment_id']}")).content

    assert got == png(4, 4, rows, gamma)


async def test_a_picture_that_breaks_off_stays_as_it_came(pinge):
    ann = await pinge.person("ann")
    content = picture(800, 600)[:-900]

    file = await upload(ann, content, "x.jpeg")

    assert (file["content_type"], file["width"]) == ("image/jpeg", None)
    assert (await get(ann, f"/attachments/{file['attachment_id']}")).content == content


@pytest.mark.parametrize("piece", [b"\xff\xfe\0\2", b"\xff", b"\xff\xd0"])
async def test_a_picture_of_nothing_but_tiny_pieces_stays_as_it_came(pinge, piece):
    ann, content = await pinge.person("ann"), picture()
    content = content[:2] + piece * (MOST_TAKEN + 1) + content[2:]

    file = await upload(ann, content, "x.jpeg")

    assert (file["content_type"], file["width"]) == ("image/jpeg", None)
    assert (await get(ann, f"/attachments/{file['attachment_id']}")).content == content


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two pictures are the same, pixel for pixel."""
    first, second = Image.open(BytesIO(one)), Image.open(BytesIO(other))
    same_mode = (first.mode, first.size) == (second.mode, second.size)
    return same_mode and ImageChops.difference(first, second).getbbox() is None
