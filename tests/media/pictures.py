"""Pictures for tests, honest and hostile."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def picture(
    width: int = 400, height: int = 300, kind: str = "JPEG", mode: str = "RGB", **options: Any
) -> bytes:
    """One whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height))
    return written(image.convert(mode), kind, **options)


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    """An image as a file of this kind."""
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    """A file as an image."""
    return Image.open(BytesIO(content))


def is_red(content: bytes, across: float, down: float) -> bool:
    """Whether it is red there, rather than blue; 0 is left and top, 1 right and bottom."""
    image = opened(content).convert("RGB")
    red, _, blue = image.getpixel((int(across * image.width), int(down * image.height)))
    return red > blue


def taken(orientation: int, width: int = 400, height: int = 300) -> bytes:
    """As a phone takes it, held this way (1 to 8), with the place and the phone's name."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Model] = "A certain phone"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (59.0, 54.0, 50.0)
    return picture(width, height, exif=exif, comment=b"Told to nobody")


def animated() -> bytes:
    """A GIF whose first frame is red and whose others are blue."""
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE, BLUE)]
    return written(frames[0], "GIF", save_all=True, append_images=frames[1:])


def png(width: int, height: int, rows: bytes = b"", *more: bytes) -> bytes:
    """A PNG that says it is so large, whatever is in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), *more, chunk(b"IDAT", zlib.compress(rows)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def bomb() -> bytes:
    """100 kB that become 300 MB: ten thousand by ten thousand pixels of nothing."""
    squeezer = zlib.compressobj(9)
    row = bytes(1 + 3 * 10_000)
    rows = b"".join(squeezer.compress(row) for _ in range(10_000)) + squeezer.flush()
    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    whole = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + whole
