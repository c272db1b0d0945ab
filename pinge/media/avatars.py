"""Avatars: the pictures of people and groups, named by the digest of their content.

Several may have the same picture. Whoever takes one says so before its files are written, and a
trigger notes when somebody lets go of one; a task looks through what was noted and deletes what
nobody has. It holds the picture's row while it does, so that who takes the same one waits, and then
writes the files anew. So no file is without a row, and nobody is without their file.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256

from aiohttp import web

from pinge.database.pool import POOL, transaction
from pinge.database.queries import Queries
from pinge.http.background import repeated
from pinge.media.images import IMAGES, SQUARES, NoPicture, kind
from pinge.media.storage import STORAGE

SQL = Queries("media")

LARGEST = 5 * 2**20  # bytes of the picture that is sent
WITHIN = 60.0  # seconds in which it has to come

EXPECTED_FOR = 600  # seconds from taking a picture until somebody has it, at the very most
LOOKED_EVERY = 20.0  # seconds


async def kept(app: web.Application, content: bytes) -> str:
    """Make an avatar of a picture and keep its files; its name, for whoever is to have it now.

    Raises what Images.squares raises.
    """
    if kind(content) is None:
        raise NoPicture
    made = (await app[IMAGES].squares(content)).by_size
    avatar = sha256(made[SQUARES[-1]]).hexdigest()
    await SQL.expect_avatar.run(app[POOL], avatar=avatar, seconds=EXPECTED_FOR)
    await asyncio.gather(
        *(app[STORAGE].put(_key(avatar, size), square) for size, square in made.items())
    )
    return avatar


async def file(app: web.Application, avatar: str, size: int) -> bytes:
    """An avatar as WebP; NotFound when nobody has had it lately."""
    return await app[STORAGE].read(_key(avatar, size))


async def collecting(app: web.Application) -> AsyncIterator[None]:
    """Delete what nobody has, for as long as the service runs."""
    async for _ in repeated(app, collect, every=LOOKED_EVERY):
        yield


async def collect(app: web.Application) -> None:
    """Look through all that somebody let go of, one after the other."""
    while await _collect_one(app):
        pass


async def _collect_one(app: web.Application) -> bool:
    async with transaction(app) as tx:
        avatar = await SQL.lock_due_avatar.value(tx)
        if avatar is None:
            return False
        if await SQL.is_anybodys.value(tx, avatar=avatar):
            await SQL.settle_avatar.run(tx, avatar=avatar)
        else:
            await app[STORAGE].delete(*(_key(avatar, size) for size in SQUARES))
            await SQL.delete_avatar.run(tx, avatar=avatar)
    return True


def _key(avatar: str, size: int) -> str:
    return f"avatars/{avatar}-{size}.webp"
