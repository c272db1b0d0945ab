"""Several processes tell of a message once, and one that was killed leaves none untold."""

from __future__ import annotations

import pytest

from pinge.notifications import finding, herald
from tests.notifications.telling import settled, subscribe
from tests.people import Pinge


async def test_two_processes_do_not_tell_twice(pinge, settings, database, service):
    async with Pinge.running(settings, database) as other:
        ann, ben, eve = await pinge.friends("ann", "ben", "eve")
        await subscribe(ben, service)
        group_id = await ann.group(ben, eve)
        at_other = await other.log_in(eve.email, eve.name, eve.user_id)

        sent = []
        for number in range(20):
            writer = ann if number % 2 else at_other
            sent.append(await writer.write_group(group_id, str(number)))
        await settled(ben, sent[-1])

    said = [service.pushes.get_nowait().said["seq"] for _ in range(service.pushes.qsize())]
    assert said == sorted(set(said))
    assert said[-1] == 20


@pytest.fixture
def deaf(monkeypatch):
    """A process that is killed before it looks at what was said; to be asked for before `pinge`."""
    monkeypatch.setattr(finding, "LOOKED_EVERY", 3600)


async def test_what_a_killed_process_never_looked_at_is_found(
    deaf, pinge, settings, database, service, monkeypatch
):
    ann, ben = await pinge.friends("ann", "ben")
    browsers = {await subscribe(ben, service) for _ in range(3)}
    await ann.write(ben, "Hello")
    assert service.pushes.empty()

    monkeypatch.setattr(finding, "LOOKED_EVERY", 0.01)
    monkeypatch.setattr(finding, "SLICE", 1)
    monkeypatch.setattr(finding, "RESTED", 0)
    async with Pinge.running(settings, database):
        assert {(await service.next()).browser for _ in browsers} == browsers


async def test_what_a_killed_process_had_claimed_goes_when_its_claim_is_over(
    pinge, service, db, monkeypatch
):
    monkeypatch.setattr(herald, "LOOKED_EVERY", 0.05)
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    sent = await ann.write(ben, "Hello")
    await settled(ben, sent)

    claims = "UPDATE pushes SET after_seq = 0, due_at = now() + interval '0.1 seconds'"
    await db.execute(claims)  # as who took it and sent nothing leaves it

    assert [(await service.next()).said["body"] for _ in range(2)] == ["Hello", "Hello"]


async def test_a_walk_finds_nothing_that_was_settled(pinge, service, db):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    await settled(ben, await ann.write(ben, "Hello"))

    for _ in range(3):
        await finding.Finder().find(pinge.app)

    assert service.pushes.qsize() == 1
    assert await db.fetchval("SELECT count(*) FROM pushes WHERE due_at IS NOT NULL") == 0


async def test_what_was_said_before_a_device_subscribed_is_no_news_to_it(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await ann.write(ben, "Hello")
    await subscribe(ben, service)
    await finding.Finder().find(pinge.app)

    await ann.write(ben, "Hello again")

    assert (await service.next()).said["body"] == "Hello again"
