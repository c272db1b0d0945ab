"""What the README invites to paste works as it says."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
TOURS = ("## Two minutes with curl and a socket", "## What else it does")


def tour():
    """All that is to be pasted into one bash, in order."""
    text = README.read_text(encoding="utf-8")
    for heading in TOURS:
        section = text.partition(f"\n{heading}\n")[2].partition("\n## ")[0]
        yield from re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


async def test_the_tours_run_to_their_end_without_a_refusal(pinge, tmp_path):
    script = "\n".join(tour())
    script = script.replace("/tmp/", f"{tmp_path}/").replace("http://localhost:8000", pinge.url)
    script = script.replace(".venv/bin/python", sys.executable)

    bash = await asyncio.create_subprocess_exec(
        *("bash", "-u"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=tmp_path,
    )
    said, _ = await asyncio.wait_for(bash.communicate(script.encode()), 60)

    lines = said.decode().splitlines()
    assert bash.returncode == 0
    assert [line for line in lines if '"error"' in line or "command not found" in line] == []
    assert any('"new_direct_message"' in line for line in lines)
    assert any("closed: 4401" in line for line in lines)  # two write, perhaps into one line
