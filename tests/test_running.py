"""Whose database Pinge migrates, and on whose it only serves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from pinge.database import migrations
from pinge.database.migrations import MigrationError
from pinge.running import connected, make_ready


@pytest.fixture
def theirs(settings):
    """Settings that name a database of somebody else's."""
    return replace(settings, database_url="postgresql://db.example/pinge")


async def test_an_embedded_database_is_brought_up_to_date(settings, blank_database):
    await make_ready(settings, blank_database)

    async with connected(blank_database) as conn:
        assert await migrations.pending(conn) == []


async def test_anothers_database_is_left_alone_and_the_command_named(theirs, blank_database):
    with pytest.raises(MigrationError, match="run `pinge migrate` first"):
        await make_ready(theirs, blank_database)

    async with connected(blank_database) as conn:
        assert len(await migrations.pending(conn)) == len(migrations.shipped())


async def test_a_database_of_a_newer_pinge_is_served_with_a_warning(theirs, database, db):
    await db.execute(
        "INSERT INTO schema_migrations (version, name, sha256) VALUES (9999, '9999_later.sql', '')"
    )

    with capture_logs() as lines:
        await make_ready(theirs, database)

    assert [line["log_level"] for line in lines] == ["warning"]
