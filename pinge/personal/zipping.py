"""A ZIP that leaves while it is made: of each file no more than a piece is ever in memory.

By the zipfile of the standard library, which writes to what cannot be rewound; the libraries for
this bring threads or ciphers that nothing here needs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo


class _Outlet:
    """What zipfile writes to: it only goes forward."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken


class ZipStream:
    """Give it the files one after the other, send on what it yields, and end it."""

    def __init__(self) -> None:
        self._outlet = _Outlet()
        self._zip = ZipFile(self._outlet, "w")

    async def file(
        self, name: str, pieces: AsyncIterator[bytes], *, is_text: bool
    ) -> AsyncIterator[bytes]:
        """What comes of one more file; texts are made smaller, other files are small already."""
        info = ZipInfo(name, time.gmtime()[:6])
        info.compress_type = ZIP_DEFLATED if is_text else ZIP_STORED
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as entry:
            async for piece in pieces:
                await asyncio.to_thread(entry.write, piece)
                if made := self._outlet.take():  # else it is being packed with what follows
                    yield made
        yield self._outlet.take()

    def end(self) -> bytes:
        """The rest: the list of all that is in it."""
        self._zip.close()
        return self._outlet.take()
