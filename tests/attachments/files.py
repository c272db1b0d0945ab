"""A file to send, and how a client sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.people import Answer, Person

PIECES = "application/offset+octet-stream"


@dataclass(frozen=True, slots=True)
class Got:
    """A file as it came: status, bytes and headers."""

    status: int
    content: bytes
    headers: Any


async def begin(person: Person, size: int, name: str = "notes.txt", **more: Any) -> str:
    """Say what is to come; its id."""
    started = await person.post("/attachments", {"name": name, "size": size, **more})
    assert started.status == 201, started.body
    attachment_id: str = started.data["attachment_id"]
    return attachment_id


async def add(person: Person, attachment_id: str, offset: int, piece: Any) -> Answer:
    """Send some bytes."""
    headers = {"Content-Type": PIECES, "Upload-Offset": str(offset)}
    path = f"/attachments/{attachment_id}"
    return await person.call("PATCH", path, data=piece, headers=headers)


async def upload(person: Person, content: bytes, name: str = "notes.txt", **more: Any) -> Any:
    """Send a whole file; what it is."""
    attachment_id = await begin(person, len(content), name, **more)
    if content:
        done = await add(person, attachment_id, 0, content)
        assert done.status == 200, done.body
        return done.data
    [found] = (await person.get("/attachments")).data
    return found


async def get(person: Person, path: str, method: str = "GET", **headers: str) -> Got:
    """Have a file, or something of it; underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    url, client = person.pinge.url + path, person.pinge.client
    async with client.request(method, url, headers=person.bearer | named) as response:
        return Got(response.status, await response.read(), response.headers)
