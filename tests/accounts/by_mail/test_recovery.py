"""A new password for whoever forgot the old one."""

from __future__ import annotations

import asyncio

import pytest

from tests.accounts.by_mail.calls import NEW, ask, expire, log_in, reset, reset_token, use
from tests.people import PASSWORD


@pytest.fixture
async def ann(pinge, mailbox):
    ann = await pinge.person("ann")
    await mailbox.next(ann.email)
    return ann


async def test_the_new_password_works_and_the_old_one_does_not(pinge, mailbox, ann):
    done = await reset(pinge, await reset_token(pinge, mailbox, ann.email))

    assert (done.status, set(done.data)) == (200, {"message"})
    assert await log_in(pinge, ann.email, NEW) == 200
    assert await log_in(pinge, ann.email, PASSWORD) == 401


async def test_every_session_ends_and_its_sockets_close(pinge, mailbox, ann):
    other = await ann.device()
    live, plain = await ann.live(), await other.plain()

    await reset(pinge, await reset_token(pinge, mailbox, ann.email))

    assert await live.closed() == await plain.closed() == 4401
    for device in (ann, other):
        assert (await device.get("/authentication/me")).status == 401


async def test_whoever_reads_the_mail_has_proved_the_address(pinge, mailbox, ann, db):
    await reset(pinge, await reset_token(pinge, mailbox, ann.email))

    assert await db.fetchval("SELECT email_is_verified FROM users")


async def test_a_mail_tells_that_it_happened(pinge, mailbox, ann):
    await reset(pinge, await reset_token(pinge, mailbox, ann.email))

    mail = await mailbox.next(ann.email)

    assert "was changed" in mail.subject
    assert mail.link.endswith("/mail/forgot")


async def test_a_weak_password_does_not_cost_the_link(pinge, mailbox, ann):
    token = await reset_token(pinge, mailbox, ann.email)

    weak = await reset(pinge, token, "weak")

    assert (weak.status, weak.code) == (400, "weak_password")
    assert (await reset(pinge, token)).status == 200


async def test_a_link_is_good_once_and_takes_the_others_with_it(pinge, mailbox, ann):
    first = await reset_token(pinge, mailbox, ann.email)
    second = await reset_token(pinge, mailbox, ann.email)
    assert (await reset(pinge, second)).status == 200

    for token in (first, second):
        refused = await reset(pinge, token, "Worse horse 9")
        assert (refused.status, refused.code) == (400, "dead_link")
    assert await log_in(pinge, ann.email, NEW) == 200


async def test_of_many_who_use_it_at_once_one_does(pinge, mailbox, ann):
    token = await reset_token(pinge, mailbox, ann.email)
    passwords = [f"Better horse {number}" for number in range(8)]

    done = await asyncio.gather(*(reset(pinge, token, password) for password in passwords))

    assert sorted(answer.status for answer in done) == [200] + [400] * 7
    [winner] = [place for place, answer in enumerate(done) if answer.status == 200]
    assert await log_in(pinge, ann.email, passwords[winner]) == 200


async def test_a_link_is_good_for_an_hour(pinge, mailbox, ann, db):
    token = await reset_token(pinge, mailbox, ann.email)
    lasts = await db.fetchval(
        "SELECT expires_at - created_at FROM mail_tokens WHERE purpose = 'reset_password'"
    )
    assert 59 < lasts.total_seconds() / 60 < 61
    await expire(db)

    assert (await reset(pinge, token)).status == 400
    assert await log_in(pinge, ann.email) == 200


async def test_a_link_to_an_address_that_was_left_is_dead(pinge, mailbox, ann, db):
    token = await reset_token(pinge, mailbox, ann.email)
    await db.execute("UPDATE users SET email = 'new@pinge.example'")

    assert (await reset(pinge, token)).status == 400


async def test_every_address_is_answered_the_same_and_only_one_that_is_somebodys_gets_a_mail(
    pinge, mailbox, ann, db
):
    await pinge.person("inactive")
    await db.execute("UPDATE users SET is_active = false WHERE username = 'inactive'")
    [inactive] = await db.fetchrow("SELECT email FROM users WHERE NOT is_active")
    await mailbox.next(inactive)
    emails = ("nobody@pinge.example", "this is no address", inactive, ann.email)

    answers = [await ask(pinge, "forgot-password", email) for email in emails]

    assert len({answer.body["data"]["message"] for answer in answers}) == 1
    assert {answer.status for answer in answers} == {200}
    assert (await mailbox.next()).to == ann.email
    assert mailbox.is_empty()


async def test_an_address_that_is_nobodys_costs_the_work_of_one_that_is(pinge, mailbox, ann, db):
    await ask(pinge, "forgot-password", "nobody@pinge.example")
    await ask(pinge, "forgot-password", ann.email)
    await mailbox.next(ann.email)

    written = await db.fetch("SELECT * FROM mails WHERE purpose = 'reset_password'")
    to_nobody = [mail for mail in written if mail["recipient"] == ""]
    assert len(written) == 2
    assert [(mail["sealed_body"], mail["due_at"]) for mail in to_nobody] == [(None, None)]


async def test_who_is_disabled_chooses_no_password(pinge, mailbox, ann, db):
    token = await reset_token(pinge, mailbox, ann.email)
    await db.execute("UPDATE users SET is_active = false")

    assert (await reset(pinge, token)).status == 400


async def test_an_address_is_found_whatever_the_case_of_its_domain(pinge, mailbox, ann):
    await ask(pinge, "forgot-password", ann.email.replace("pinge.example", "PINGE.Example"))

    assert (await mailbox.next()).to == ann.email


async def test_opening_the_page_uses_nothing_up(pinge, mailbox, ann):
    token = await reset_token(pinge, mailbox, ann.email)

    for method in ("GET", "HEAD"):
        assert (await pinge.call(method, f"/mail/reset?token={token}")).status == 200
        await pinge.call(method, f"/authentication/reset-password?token={token}")

    assert (await reset(pinge, token)).status == 200


async def test_a_changed_password_takes_the_links_with_it(pinge, mailbox, ann):
    token = await reset_token(pinge, mailbox, ann.email)
    change = {"old_password": PASSWORD, "new_password": NEW}
    assert (await ann.post("/authentication/me/password", change)).status == 200

    assert (await mailbox.next(ann.email)).subject == "Your password was changed"
    assert (await use(pinge, "reset-password", token, password="Worse horse 9")).status == 400
