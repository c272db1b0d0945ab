"""What a push service answers is heeded: it is tried again, shortened, or left alone for good."""

from __future__ import annotations

from email.utils import formatdate
from time import time

import pytest
from aiohttp import web

from pinge.http import outbound
from pinge.notifications import herald
from tests.notifications.telling import settled, subscribe, until, waiting

FAILING = "failing_since IS NOT NULL FROM push_subscriptions"


def answer(status, **headers):
    return web.Response(status=status, headers=headers)


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(pinge, service, db, status):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    service.answers.append(answer(status))

    explained = await settled(ben, await ann.write(ben, "Hello"))

    assert (explained["is_notified"], explained["reason"]) == (False, "gone")
    assert explained["devices"][0]["status"] == status
    await until(db, "count(*) = 0 FROM push_subscriptions")


async def test_what_is_too_large_goes_without_its_text(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    service.answers.append(answer(413))

    await ann.write(ben, "Hello")

    first, second = await service.next(), await service.next()
    assert (first.said["body"], second.said["body"]) == ("Hello", None)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_service_that_is_busy_is_asked_again(pinge, service, status):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    service.answers += [answer(status), answer(status)]

    explained = await settled(ben, await ann.write(ben, "Hello"))

    assert [(await service.next()).status for _ in range(3)] == [status, status, 201]
    assert (explained["is_notified"], explained["reason"]) == (True, "wanted")


@pytest.mark.parametrize("as_date", [False, True])
async def test_a_service_that_says_when_is_not_asked_before(pinge, service, db, as_date):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    retry_after = formatdate(time() + 300, usegmt=True) if as_date else "300"
    service.answers.append(answer(429, **{"Retry-After": retry_after}))

    sent = await ann.write(ben, "Hello")
    await service.next()

    await until(db, "count(*) = 1 FROM pushes WHERE attempts = 1")
    assert 290 < await db.fetchval("SELECT extract(EPOCH FROM due_at - now()) FROM pushes") < 301
    assert (await waiting(ben, sent))["is_notified"] is False


@pytest.fixture
def impatient(monkeypatch):
    """Hang up on who does not answer within a moment; to be asked for before `pinge`."""
    monkeypatch.setattr(outbound, "LONGEST", 0.2)


async def test_a_service_that_does_not_answer_is_asked_again(impatient, pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    service.open.clear()

    sent = await ann.write(ben, "Hello")
    await service.next()
    await service.next()
    service.open.set()

    assert (await settled(ben, sent))["is_notified"] is True


async def test_who_is_asked_in_vain_to_the_end_is_noted_as_failing(pinge, service, db, monkeypatch):
    monkeypatch.setattr(herald, "MOST_TRIES", 2)
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    service.answers += [answer(500), answer(500)]

    explained = await settled(ben, await ann.write(ben, "Hello"))

    assert (explained["is_notified"], explained["reason"]) == (False, "unreached")
    await until(db, FAILING)
    [subscription] = (await ben.get("/push/subscriptions")).data
    assert subscription["sent_at"] is None


async def test_a_push_that_comes_through_ends_the_failing(pinge, service, db):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    service.answers.append(answer(403))
    explained = await settled(ben, await ann.write(ben, "Hello"))
    await until(db, FAILING)

    await settled(ben, await ann.write(ben, "Hello again"))

    assert (explained["reason"], explained["devices"][0]["status"]) == ("refused", 403)
    await until(db, "failing_since IS NULL AND sent_at IS NOT NULL FROM push_subscriptions")
