"""Pictures without what they tell of camera, place and time, to the last pixel the same.

Each is walked through once, piece by piece, and only what it takes to show it passes. What comes
after its end, be it a film or an archive, stays behind.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable

JPEG_END, JPEG_SCAN, JPEG_EXIF = 0xD9, 0xDA, 0xE1
ALONE = frozenset((0x01, *range(0xD0, 0xD8)))  # markers without a length
AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# Of the segments for applications: what JPEG it is, its colour profile, its colour transform.
TOLD_IN_JPEG = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
APPLICATIONS_AND_COMMENTS = frozenset((*range(0xE0, 0xF0), 0xFE))

# What may be left out of a PNG and yet changes how it looks.
LOOKS_OF_PNG = frozenset(
    b"tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT".split()
)

TOLD_IN_WEBP = frozenset((b"EXIF", b"XMP "))
NO_EXIF_NO_XMP = 0xF3  # of the flags in VP8X

# Pieces of one picture; an honest one has some thousands. Made of nothing but the smallest it would
# keep the loop for a second with every 2 MiB.
MOST_TAKEN = 100_000

# An EXIF block that tells nothing but which side is up.
UPRIGHT = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0%c\0\0\0\0\0\0"


class OddPicture(ValueError):
    """Nobody knows what is in it: it is not built as its kind is."""


class Source:
    """Bytes that come in pieces, to be taken in other ones."""

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = b""
        self._at = 0
        self._taken = 0

    async def take(self, count: int) -> bytes:
        """So many bytes; OddPicture when there are fewer, or when it was asked too often."""
        self._taken += 1
        if self._taken > MOST_TAKEN:
            raise OddPicture
        while len(self._piece) - self._at < count:
            if not await self._more():
                raise OddPicture
        self._at += count
        return self._piece[self._at - count : self._at]

    async def passed(self, count: int) -> AsyncIterator[bytes]:
        """So many bytes, as they come."""
        while count:
            if self._at == len(self._piece) and not await self._more():
                raise OddPicture
            some = self._piece[self._at : self._at + count]
            self._at += len(some)
            count -= len(some)
            yield some

    async def until(self, pattern: re.Pattern[bytes]) -> AsyncIterator[bytes]:
        """The bytes before the next two that are like this."""
        while (found := pattern.search(self._piece, self._at)) is None:
            last = max(len(self._piece) - 1, self._at)  # which may be the first of the two
            if last > self._at:
                yield self._piece[self._at : last]
                self._at = last
            if not await self._more():
                raise OddPicture
        yield self._piece[self._at : found.start()]
        self._at = found.start()

    async def _more(self) -> bool:
        async for piece in self._pieces:
            self._piece, self._at = self._piece[self._at :] + piece, 0
            return True
        return False


async def jpeg(source: Source) -> AsyncIterator[bytes]:
    """Without EXIF but for which side is up, without comments, XMP and what follows its end."""
    yield await source.take(2)
    while True:
        marker = await source.take(2)
        while marker[1] == 0xFF:  # filled up
            marker = b"\xff" + await source.take(1)
        if marker[0] != 0xFF:
            raise OddPicture
        if marker[1] in ALONE or marker[1] == JPEG_END:
            yield marker
            if marker[1] == JPEG_END:
                return
            continue
        length = int.from_bytes(await source.take(2)) - 2
        segment = _told(marker[1], await source.take(max(length, 0)))
        if segment is not None:
            yield marker + (len(segment) + 2).to_bytes(2) + segment
        if marker[1] == JPEG_SCAN:
            async for piece in source.until(AFTER_SCAN):
                yield piece


async def png(source: Source) -> AsyncIterator[bytes]:
    """Without EXIF, texts, times and what follows its end."""
    yield await source.take(8)
    name = b""
    while name != b"IEND":
        head = await source.take(8)
        length, name = int.from_bytes(head[:4]), head[4:]
        stays = name[:1].isupper() or name in LOOKS_OF_PNG
        if stays:
            yield head
        async for piece in source.passed(length + 4):  # with its checksum
            if stays:
                yield piece


async def webp(source: Source) -> AsyncIterator[bytes]:
    """With EXIF and XMP made blank, in their places, and without what follows its end."""
    head = await source.take(12)
    yield head
    left = int.from_bytes(head[4:8], "little") - 4
    while left > 0:
        head = await source.take(8)
        name, length = head[:4], int.from_bytes(head[4:], "little")
        length += length % 2
        left -= 8 + length
        if name == b"VP8X":
            flags = await source.take(1)
            head, length = head + bytes((flags[0] & NO_EXIF_NO_XMP,)), length - 1
        blank = name in TOLD_IN_WEBP
        yield b"JUNK" + head[4:] if blank else head
        async for piece in source.passed(length):
            yield bytes(len(piece)) if blank else piece


CLEANERS: dict[str, Callable[[Source], AsyncIterator[bytes]]] = {
    "image/jpeg": jpeg,
    "image/png": png,
    "image/webp": webp,
}


def cleaned(content_type: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The file without what it tells of its making; raises OddPicture on the way."""
    cleaner = CLEANERS.get(content_type)
    return pieces if cleaner is None else cleaner(Source(pieces))


def _told(marker: int, segment: bytes) -> bytes | None:
    """What of a segment others get."""
    if marker == JPEG_EXIF and segment.startswith(b"Exif\0\0"):
        side = _side_up(segment[6:])
        return UPRIGHT % side if 2 <= side <= 8 else None
    if marker in APPLICATIONS_AND_COMMENTS:
        told = TOLD_IN_JPEG.get(marker)
        return segment if told is not None and segment.startswith(told) else None
    return segment


def _side_up(tiff: bytes) -> int:
    """The orientation in EXIF data, 1 to 8; 1 where they do not say."""
    order = "little" if tiff.startswith(b"II") else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    first = number(4, 4)
    for entry in range(first + 2, first + 2 + 12 * min(number(first, 2), 100), 12):
        if number(entry, 2) == 0x0112:
            return number(entry + 8, 2)
    return 1
