"""Showing pictures, and looking at what is kept of them."""

from __future__ import annotations

from pinge.media.avatars import collect
from pinge.media.storage import STORAGE

JPEG = {"Content-Type": "image/jpeg"}
ME = "/authentication/me/avatar"


async def show(person, content, path=ME, **options):
    """Send a picture as browsers send a Blob."""
    return await person.call("PUT", path, data=content, headers=JPEG, **options)


async def fetched(pinge, avatar, size=64, **headers):
    """Status, headers and bytes, as a browser gets them."""
    url = f"{pinge.url}/avatars/{avatar}/{size}"
    async with pinge.client.get(url, headers=headers) as response:
        return response.status, response.headers, await response.read()


async def files(pinge):
    return [file.key async for file in pinge.app[STORAGE].listing("avatars")]


async def collected(pinge, db):
    """Collect as if everything that is due some time were due now."""
    await db.execute("UPDATE avatars SET due_at = now() WHERE due_at IS NOT NULL")
    await collect(pinge.app)
