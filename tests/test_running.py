"""Whose database Pinge migrates, and on whose it only serves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from pinge.config import SettingsError
from pinge.database import migrations
from pinge.database.migrations import MigrationError
from pinge.running import check_durability, connected, make_ready


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

    assert "the database is ahead: it was migrated by a newer Pinge" in {
        line["event"] for line in lines if line["log_level"] == "warning"
    }


async def test_a_server_that_may_forget_is_refused_in_prod(settings, blank_database):
    with pytest.raises(SettingsError, match="fsync, full_page_writes, synchronous_commit = off"):
        await check_durability(replace(settings, environment="prod"), blank_database)

    async with connected(blank_database) as conn:
        assert len(await migrations.pending(conn)) == len(migrations.shipped())


async def test_a_server_that_may_forget_is_warned_of_in_dev(settings, database):
    with capture_logs() as lines:
        await check_durability(settings, database)

    assert ["fsync" in line["event"] for line in lines] == [True]


async def test_what_counts_is_how_the_database_is_set_for_us(settings, blank_database, db):
    name = blank_database["database"]
    await db.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")

    with pytest.raises(SettingsError, match=r"crash: fsync, full_page_writes = off"):
        await check_durability(replace(settings, environment="prod"), blank_database)
