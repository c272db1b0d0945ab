"""The whole schema on one page: what pg_dump says, without what differs from server to server.

`pinge migrate --dump` writes it to sql/schema.sql, so that every migration shows its effect in a
diff; a test compares the two.
"""

from __future__ import annotations

import asyncio
import os
import re
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pinge.database.migrations import MigrationError
from pinge.database.queries import Connection, Queries

SQL = Queries("database")
HEADER = (
    "-- The schema that the migrations make, by `pinge migrate --dump`: read it, never edit it.\n"
    "-- Functions come before the tables they read.\nSET check_function_bodies = false;\n"
)

_NOISE = re.compile(
    r"^(?:--\n-- .*\n--|-- Dumped .*|SET \w+ = .*|SELECT pg_catalog\.set_config.*"
    r"|\\(?:un)?restrict .*)\n",
    re.MULTILINE,
)
_VIEW_OF_ONE_TABLE = re.compile(
    r"^CREATE VIEW [^;]*\n   FROM (?:\w+ )?(\w+)(?:\n  WHERE [^;]*)?;$",
    re.MULTILINE,
)


async def dump(conn: Connection, connection: Mapping[str, object]) -> str:
    """The schema that `conn` is connected to by the asyncpg arguments `connection`.

    By the pg_dump that came with the server, so only on the server's machine, as a superuser.
    """
    pg_dump = Path(await SQL.binaries_folder.value(conn), "pg_dump")
    arguments = ["--schema-only", "--no-owner", "--no-privileges"]
    # libpq's variables are named like asyncpg's arguments; a password is nobody's to see in ps.
    libpq = {f"PG{name.upper()}": str(value) for name, value in connection.items()}
    if dsn := libpq.pop("PGDSN", None):
        url = urlsplit(dsn)
        if url.password:
            libpq["PGPASSWORD"] = unquote(url.password)
            url = url._replace(netloc=url.netloc.replace(f":{url.password}@", "@"))
        arguments.append(f"--dbname={url.geturl()}")
    try:
        dumping = await asyncio.create_subprocess_exec(
            pg_dump, *arguments, env=os.environ | libpq, stdout=PIPE, stderr=PIPE
        )
    except FileNotFoundError:
        raise MigrationError(f"there is no {pg_dump}: dump on the server's machine") from None
    said, complaint = await dumping.communicate()
    if dumping.returncode:
        raise MigrationError(complaint.decode().strip())
    return normal(said.decode())


def normal(dumped: str) -> str:
    """The same from PostgreSQL 15 and from 18."""
    statements = _NOISE.sub("", dumped).replace("public.", "").strip()
    # 15 names the one table of a view before each column, later ones only within inner queries.
    statements = _VIEW_OF_ONE_TABLE.sub(
        lambda view: re.sub(rf"\b{view[1]}\.(?!\*)", "", view[0]), statements
    )
    return f"{HEADER}\n\n" + re.sub(r"\n{3,}", "\n\n", statements) + "\n"
