"""One history, one epoch: a restored, promoted or rewound database begins another by itself."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys

import asyncpg
import pytest
from structlog.testing import capture_logs

from pinge.database import migrations
from pinge.realtime import epoch
from tests.database.servers import OwnServer, open_folder
from tests.people import Pinge


async def epoch_of(pinge):
    """The epoch that somebody who connects is told."""
    ann = await pinge.person("ann")
    socket = await pinge.socket(ann, "/ws", protocols=("pinge.v1",), headers=ann.bearer)
    hello = await socket.next("hello")
    return hello["data"]["epoch"]


async def epoch_at(settings, database):
    """The same, of a Pinge that runs for a moment only."""
    async with Pinge.running(settings, database) as pinge:
        return await epoch_of(pinge)


async def restore(source, target):
    """What a DBA does with pg_dump and psql."""
    conn = await asyncpg.connect(**source)
    folder = await migrations.SQL.binaries_folder.value(conn)
    await conn.close()
    if shutil.which("psql", path=folder) is None:
        pytest.skip("the server came without psql")

    def run(program, database, **options):
        where = ["-h", database["host"], "-U", database["user"], "-d", database["database"]]
        return subprocess.run([f"{folder}/{program}", *where], check=True, **options)

    dumped = await asyncio.to_thread(run, "pg_dump", source, stdout=subprocess.PIPE)
    quiet = {"stdout": subprocess.DEVNULL}
    await asyncio.to_thread(run, "psql", target, input=dumped.stdout, **quiet)


async def test_it_stays_the_same_over_restarts(settings, database):
    epochs = [await epoch_at(settings, database) for _ in range(3)]

    assert len(set(epochs)) == 1


async def test_a_restored_dump_begins_one(settings, database, blank_database):
    before = await epoch_at(settings, database)
    await restore(database, blank_database)

    after = await epoch_at(settings, blank_database)

    assert after != before
    assert await epoch_at(settings, blank_database) == after
    assert await epoch_at(settings, database) == before


async def test_nodes_that_start_together_begin_one(settings, database, blank_database):
    await epoch_at(settings, database)
    await restore(database, blank_database)

    epochs = await asyncio.gather(*(epoch_at(settings, blank_database) for _ in range(4)))

    assert len(set(epochs)) == 1


async def test_a_database_put_in_the_place_of_another_is_noticed_at_once(
    settings, database, blank_database, cluster
):
    async with Pinge.running(settings, database) as pinge:
        before, live = await epoch_of(pinge), await (await pinge.person("bob")).live()
        await restore(database, blank_database)
        await swap(cluster, database["database"], blank_database["database"])

        await pinge.call("GET", "/health/ready")
        after = await epoch_of(pinge)

        assert after != before
        assert await live.closed() == 1012


async def swap(cluster, name, other):
    """Give two databases each other's names."""
    conn = await asyncpg.connect(**cluster)
    for old, new in ((name, "parked"), (other, name), ("parked", other)):
        await conn.execute(f"ALTER DATABASE {old} ALLOW_CONNECTIONS false")
        await conn.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", old
        )
        await conn.execute(f"ALTER DATABASE {old} RENAME TO {new}")
    for one in (name, other):
        await conn.execute(f"ALTER DATABASE {one} ALLOW_CONNECTIONS true")
    await conn.close()


async def test_a_copy_that_went_its_own_way_begins_one(settings):
    with open_folder() as folder:
        with OwnServer.running(folder / "first", fsync="off") as server:
            async with server.connected() as conn:
                await migrations.migrate(conn)
            before = await epoch_at(settings, server.arguments)
        subprocess.run(["cp", "-a", folder / "first", folder / "copy"], check=True)
        signal = folder / "copy" / "data" / "recovery.signal"  # writes a timeline of its own
        subprocess.run(["cp", "-a", folder / "copy/data/PG_VERSION", signal], check=True)
        with OwnServer.running(
            folder / "copy", restore_command="false", hot_standby="off"
        ) as server:
            after = await epoch_at(settings, server.arguments)
            async with server.connected() as conn:
                places = await conn.fetch("SELECT * FROM epochs ORDER BY begun_at")

    assert after != before
    assert [place["timeline"] for place in places] == [1, 2]
    assert len({place["system_identifier"] for place in places}) == 1


async def test_one_begun_by_hand_is_told_to_those_who_are_here(settings, database, monkeypatch):
    monkeypatch.setattr(epoch, "EVERY", 0.01)
    async with Pinge.running(settings, database) as pinge:
        before, live = await epoch_of(pinge), await (await pinge.person("bob")).live()

        begun = await by_hand(database, "new")

        assert await live.closed() == 1012
        assert before != begun
        assert begun == await epoch_of(pinge) == await by_hand(database)
    assert await epoch_at(settings, database) == begun


async def by_hand(database, *words):
    """What `pinge epoch` says."""
    dsn = f"postgresql://{database['user']}@/{database['database']}?host={database['host']}"
    command = [sys.executable, "-m", "pinge", "epoch", *words]
    asked = await asyncio.to_thread(
        subprocess.run,
        command,
        env=os.environ | {"DATABASE_URL": dsn},
        capture_output=True,
        text=True,
        check=True,
    )
    return asked.stdout.strip()


async def test_the_later_is_the_current_one_whatever_the_clock_says(settings, database, db):
    await db.execute("UPDATE epochs SET begun_at = now() + interval '1 hour'")
    begun = await by_hand(database, "new")

    assert await epoch_at(settings, database) == begun


async def test_a_server_that_does_not_tell_its_place_is_served_all_the_same(settings, database, db):
    await db.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    await db.execute("DROP ROLE IF EXISTS pinge_plain; CREATE ROLE pinge_plain")
    await db.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO pinge_plain")
    await db.execute(f"ALTER DATABASE {database['database']} SET role = pinge_plain")

    with capture_logs() as lines:
        told = await epoch_at(settings, database)

    assert told == str(await db.fetchval("SELECT epoch_id FROM epochs"))
    assert len([line for line in lines if "pg_control_system" in line.get("why", "")]) == 1
    await db.execute("DROP OWNED BY pinge_plain; DROP ROLE pinge_plain")
