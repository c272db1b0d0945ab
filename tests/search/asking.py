"""How tests ask, and read what is found."""

from __future__ import annotations

from typing import Any

from tests.people import Answer, Person


async def ask(person: Person, q: str, **more: Any) -> Answer:
    """One page of messages."""
    return await person.get("/search/messages", params={"q": q, **more})


async def found(person: Person, q: str, **more: Any) -> list[str]:
    """What the messages of all pages say, newest first."""
    said: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await ask(person, q, **more, **cursor)).data
        said += [hit["content"] for hit in page["messages"]]
        if page["next_cursor"] is None:
            return said
        assert page["next_cursor"] != cursor.get("cursor")
        cursor = {"cursor": page["next_cursor"]}


async def names(person: Person, q: str) -> list[str]:
    """Who is found, by name."""
    answer = await person.get("/search/people", params={"q": q})
    return [one["username"] for one in answer.data]
