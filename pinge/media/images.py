"""Pictures that strangers sent: known by their first bytes, opened off the loop, made anew as WebP.

Each is opened by a process of its own (decoding.py), so that neither a bomb nor a hole in a decoder
reaches this one. Starting it takes 0.1 s of a core at the lowest priority.
"""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from base64 import b64decode
from collections.abc import AsyncIterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from pinge.errors import Invalid, Unavailable, UnsupportedMedia
from pinge.media.meters import PICTURE

KINDS = (
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
)
MADE = "image/webp"
SQUARES = (64, 128, 512)  # pixels
PREVIEWS = (320, 1280)  # pixels of the longer side

AT_ONCE = 2
LONGEST_QUEUE = 20  # pictures, those under way too; beyond that a client comes back later
RETRY_AFTER = 5  # seconds
# Seconds a picture may take in all; its own work is bounded in decoding.py, and the rest is waiting
# for a core that everything else has before it.
LONGEST = 30.0
LARGEST_ANSWER = 8 * 2**20  # bytes

DECODER = (sys.executable, "-I", "-B", "-m", "pinge.media.decoding")


class NoPicture(UnsupportedMedia):
    """This is no JPEG, PNG, GIF or WebP picture."""


class BrokenPicture(Invalid):
    """This picture is broken."""

    code = "broken_picture"


class TooManyPixels(Invalid):
    """A picture may have 32 million pixels, not more."""

    code = "too_many_pixels"


REFUSALS = {"unknown": NoPicture, "too_large": TooManyPixels, "broken": BrokenPicture}


@dataclass(frozen=True, slots=True)
class Pictures:
    """What was made of one: WebP by size, and a tiny one as base64, to show until others come."""

    width: int  # pixels of the original, upright
    height: int
    placeholder: str
    by_size: dict[int, bytes]


def kind(head: bytes) -> str | None:
    """What kind of picture the first 12 bytes of a file promise, as a media type."""
    return next((name for name, magic in KINDS if magic.match(head)), None)


class Images:
    """Makes pictures, a few at a time.

    All raise NoPicture, BrokenPicture, TooManyPixels, or Unavailable when too many are waiting.
    """

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def squares(self, content: bytes | AsyncIterable[bytes]) -> Pictures:
        """The middle of it at 64, 128 and 512 pixels, a small one enlarged."""
        return await self._made(content, "square", SQUARES)

    async def previews(self, content: bytes | AsyncIterable[bytes]) -> Pictures:
        """All of it, within 320 and within 1280 pixels, a small one in its own size.

        Content in pieces is not kept: it is read as fast as the picture is opened.
        """
        return await self._made(content, "fit", PREVIEWS)

    async def _made(
        self, content: bytes | AsyncIterable[bytes], shape: str, sizes: tuple[int, ...]
    ) -> Pictures:
        if self._waiting >= LONGEST_QUEUE:
            raise Unavailable("Too many pictures are being made.", retry_after=RETRY_AFTER)
        self._waiting += 1
        try:
            with PICTURE.time():
                async with self._turns:
                    return _read(await _decoded(content, shape, sizes))
        finally:
            self._waiting -= 1


IMAGES = web.AppKey("IMAGES", Images)


async def _decoded(
    content: bytes | AsyncIterable[bytes], shape: str, sizes: tuple[int, ...]
) -> bytes:
    """What the program says of it."""
    process = await asyncio.create_subprocess_exec(
        *(*DECODER, shape, *map(str, sizes)),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        limit=LARGEST_ANSWER,
        cwd="/",
        env={},  # no secrets of ours
    )
    try:
        async with asyncio.timeout(LONGEST):
            return await _fed(process, content)
    except TimeoutError:
        raise Unavailable("There is no time for this picture now.") from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()  # to the end, so that nothing of it stays open


async def _fed(process: Process, content: bytes | AsyncIterable[bytes]) -> bytes:
    """Its answer, while it is given the picture; none when it died of it."""
    assert process.stdout is not None
    feeding = asyncio.create_task(_feed(process, content))
    try:
        answer = await process.stdout.readline()
        await feeding
        return answer
    except ValueError:  # a line too long: whoever speaks there is no longer our program
        return b""
    finally:
        feeding.cancel()


async def _feed(process: Process, content: bytes | AsyncIterable[bytes]) -> None:
    assert process.stdin is not None
    try:
        with suppress(ConnectionError):  # it has seen enough, or died
            if isinstance(content, bytes):
                process.stdin.write(content)
                await process.stdin.drain()
            else:
                async for piece in content:
                    process.stdin.write(piece)
                    await process.stdin.drain()
    finally:
        process.stdin.close()


def _read(answer: bytes) -> Pictures:
    """The answer as pictures; a decoder that died takes its picture for broken."""
    try:
        made: dict[str, Any] = orjson.loads(answer)
        if "refused" in made:
            raise REFUSALS[made["refused"]]
        return Pictures(
            width=int(made["width"]),
            height=int(made["height"]),
            placeholder=str(made["placeholder"]),
            by_size={int(size): b64decode(one) for size, one in made["pictures"].items()},
        )
    except (ValueError, LookupError, TypeError):
        raise BrokenPicture from None
