"""Builds and clients that must break a promise: whoever judges them has to see it.

Each stands beside the same run as it should be, which must pass.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.faults.cast import Sizes
from tests.faults.faults import FAULTS
from tests.faults.run import Plan, run
from tests.faults.scene import Setting

pytestmark = pytest.mark.faults

SECONDS = 8.0
FEW = Sizes(users=12, devices=36, pairs=4, groups=(4, 6, 9))
# What is acknowledged waits in memory for as long as the server is let.
FORGETS = {"synchronous_commit": "off", "wal_writer_delay": "10s"}


async def lose_the_bus(nemesis):
    """It never comes back."""
    nemesis.stage.nats.hold_down(is_down=True)
    await asyncio.sleep(1)


@pytest.fixture
def setting(tmp_path):
    """A small run, as it should be."""
    return Setting(seed=1, folder=tmp_path, sizes=FEW)


async def broken(setting, strike):
    """Which promises are broken when this keeps happening."""
    outcome = await run(Plan(setting, SECONDS, faults={"it": strike}))
    assert outcome.meter.acked > 100
    return {violation.invariant for violation in outcome.violations}


@pytest.mark.parametrize("postgres", [{}, FORGETS], ids=["fsync", "synchronous_commit=off"])
async def test_what_a_forgetful_database_lost_is_seen(setting, postgres):
    verdicts = await broken(replace(setting, postgres=postgres), FAULTS["kill -9 PostgreSQL"])

    assert "lost" in verdicts if postgres else not verdicts


@pytest.mark.parametrize("gives_ids", [True, False], ids=["client_id", "no client_id"])
async def test_what_was_sent_again_without_an_id_is_seen_twice(setting, gives_ids):
    verdicts = await broken(replace(setting, gives_ids=gives_ids), FAULTS["cut replies"])

    assert not verdicts if gives_ids else "doubled" in verdicts


@pytest.mark.parametrize("launcher", ["pinge", "tests.faults.bus_only"])
async def test_what_only_the_bus_would_have_told_is_missed(setting, launcher):
    verdicts = await broken(replace(setting, launcher=launcher), lose_the_bus)

    assert not verdicts if launcher == "pinge" else "complete" in verdicts
