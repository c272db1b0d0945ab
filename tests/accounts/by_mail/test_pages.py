"""The pages that links lead to."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest

PAGES = {
    "verify": "verify-email",
    "reset": "reset-password",
    "forgot": "forgot-password",
    "confirm": "confirm-email",
    "revert": "revert-email",
}


@pytest.mark.parametrize(("page", "call"), PAGES.items())
async def test_a_page_is_one_button_and_the_call_behind_it(pinge, page, call):
    answer = await pinge.call("GET", f"/mail/{page}")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.body.count("<button>") == 1
    assert f'data-call="../authentication/{call}"' in answer.body
    assert ("data-link" in answer.body.split("<script>")[0]) == (page != "forgot")
    known = await pinge.call("POST", f"/authentication/{call}")
    assert known.status == 422


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_runs_its_own_script_and_talks_to_nobody_else(pinge, page):
    answer = await pinge.call("GET", f"/mail/{page}")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )

    for kind in ("script", "style"):
        [source] = re.findall(rf"<{kind}>(.*?)</{kind}>", answer.body, re.DOTALL)
        digest = b64encode(sha256(source.encode()).digest()).decode()
        assert policy.pop(f"{kind}-src") == f"'sha256-{digest}'"
    assert policy.pop("connect-src") == "'self'"
    assert set(policy.values()) == {"'none'"}
    assert set(policy) == {"default-src", "base-uri", "form-action", "frame-ancestors"}
    assert "://" not in answer.body
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_there_is_no_other_page(pinge):
    assert (await pinge.call("GET", "/mail/other")).code == "not_found"
    assert (await pinge.call("POST", "/mail/verify")).code == "method_not_allowed"
