"""The named queries of sql/: plain SQL in a file, called from Python by name and by keyword.

    -- name: insert_message(conversation_id, sender_id, body)
    -- What it does, for people.
    INSERT INTO messages ... VALUES ($1, $2, $3);

The parameters are PostgreSQL's own, and the header only gives them names: what stands below it is
byte for byte what the server runs, logs and counts in pg_stat_statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Database: TypeAlias = "Connection | asyncpg.Pool[asyncpg.Record]"

_NAME = r"[a-z][a-z0-9_]*"
_MEANT_AS_HEADER = re.compile(r"^[ \t]*--[ \t]*name[ \t]*:.*$", re.MULTILINE | re.IGNORECASE)
_HEADER = re.compile(rf"^-- name: ({_NAME})\(((?:{_NAME}(?:, {_NAME})*)?)\)\n(?=-- )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement, run by whichever verb says what is wanted back."""

    name: str
    parameters: tuple[str, ...]
    text: str

    async def rows(self, db: Database, /, **given: object) -> list[asyncpg.Record]:
        """Every row."""
        return await db.fetch(self.text, *self.bind(given))

    async def row(self, db: Database, /, **given: object) -> asyncpg.Record | None:
        """The first row, if there is one."""
        return await db.fetchrow(self.text, *self.bind(given))

    async def value(self, db: Database, /, **given: object) -> Any:
        """The first column of the first row; None without one."""
        return await db.fetchval(self.text, *self.bind(given))

    async def run(self, db: Database, /, **given: object) -> int:
        """How many rows it touched."""
        status = await db.execute(self.text, *self.bind(given))
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    def bind(self, given: Mapping[str, object]) -> list[object]:
        """The arguments in the order of $1..$n; TypeError unless exactly all are named."""
        if len(given) == len(self.parameters):
            try:
                return [given[parameter] for parameter in self.parameters]
            except KeyError:
                pass
        raise TypeError(f"{self.name}({', '.join(self.parameters)}) was given {', '.join(given)}")


class Queries:
    """The queries of one feature, as attributes: `SQL = Queries("messages")`."""

    def __init__(self, feature: str) -> None:
        source = (files("pinge.sql") / f"{feature}.sql").read_text(encoding="utf-8")
        try:
            # Plain attributes, because a lookup stands in the way of every message.
            vars(self).update(parsed(source))
        except ValueError as error:
            raise ValueError(f"sql/{feature}.sql: {error}") from None

    def __iter__(self) -> Iterator[Query]:
        return iter(vars(self).values())

    def __getattr__(self, name: str) -> Query:
        raise AttributeError(f"there is no query named {name}", name=name, obj=self)


def parsed(source: str) -> dict[str, Query]:
    """The queries of a file by name; ValueError on a malformed header or a name used twice."""
    for line in _MEANT_AS_HEADER.finditer(source):
        if not _HEADER.match(source, line.start()):
            raise ValueError(
                f"{line[0].strip()!r} is not '-- name: query(parameter, parameter)'"
                " with a comment for people below it"
            )
    preamble, *pieces = _HEADER.split(source)
    if any(line and not line.startswith("--") for line in preamble.splitlines()):
        raise ValueError("there is SQL above the first header")
    queries: dict[str, Query] = {}
    for name, parameters, text in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=True):
        if name in queries:
            raise ValueError(f"{name} is there twice")
        queries[name] = Query(name, tuple(re.findall(_NAME, parameters)), text.strip())
    return queries
