"""Nobody is pushed to what they have before them; who only seems to be there is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pinge.notifications import deciding
from tests.notifications.telling import settled, subscribe, until, waiting

NOTED = "count(active_at) > 0 FROM presences"


async def test_who_is_at_a_device_when_it_comes_is_not_told_on_others(
    pinge, service, db, monkeypatch
):
    monkeypatch.setattr("pinge.notifications.finding.GATHERED", 0.3)
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    laptop = await ben.live()

    sent = await ann.write(ben, "Hello")
    await laptop.next("new_direct_message")
    await laptop.ask("active")

    explanation = await settled(ben, sent)
    assert (explanation["is_notified"], explanation["reason"]) == (False, "active")
    assert service.pushes.empty()


async def test_who_said_something_a_moment_ago_is_waited_for(pinge, service, db, monkeypatch):
    monkeypatch.setattr(deciding, "AT_IT_FOR", timedelta(seconds=0.5))
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    await ben.live()
    await ben.write(ann, "Good bye")
    await until(db, NOTED)

    sent = await ann.write(ben, "Hello")
    early = await waiting(ben, sent)
    push = await service.next()

    assert (early["is_notified"], early["reason"]) == (False, "active")
    assert push.said["body"] == "Hello"


@pytest.mark.parametrize("has_left", [False, True])
async def test_a_device_that_nobody_is_at_holds_up_no_push(pinge, service, db, has_left):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    laptop = await ben.live()
    if has_left:
        await laptop.ask("active")
        await until(db, NOTED)
        await laptop.close()
        await until(db, "count(*) = 0 FROM presences WHERE left_at IS NULL")

    await ann.write(ben, "Hello")

    assert (await service.next()).said["body"] == "Hello"


async def test_where_nobody_has_push_nobody_is_noted(pinge, service, db):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    for person in (ann, ben):
        await (await person.live()).ask("active")

    await until(db, NOTED)

    active = await db.fetch("SELECT user_id FROM presences WHERE active_at IS NOT NULL")
    assert [str(row["user_id"]) for row in active] == [ben.user_id]
