"""The runner, the psql script and the ledger tell one story."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from contextlib import asynccontextmanager
from importlib.resources import files

import asyncpg
import pytest

from pinge.database import migrations, schema
from pinge.database.migrations import Migration, MigrationError

SCHEMA = files("pinge.sql") / "schema.sql"


@asynccontextmanager
async def connected(database):
    conn = await asyncpg.connect(**database)
    try:
        yield conn
    finally:
        await conn.close()


async def psql(conn, database, script):
    """Run a script the way a DBA would."""
    program = shutil.which("psql", path=await migrations.SQL.binaries_folder.value(conn))
    if program is None:
        pytest.skip("the server came without psql")
    where = ["-h", database["host"], "-U", database["user"], "-d", database["database"]]
    return await asyncio.to_thread(
        subprocess.run, [program, "-Xq", *where], input=script, capture_output=True, text=True
    )


@pytest.fixture
def ship(monkeypatch):
    """Pretend that other files were shipped."""

    def pretend(files):
        monkeypatch.setattr(migrations, "shipped", lambda: files)

    return pretend


@pytest.fixture
def broken():
    last = len(migrations.shipped()) + 1
    name = f"{last:04d}_broken.sql"
    return Migration(last, name, "CREATE TABLE half (id int);\nSELECT nonsense;\n")


@pytest.fixture
def concurrent():
    last = len(migrations.shipped()) + 1
    return Migration(
        last,
        f"{last:04d}_concurrent.sql",
        "-- pinge: no-transaction\nCREATE INDEX CONCURRENTLY one_more_idx ON users (country);\n",
    )


async def test_two_runners_at_once_apply_each_once(blank_database, ship, concurrent):
    ship([*migrations.shipped(), concurrent])
    async with connected(blank_database) as one, connected(blank_database) as two:
        done = await asyncio.gather(migrations.migrate(one), migrations.migrate(two))
        assert sorted(map(len, done)) == [0, concurrent.version]


async def test_each_applied_migration_is_told(blank_database):
    told = []
    async with connected(blank_database) as conn:
        applied = await migrations.migrate(conn, told.append)
    assert told == applied == migrations.shipped()


async def test_psql_and_the_runner_agree(db, database, blank_database, ship, concurrent):
    ship([*migrations.shipped(), concurrent])
    await migrations.migrate(db)
    async with connected(blank_database) as conn:
        plan = "\n\n".join(migrations.script(await migrations.pending(conn)))
        ran = await psql(conn, blank_database, plan)
        assert (ran.returncode, ran.stderr) == (0, "")
        assert await migrations.pending(conn) == []
        assert await schema.dump(conn, blank_database) == await schema.dump(db, database)


async def test_psql_steps_back_while_another_runner_is_at_work(db, database):
    await migrations.SQL.try_lock.value(db, key=migrations.LOCK)
    ran = await psql(db, database, "\n\n".join(migrations.script([])))
    assert ran.returncode == 3
    assert "another migration is running" in ran.stderr


async def test_a_plan_applied_twice_stops_at_the_ledger(db, database):
    plan = "\n\n".join(migrations.script(migrations.shipped()))
    ran = await psql(db, database, plan)
    assert ran.returncode == 3
    assert "schema_migrations_pkey" in ran.stderr


async def test_a_failed_migration_leaves_nothing_behind(db, database, ship, broken):
    good = migrations.shipped()
    ship([*good, broken])
    with pytest.raises(MigrationError, match=f"{broken.name} failed: .*nonsense"):
        await migrations.migrate(db)
    assert await db.fetchval("SELECT to_regclass('half')") is None
    assert await migrations.pending(db) == [broken]
    ship(good)
    async with connected(database) as other:
        assert await asyncio.wait_for(migrations.migrate(other), 5) == []


async def test_an_edited_applied_file_is_refused(db, ship):
    first, *others = migrations.shipped()
    edited = Migration(first.version, first.name, first.sql + "-- an afterthought\n")
    ship([edited, *others])
    with pytest.raises(MigrationError, match=f"{first.name} was edited"):
        await migrations.migrate(db)
    assert (await migrations.status(db))[0].state == "edited"


async def test_a_gap_in_the_ledger_is_refused(db):
    first, second = (migration.name for migration in migrations.shipped()[:2])
    await db.execute("DELETE FROM schema_migrations WHERE name = $1", first)
    with pytest.raises(MigrationError, match=f"{second} was applied before 0001"):
        await migrations.migrate(db)


@pytest.mark.parametrize(
    "names",
    [
        ("0001_a.sql", "0003_b.sql"),
        ("0002_a.sql",),
        ("0001_a.sql", "0001_b.sql"),
        ("0001_a.sql", "2_b.sql"),
    ],
)
def test_files_that_are_not_numbered_one_by_one_are_refused(tmp_path, names):
    for name in names:
        (tmp_path / name).write_text("SELECT 1;\n")
    with pytest.raises(MigrationError, match=f"{names[-1]} stands where"):
        migrations.shipped(tmp_path)


async def test_the_status_tells_what_a_newer_pinge_applied(db, database, ship):
    *older, newest = migrations.shipped()
    ship(older)
    assert await migrations.pending(db) == []
    *known, last = await migrations.status(db)
    assert {entry.state for entry in known} == {"applied"}
    assert (last.name, last.state, last.applied_by) == (newest.name, "unknown", database["user"])


async def test_the_status_of_an_empty_database_is_pending(blank_database):
    async with connected(blank_database) as conn:
        assert {entry.state for entry in await migrations.status(conn)} == {"pending"}


async def test_schema_sql_is_the_dump(db, database):
    assert await schema.dump(db, database) == SCHEMA.read_text(), (
        "run: pinge migrate --dump > sql/schema.sql"
    )


async def test_schema_sql_makes_the_schema_it_describes(blank_database):
    async with connected(blank_database) as conn:
        await conn.execute(SCHEMA.read_text())
        assert await schema.dump(conn, blank_database) == SCHEMA.read_text()
