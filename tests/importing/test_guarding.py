"""An import goes into an empty database while nobody serves, and into no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pinge.importing import actions
from tests.conftest import url_of
from tests.importing.conftest import connected, contents
from tests.importing.crowd import BEGAN, Rows
from tests.people import Pinge

PASSWORD = "Correct horse 7"
SUMMER = datetime(2025, 7, 1, 12)  # noqa: DTZ001 - the original's times have no zone


class Two(Rows):
    """Two contacts, one of whom wrote in winter and in summer."""

    def __init__(self):
        super().__init__()
        self.ann = self.person("ann@old.example", PASSWORD)
        self.bob = self.person("bob@old.example", PASSWORD)
        for one, other in ((self.ann, self.bob), (self.bob, self.ann)):
            self.contact(one, other, at=BEGAN)
        for number, moment in enumerate((BEGAN, SUMMER)):
            self.write(self.ann, self.bob, f"{number}")
            self.rows["direct_messages"][-1]["sent_at"] = moment


@pytest.fixture(scope="module")
def crowd():
    return Two()


async def refused(importer, original, database, *options):
    """The one line of a run that is refused, and that nothing was written."""
    before = await contents(database)
    run = await importer.run(original, database, *options)
    assert (run.code, run.complained.count("\n")) == (1, 1)
    assert await contents(database) == before
    return run.complained


async def test_a_database_with_accounts_is_refused(importer, original, database, settings):
    async with Pinge.running(settings, database) as pinge:
        await pinge.person("eve")

    assert "there are accounts here already" in await refused(importer, original, database)


async def test_a_pinge_that_serves_is_to_be_stopped_first(importer, original, pinge, database):
    assert "stop it first" in await refused(importer, original, database)


async def test_of_two_imports_at_once_the_second_is_refused(
    importer, original, database, db, monkeypatch
):
    monkeypatch.setattr(actions, "PATIENCE", 0.1)
    await db.execute("SELECT pg_advisory_lock($1)", actions.LOCK)

    assert "another import is under way" in await refused(importer, original, database)


async def test_another_database_than_the_originals_is_refused(importer, blank_database, database):
    complaint = await refused(importer, blank_database, database)

    assert "no database of the original Pinge" in complaint
    assert 'relation "user_records" does not exist' in complaint


@pytest.mark.parametrize("url", ["mysql://localhost/pinge", "postgresql:", "pinge"])
async def test_an_address_of_something_else_is_refused(importer, database, url):
    run = await importer.run(url, database)

    assert run.code == 2
    assert "this is not like postgresql://user:password@host/database" in run.complained


async def test_an_address_may_be_the_one_of_the_originals_settings(importer, original, database):
    url = url_of(original).replace("postgresql:", "postgresql+asyncpg:")

    assert (await importer.run(url, database, "--dry-run")).code == 0


async def test_a_zone_that_is_none_is_refused(importer, original, database):
    complaint = await refused(importer, original, database, "--time-zone", "Oslo/Norway")

    assert "TimeZone" in complaint


@pytest.mark.parametrize(
    ("options", "hours"), [((), (5.5, 5.5)), (("--time-zone", "Europe/Oslo"), (1, 2))]
)
async def test_times_are_of_the_originals_server_or_of_a_zone_that_is_named(
    importer, original, database, db, options, hours
):
    assert (await importer.run(original, database, *options)).code == 0

    rows = await db.fetch("SELECT sent_at FROM messages ORDER BY seq")
    clocks = (BEGAN, SUMMER)
    ahead = [
        clock.replace(tzinfo=UTC) - row["sent_at"] for clock, row in zip(clocks, rows, strict=True)
    ]
    assert tuple(one.total_seconds() / 3600 for one in ahead) == hours


async def test_when_all_is_there_a_later_run_does_nothing(
    importer, original, database, settings, crowd
):
    assert (await importer.run(original, database)).code == 0
    async with Pinge.running(settings, database) as pinge:
        ann = await pinge.log_in("ann@old.example", "Ann", str(crowd.ann))
        await pinge.person("eve")
        assert (await ann.delete(f"/contacts/{crowd.bob}")).status == 200
        before = await contents(database)

        again = await importer.run(original, database)

        assert (again.code, again.complained) == (0, "")
        assert "nothing was done" in again.said
        after = await contents(database)
    # To others Pinge writes by itself while it serves.
    for table in ("users", "contacts", "contact_requests", "messages", "imports"):
        assert after[table] == before[table]


async def test_an_original_that_went_on_is_not_mixed_with_what_it_was(
    importer, made, crowd, database
):
    living = await made()
    async with connected(living) as conn:
        await crowd.settle(conn)
        assert (await importer.run(living, database)).code == 0
        await conn.execute("UPDATE user_records SET country = 'Sweden' WHERE email LIKE 'ann%'")

    assert "the original changed" in await refused(importer, living, database)
