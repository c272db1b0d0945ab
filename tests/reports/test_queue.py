"""`pinge report`: whoever runs the server looks at what was reported, and closes it."""

from __future__ import annotations

import json
from uuid import uuid4


async def reported(ann, other, reason="spam"):
    """The id of a report."""
    body = {"user_id": other.user_id, "reason": reason, "comment": f"About {other.name}."}
    return (await ann.post("/reports", body)).data["report_id"]


async def test_reports_wait_in_the_order_in_which_they_came(pinge, command):
    ann, ben, eve = await pinge.people("ann", "ben", "eve")
    made = [await reported(ann, ben), await reported(ann, eve, "hate")]

    code, printed, _ = await command("report", "list", "--json")

    rows = [json.loads(line) for line in printed.splitlines()]
    assert code == 0
    assert [row["report_id"] for row in rows] == made
    assert (rows[1]["reason"], rows[1]["reporter"]) == ("hate", ann.email)


async def test_a_report_is_shown_with_what_it_is_about(pinge, command):
    ann, ben = await pinge.people("ann", "ben")
    report_id = await reported(ann, ben)

    _, printed, _ = await command("report", "show", report_id, "--json")

    shown = json.loads(printed)
    assert (shown["comment"], shown["target_id"]) == ("About ben.", ben.user_id)
    assert shown["snapshot"]["username"] == "ben"


async def test_a_report_is_closed_once_and_stays_to_be_looked_up(pinge, command):
    ann, ben = await pinge.people("ann", "ben")
    report_id = await reported(ann, ben)

    closed = await command("report", "close", report_id, "--outcome", "warned")
    again = await command("report", "close", report_id)
    unknown = await command("report", "close", str(uuid4()))

    assert closed[:2] == (0, f"{report_id} is closed\n")
    assert (again[0], "closed" in again[2]) == (1, True)
    assert (unknown[0], "no report" in unknown[2]) == (1, True)
    assert (await command("report", "list", "--json"))[1] == ""
    looked_up = json.loads((await command("report", "list", "--closed", "--json"))[1])
    assert (looked_up["report_id"], looked_up["outcome"]) == (report_id, "warned")
