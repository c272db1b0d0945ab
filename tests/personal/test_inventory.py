"""No table without a decision on what becomes of it when an account is deleted."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from pinge.personal.inventory import INVENTORY

README = Path(__file__).parents[2] / "README.md"
TABLE = re.compile(r"^CREATE (?:UNLOGGED )?TABLE (\w+)", re.MULTILINE)


def test_every_table_has_its_fate():
    schema = (files("pinge.sql") / "schema.sql").read_text()

    assert sorted(INVENTORY) == sorted(TABLE.findall(schema))


def test_the_readme_says_the_same():
    told = README.read_text()

    for table, (fate, reason) in INVENTORY.items():
        assert f"| `{table}` | {fate} | {reason} |" in told
