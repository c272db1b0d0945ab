"""Whatever the declared schemas allow, and what they do not, sent to every endpoint."""

from __future__ import annotations

import asyncio
import os
import sysconfig
from pathlib import Path

import pytest

CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_schema_conformance", "negative_data_rejection", "ignored_auth"),
)
# After these nothing else would be tried: it finds the session's own id among the sessions.
ENDINGS = ("/authentication/logout", "/authentication/sessions/{session_id}")
EXAMPLES = 25  # an endpoint, beside those that cover each boundary: 1,500 requests in all
SEED = 7  # a run that fails fails again


@pytest.mark.slow
async def test_every_endpoint_keeps_what_it_declares(pinge, tmp_path):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.group(bob)
    await bob.write(ann, "hello")
    program = Path(sysconfig.get_path("scripts"), "schemathesis")

    run = await asyncio.create_subprocess_exec(
        *(program, "run", f"{pinge.url}/openapi.json"),
        *("--header", f"Authorization: Bearer {ann.token}"),
        *("--checks", ",".join(CHECKS)),
        *(part for path in ENDINGS for part in ("--exclude-path", path)),
        *("--max-examples", str(EXAMPLES), "--seed", str(SEED), "--phases", "coverage,fuzzing"),
        *("--continue-on-failure", "--no-shrink", "--warnings", "off", "--no-color"),
        cwd=tmp_path,
        env=os.environ | {"SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("hooks.py"))},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await run.communicate()

    assert run.returncode == 0, said.decode()
    assert (await ann.get("/authentication/me")).status == 200
