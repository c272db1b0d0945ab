"""Proving an address."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.accounts.by_mail.calls import ask, expire, use
from tests.accounts.forms import ANN, log_in, register
from tests.people import Pinge

PATH = "verify-email"
PROVED = "SELECT email_is_verified FROM users"


async def test_registering_mails_a_link_that_proves_the_address(pinge, mailbox, db):
    await register(pinge)
    assert await db.fetchval(PROVED) is False

    verified = await use(pinge, PATH, (await mailbox.next(ANN["email"])).token)

    assert (verified.status, set(verified.data)) == (200, {"message"})
    assert await db.fetchval(PROVED) is True


async def test_nothing_that_the_registrar_chose_is_in_the_mail(pinge, mailbox):
    await register(pinge, username="Win at https://evil.example", country="Evil")

    mail = await mailbox.next()

    assert "evil" not in str(mail.headers).lower()


async def test_a_link_is_good_once(pinge, mailbox):
    await register(pinge)
    token = (await mailbox.next()).token
    assert (await use(pinge, PATH, token)).status == 200

    again = await use(pinge, PATH, token)

    assert (again.status, again.code) == (400, "dead_link")


async def test_of_many_who_use_it_at_once_one_does(pinge, mailbox):
    await register(pinge)
    token = (await mailbox.next()).token

    used = await asyncio.gather(*(use(pinge, PATH, token) for _ in range(10)))

    assert sorted(answer.status for answer in used) == [200] + [400] * 9


async def test_a_link_is_good_for_a_day(pinge, mailbox, db):
    await register(pinge)
    lasts = await db.fetchval("SELECT expires_at - created_at FROM mail_tokens")
    assert 23.9 < lasts.total_seconds() / 3600 < 24.1
    await expire(db)

    late = await use(pinge, PATH, (await mailbox.next()).token)

    assert (late.status, late.code) == (400, "dead_link")


@pytest.mark.parametrize("token", ["x", "A" * 43, "ä" * 43])
async def test_a_link_that_never_was_one_is_refused(pinge, token):
    refused = await use(pinge, PATH, token)

    assert (refused.status, refused.code) == (400, "dead_link")


@pytest.mark.parametrize("token", [None, "", "x" * 101, 5, "a\0"])
async def test_what_cannot_be_a_link_is_refused(pinge, token):
    assert (await use(pinge, PATH, token)).status == 422


async def test_a_link_is_good_for_nothing_else(pinge, mailbox):
    await register(pinge)
    token = (await mailbox.next()).token

    for path in ("reset-password", "confirm-email", "revert-email"):
        refused = await use(pinge, path, token, password="Better horse 8")
        assert (refused.status, refused.code) == (400, "dead_link"), path
    assert (await use(pinge, PATH, token)).status == 200


async def test_the_database_holds_no_link(pinge, mailbox, db):
    await register(pinge)
    token = (await mailbox.next()).token

    kept = await db.fetch("SELECT * FROM mail_tokens")

    assert len(kept) == 1
    assert token not in str([dict(row) for row in kept])


async def test_the_mail_comes_again_on_request(pinge, mailbox, db):
    await register(pinge)
    first = (await mailbox.next()).token

    assert (await ask(pinge, "resend-verification", ANN["email"])).status == 200
    second = (await mailbox.next()).token

    assert first != second
    assert (await use(pinge, PATH, second)).status == 200
    assert await db.fetchval(PROVED)


async def test_every_address_is_answered_the_same_and_only_one_that_waits_gets_a_mail(
    pinge, mailbox, db
):
    await register(pinge)
    await register(pinge, email="proved@pinge.example")
    await register(pinge, email="inactive@pinge.example")
    for _ in range(3):
        await mailbox.next()
    await db.execute("UPDATE users SET email_is_verified = true WHERE email LIKE 'proved%'")
    await db.execute("UPDATE users SET is_active = false WHERE email LIKE 'inactive%'")

    answers = [
        await ask(pinge, "resend-verification", f"{name}@pinge.example")
        for name in ("proved", "inactive", "nobody", "ann")
    ]

    assert len({answer.body["data"]["message"] for answer in answers}) == 1
    assert {answer.status for answer in answers} == {200}
    assert (await mailbox.next()).to == ANN["email"]
    assert mailbox.is_empty()


async def test_a_new_address_is_not_proved_by_a_link_to_the_old_one(pinge, mailbox, db):
    await register(pinge)
    token = (await mailbox.next()).token
    await db.execute("UPDATE users SET email = 'new@pinge.example'")

    assert (await use(pinge, PATH, token)).status == 400
    assert await db.fetchval(PROVED) is False


async def test_who_is_disabled_proves_nothing(pinge, mailbox, db):
    await register(pinge)
    await db.execute("UPDATE users SET is_active = false")

    assert (await use(pinge, PATH, (await mailbox.next()).token)).status == 400


async def test_where_it_is_required_nobody_logs_in_before(settings, database, mailbox):
    async with Pinge.running(replace(settings, require_verified_email=True), database) as pinge:
        await register(pinge)
        refused, wrong = await log_in(pinge), await log_in(pinge, password="Wrong horse 7")
        await use(pinge, PATH, (await mailbox.next()).token)

        assert (refused.status, refused.code) == (403, "email_unverified")
        assert (wrong.status, wrong.code) == (401, "wrong_credentials")
        assert (await log_in(pinge)).status == 200


async def test_who_was_here_before_counts_as_proved(settings, database, db):
    async with Pinge.running(settings, database) as pinge:
        await register(pinge)
    await db.execute("UPDATE users SET email_is_verified = DEFAULT")  # as the migration left them

    async with Pinge.running(replace(settings, require_verified_email=True), database) as pinge:
        assert (await log_in(pinge)).status == 200
