"""A disk that is full: nobody is told of a message that is not there, and room heals it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from contextlib import suppress

import asyncpg
import pytest

from pinge.database.guard import guarded
from tests.database.servers import OwnServer, open_folder
from tests.database.test_outages import everybody, until_well
from tests.people import Pinge

ROOM = "192m"


@pytest.fixture(scope="module")
def disk():
    """A small disk of our own, where the machine permits."""
    with open_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=755", "pinge-test", folder]
        if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("to mount a small disk takes rights that are not given here")
        yield folder
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture(scope="module")
def server(disk):
    with (
        OwnServer.running(disk / "postgres", max_wal_size="48MB", min_wal_size="32MB") as running,
        guarded(running.cluster),
    ):
        yield running.migrated()


async def use_up(disk, server):
    """Leave no room, nor what is left of the log."""
    with suppress(OSError), (disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            os.write(ballast.fileno(), bytes(2**20))
    with suppress(asyncpg.PostgresError, OSError):
        async with server.connected() as db:
            while True:
                await db.execute("CREATE TABLE more AS SELECT generate_series(1, 1000)")
                await db.execute("DROP TABLE more")
                await db.execute("SELECT pg_switch_wal()")


async def test_a_full_disk_loses_nothing_and_heals_when_there_is_room(disk, server, settings):
    async with Pinge.running(settings, server.arguments) as pinge:
        ann, bob = await pinge.friends("ann", "bob")
        acknowledged, refused = [], set()
        filling = asyncio.create_task(use_up(disk, server))
        while not refused:
            for sent in await asyncio.gather(*(ann.write(bob, f"{n}") for n in range(10))):
                if sent.status == 201:
                    acknowledged.append(sent.data["message_id"])
                else:
                    refused.add(sent.status)
        await filling
        assert refused == {503}
        assert max(await everybody(ann, bob)) == 503

        (disk / "ballast").unlink()
        await until_well(ann, bob)

        assert set(acknowledged) <= set(await every_id(ann, bob))


async def every_id(person, other):
    found, page = [], [True]
    while page:
        path = f"/messages/direct/{other.user_id}?limit=100&offset={len(found)}"
        page = [message["message_id"] for message in (await person.get(path)).data]
        found += page
    return found
