"""Two minutes of everything going wrong, after which no promise may be broken."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from rich.console import Console

from tests.faults.faults import FAULTS
from tests.faults.report import show
from tests.faults.run import Plan, run
from tests.faults.scene import Setting

pytestmark = pytest.mark.faults

SEED = 3
SECONDS = 120.0


async def test_no_promise_is_broken_while_everything_else_is():
    folder = Path(tempfile.mkdtemp(prefix="pinge-journals-"))  # kept if it fails
    outcome = await run(Plan(Setting(SEED, folder), SECONDS))

    show(Console(width=120), outcome)
    assert not outcome.violations, outcome.verdict()
    assert outcome.meter.acked > 1000
    assert set(outcome.meter.skipped) < set(FAULTS)
    shutil.rmtree(folder)
