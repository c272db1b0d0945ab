"""Files, in a folder of this machine or in an object store: bytes under keys.

A key is a path of our own making (`avatars/<digest>-64.webp`); nothing that a client wrote is ever
part of one. What was put is on disk, or acknowledged by the store; it is there whole or not at all.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import obstore
import structlog
from aiohttp import web
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from pinge.config import SETTINGS, SettingsError
from pinge.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

logger = structlog.get_logger("pinge.media")

PIECE = 2**20  # bytes read at a time: a client that reads slowly holds this much, and no connection
PARTS_AT_ONCE = 2  # of one file on its way to the store, 5 MiB each

# Plain HTTP for an AWS_ENDPOINT that says so: a store on this machine or in this rack.
CLIENT: ClientConfig = {
    "allow_http": True,
    "connect_timeout": "2s",
    "read_timeout": "5s",
    "timeout": "60s",
}
RETRIES: RetryConfig = {"max_retries": 2, "retry_timeout": timedelta(seconds=5)}


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as a listing shows it; its size is in bytes."""

    key: str
    size: int
    stored_at: datetime


class Storage:
    """Puts and gets files; NotFound says there is none, Unavailable that none can be had now."""

    def __init__(self, url: str | None, home: Path) -> None:
        self._folder: Path | None = None
        self._store: ObjectStore
        if url is None or url.startswith("file:"):
            self._folder = home / "files" if url is None else Path(unquote(urlsplit(url).path))
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._store = LocalStore(self._folder, automatic_cleanup=True)  # of empty folders
        else:
            self._store = from_url(url, client_options=CLIENT, retry_config=RETRIES)

    async def put(self, key: str, content: bytes | Path | AsyncIterable[bytes]) -> None:
        """Keep a file, in place of any under this key; one in parts is sent in parts."""
        with _translated():
            await obstore.put_async(self._store, key, content, max_concurrency=PARTS_AT_ONCE)
            if self._folder is not None:
                await asyncio.to_thread(_flush, self._folder, key)

    async def read(self, key: str) -> bytes:
        """A small file, whole."""
        with _translated():
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from start to end, exclusive, in pieces; `end` is at most the file's size."""
        for first in range(start, end, PIECE):
            with _translated():
                piece = await obstore.get_range_async(
                    self._store, key, start=first, end=min(first + PIECE, end)
                )
            yield bytes(piece)

    async def size(self, key: str) -> int:
        """How many bytes a file has."""
        with _translated():
            return int((await obstore.head_async(self._store, key))["size"])

    async def delete(self, *keys: str) -> None:
        """Let go of files; those that are not there are gone already."""
        for key in keys:
            with suppress(NotFound), _translated():
                await obstore.delete_async(self._store, key)

    async def listing(self, prefix: str) -> AsyncIterator[Stored]:
        """All files of a folder of keys and of its folders, in no order."""
        with _translated():
            async for page in obstore.list(self._store, prefix):
                for row in page:
                    yield Stored(row["path"], row["size"], row["last_modified"])

    async def check(self) -> None:
        """Put a file and delete it. Raises what they raise."""
        key = f"probes/{uuid4()}"
        await self.put(key, b"Can this be kept?")
        await self.delete(key)


STORAGE = web.AppKey("STORAGE", Storage)


async def storage(app: web.Application) -> AsyncIterator[None]:
    """The files. Raises SettingsError when they cannot be kept where they are to be."""
    settings = app[SETTINGS]
    try:
        app[STORAGE] = Storage(settings.files, settings.home)
        await app[STORAGE].check()
    except (BaseError, OSError, NotFound, Unavailable) as error:
        cause = str(error.__cause__ or error).partition("\n")[0]
        place = settings.files or settings.home / "files"
        raise SettingsError(f"PINGE_FILES: nothing can be kept in {place}: {cause}") from None
    yield


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound from error
    except (BaseError, OSError) as error:
        logger.warning("files are away", why=str(error).partition("\n")[0])
        raise Unavailable("Files cannot be reached right now.") from error


def _flush(folder: Path, key: str) -> None:
    """Have a file on disk with the folders that lead to it, which obstore leaves to the system."""
    path = folder / key
    while path != folder.parent:
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
        path = path.parent
