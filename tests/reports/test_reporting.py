"""What users report: a copy of it waits for whoever runs the server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from pinge.reports import actions
from tests.people import Person


async def report(person: Person, **more):
    return await person.post("/reports", {"reason": "spam", **more})


async def kept(db):
    return await db.fetch("SELECT * FROM reports ORDER BY report_id")


async def test_a_message_is_reported_as_it_was_then(pinge, db):
    ann, ben = await pinge.friends("ann", "ben")
    said = (await ben.write(ann, "buy this")).data
    path = f"/messages/{said['message_id']}"
    await ben.patch(path, {"content": "buy that", "base_rev": said["rev"]})

    reported = await report(ann, message_id=said["message_id"], comment="Again and again.")
    await ben.delete(path)

    assert reported.status == 201
    [row] = await kept(db)
    assert str(row["report_id"]) == reported.data["report_id"]
    assert (row["kind"], row["reason"], row["comment"]) == ("message", "spam", "Again and again.")
    snapshot = json.loads(row["snapshot"])
    assert (snapshot["content"], snapshot["earlier"]) == ("buy that", ["buy this"])
    assert snapshot["sender_id"] == ben.user_id


async def test_people_and_groups_are_reported_as_they_were_then(pinge, db):
    ann, ben = await pinge.people("ann", "ben")
    group_id = await ben.group(ann, name="Bargains")
    await ben.patch("/authentication/me", {"about": "Sells."})

    assert (await report(ann, user_id=ben.user_id)).status == 201
    assert (await report(ann, group_id=group_id)).status == 201

    person, group = (json.loads(row["snapshot"]) for row in await kept(db))
    assert (person["username"], person["about"]) == ("ben", "Sells.")
    assert (group["name"], group["member_count"]) == ("Bargains", 2)


async def test_one_reports_only_what_one_sees(pinge, db):
    ann, ben, eve = await pinge.friends("ann", "ben", "eve")
    group_id = await ann.group(ben)
    secret = (await ann.write_group(group_id, "ours")).data["message_id"]
    hidden = (await ann.write(eve, "hello")).data["message_id"]
    gone = (await ann.write(eve, "hello")).data["message_id"]
    await eve.delete(f"/messages/{hidden}?scope=me")
    await ann.delete(f"/messages/{gone}")

    for target in (
        *({"message_id": secret}, {"message_id": hidden}, {"message_id": gone}),
        *({"group_id": group_id}, {"user_id": str(uuid4())}),
    ):
        refused = await report(eve, **target)
        assert (refused.status, refused.code) == (404, "not_found"), target
    assert (await report(eve, user_id=eve.user_id)).code == "bad_request"
    assert await kept(db) == []


async def test_a_report_names_one_thing_and_a_reason_there_is(pinge):
    ann, ben = await pinge.people("ann", "ben")
    target = {"user_id": ben.user_id}

    for body in (
        *({"reason": "spam"}, {"reason": "spam", **target, "group_id": str(uuid4())}),
        *(target, {"reason": "boredom", **target}, {"reason": "spam", "user_id": "ben"}),
        {"reason": "spam", **target, "comment": "x" * 2001},
    ):
        assert (await ann.post("/reports", body)).status == 422, body


async def test_to_report_it_again_is_to_say_it_anew(pinge, db):
    ann, ben = await pinge.people("ann", "ben")

    first = await report(ann, user_id=ben.user_id)
    again = await report(ann, user_id=ben.user_id, reason="harassment", comment="Worse.")

    assert again.data["report_id"] == first.data["report_id"]
    [row] = await kept(db)
    assert (row["reason"], row["comment"]) == ("harassment", "Worse.")
    await actions.close(db, row["report_id"], outcome=None)
    assert (await report(ann, user_id=ben.user_id)).data != first.data
    assert len(await kept(db)) == 2


async def test_what_was_closed_long_ago_is_forgotten(pinge, db):
    ann, ben, eve = await pinge.people("ann", "ben", "eve")
    for other in (ben, eve):
        await report(ann, user_id=other.user_id)
    old, new = [row["report_id"] for row in await kept(db)]
    for report_id, days in ((old, 91), (new, 89)):
        await actions.close(db, report_id, outcome="warned")
        closed_at = datetime.now(UTC) - timedelta(days=days)
        await db.execute(
            "UPDATE reports SET closed_at = $2 WHERE report_id = $1", report_id, closed_at
        )

    await actions.forget(pinge.app)

    assert [row["report_id"] for row in await kept(db)] == [new]
