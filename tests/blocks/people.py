"""Blocking somebody, and what somebody hears."""

from __future__ import annotations

from tests.people import Answer, Person, Socket


async def block(person: Person, other: Person) -> Answer:
    """Block somebody."""
    blocked = await person.call("PUT", f"/blocks/{other.user_id}")
    assert blocked.status == 200, blocked.body
    return blocked


async def unblock(person: Person, other: Person) -> Answer:
    """Block somebody no more."""
    unblocked = await person.delete(f"/blocks/{other.user_id}")
    assert unblocked.status == 200, unblocked.body
    return unblocked


async def events(socket: Socket) -> list[str]:
    """The names of all that was told by now."""
    await socket.say("ping", id="then")
    heard = []
    while (frame := await socket.next()).get("id") != "then":
        heard.append(frame["event"])
    return [name for name in heard if name != "pong"]
