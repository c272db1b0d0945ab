"""`pinge bench` against a real server: that every scenario measures something, not how much."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import orjson
import pytest

from pinge.bench.scenarios import SCENARIOS

TINY = (
    *("--seconds", "0.3", "--pairs", "3", "--groups", "3,5", "--depth", "120"),
    *("--conversations", "4", "--connects", "8", "--idle", "8", "--old", "300", "--logins", "3"),
    *("--storm", "12"),
)


async def pinge_bench(*arguments: str) -> tuple[int, bytes, bytes]:
    """Run the command as a user would: its exit code and what it printed."""
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pinge", "bench", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, complained = await command.communicate()
    assert command.returncode is not None
    return command.returncode, printed, complained


async def test_every_scenario_yields_figures(server_url: str) -> None:
    code, printed, complained = await pinge_bench(server_url, *TINY, "--json")

    assert (code, complained) == (0, b"")
    report: dict[str, Any] = orjson.loads(printed)
    figures = [figure for figure in report["figures"] if figure["scenario"] != "memory"]
    assert {figure["scenario"] for figure in figures} == SCENARIOS.keys() - {"memory"}
    assert all(figure["value"] > 0 for figure in figures)
    assert all(0 < figure["p50_ms"] <= figure["p99_ms"] for figure in figures)
    assert report["failed"] == {}


async def test_memory_is_measured_or_says_why_not(server_url: str) -> None:
    code, printed, _ = await pinge_bench(server_url, *TINY, "--only", "memory", "--json")

    report = orjson.loads(printed)
    assert code == 0
    assert len(report["figures"]) + len(report["skipped"]) == 1


async def test_people_get_a_table(server_url: str) -> None:
    code, printed, complained = await pinge_bench(server_url, *TINY, "--only", "direct-w1")

    assert (code, complained) == (0, b"")
    assert "sockets, 3 pairs, window 1" in printed.decode()


async def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    code, printed, complained = await pinge_bench("http://127.0.0.1:1")

    assert (code, printed) == (1, b"")
    assert complained.startswith(b"Error: No Pinge answers at http://127.0.0.1:1")


@pytest.mark.parametrize("wrong", [["--only", "nonsense"], ["--groups", "1"], ["ftp://localhost"]])
async def test_a_wrong_option_is_refused(wrong: list[str]) -> None:
    code, printed, _ = await pinge_bench(*wrong)

    assert (code, printed) == (2, b"")
