"""What becomes of a mail, whatever becomes of the mail server."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime

import pytest

from pinge.database.pool import transaction
from pinge.mail import outbox, postman
from pinge.mail.letters import Letter
from tests.accounts.forms import ANN, register
from tests.mail.outbox import LATER, row_like, try_again
from tests.people import Pinge


async def test_a_mail_is_whole_and_leads_to_the_public_address(pinge, mailbox):
    await register(pinge)

    mail = await mailbox.next()

    assert mail.to == ANN["email"]
    assert mail.link.startswith("https://chat.example/pinge/mail/verify#")
    assert mail.headers["From"] == "Pinge <pinge@localhost>"
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(mail.headers["Date"]).utcoffset() is not None


async def test_a_mail_that_is_sent_leaves_no_text_behind(pinge, mailbox, db):
    await register(pinge)
    mail = await mailbox.next()

    sent = await row_like(db, "sent_at IS NOT NULL")

    assert (sent["sealed_body"], sent["due_at"], sent["failed_at"]) == (None,) * 3
    assert sent["attempts"] == 1
    assert mail.message_id == f"<{sent['mail_id']}@localhost>"


async def test_a_mail_that_waits_gives_no_link_away_to_who_reads_the_database(pinge, mailbox, db):
    mailbox.refusals += ["451 Come back later"]
    await register(pinge)
    waiting = await row_like(db, "attempts = 1")
    await try_again(pinge, db)
    mail = await mailbox.next()

    dumped = str(dict(waiting)) + repr(waiting["sealed_body"])
    assert mail.token not in dumped
    assert "http" not in dumped


async def test_a_mail_that_was_sealed_for_another_is_given_up(pinge, mailbox, db):
    mailbox.refusals += ["451 Come back later"]
    await register(pinge)
    await row_like(db, "attempts = 1")
    await db.execute("UPDATE mails SET mail_id = gen_random_uuid()")
    await try_again(pinge, db)

    failed = await row_like(db, "failed_at IS NOT NULL")

    assert (failed["last_answer"], failed["sealed_body"]) == ("NotOpened", None)
    assert mailbox.is_empty()


async def test_a_mail_of_an_earlier_pinge_which_sealed_none_is_sent(pinge, mailbox, db):
    mailbox.refusals += ["451 Come back later"]
    await register(pinge)
    await row_like(db, "attempts = 1")
    await db.execute("UPDATE mails SET sealed_body = NULL, body = 'As it was'")
    await try_again(pinge, db)

    assert (await mailbox.next()).text.strip() == "As it was"


async def test_a_registration_that_fails_sends_nothing(pinge, mailbox, db):
    await register(pinge)
    assert (await register(pinge)).status == 406

    assert await db.fetchval("SELECT count(*) FROM mails") == 1


async def test_what_is_written_while_the_server_is_away_arrives_when_it_is_back(
    pinge, mailbox, db, monkeypatch
):
    monkeypatch.setattr(postman, "LONGEST_PAUSE", 0.1)
    mailbox.stop()
    assert (await register(pinge)).status == 201
    assert (await register(pinge, email="bob@pinge.example")).status == 201

    await mailbox.start()
    mails = [await mailbox.next(), await mailbox.next()]

    assert {mail.to for mail in mails} == {ANN["email"], "bob@pinge.example"}
    await row_like(db, "sent_at IS NOT NULL AND attempts = 1")


async def test_what_is_refused_for_now_is_tried_again_as_the_same_mail(pinge, mailbox, db):
    mailbox.refusals += ["451 Come back later", "452 Still later"]
    await register(pinge)

    delayed = await row_like(db, "attempts = 1")
    assert delayed["last_answer"] == "SMTPDataError 451"
    assert delayed["due_at"] > delayed["created_at"]
    await try_again(pinge, db)
    await row_like(db, "attempts = 2")
    await try_again(pinge, db)
    mail = await mailbox.next()

    assert mail.message_id == f"<{delayed['mail_id']}@localhost>"
    assert (await row_like(db, "sent_at IS NOT NULL"))["attempts"] == 3


async def test_what_is_refused_for_good_is_kept_to_be_seen_and_not_tried_again(pinge, mailbox, db):
    mailbox.refusals += ["554 No such person"]
    await register(pinge)

    failed = await row_like(db, "failed_at IS NOT NULL")

    assert (failed["recipient"], failed["purpose"]) == (ANN["email"], "verify_email")
    assert failed["last_answer"] == "SMTPDataError 554"
    assert (failed["sealed_body"], failed["due_at"]) == (None, None)


@pytest.mark.parametrize(
    ("command", "said", "kept"),
    [
        ("RCPT", "550 No such person", "failed_at IS NOT NULL"),
        ("RCPT", "450 Come back later", "due_at > now()"),
        ("MAIL", "451 Come back later", "due_at > now()"),
        ("MAIL", "550 Who are you", "due_at > now()"),  # which is no fault of this mail
    ],
)
async def test_a_refusal_before_the_text_is_judged_by_what_is_refused(
    pinge, mailbox, db, command, said, kept
):
    mailbox.early_refusals[command] += [said]
    await register(pinge)

    judged = await row_like(db, f"attempts = 1 AND {kept}")

    assert judged["last_answer"].endswith(said[:3])
    assert (judged["sealed_body"] is None) == ("failed_at" in kept)


async def test_one_mail_that_is_refused_does_not_stop_the_others(pinge, mailbox, db):
    mailbox.refusals += ["554 No", "451 Later"]
    for name in ("one", "two", "three"):
        await register(pinge, email=f"{name}@pinge.example")

    assert (await mailbox.next()).to == "three@pinge.example"


async def test_a_server_that_hangs_up_gets_it_again(pinge, mailbox, db):
    mailbox.refusals += ["421 Closing"]
    await register(pinge)
    await try_again(pinge, db)

    assert (await mailbox.next()).to == ANN["email"]


async def test_a_server_that_says_nothing_is_given_up_and_gets_it_again(
    pinge, mailbox, db, monkeypatch
):
    monkeypatch.setattr(postman, "LONGEST", 0.2)
    mailbox.open.clear()
    await register(pinge)
    assert (await row_like(db, "attempts = 1"))["last_answer"] == "it took too long"

    mailbox.open.set()
    await try_again(pinge, db)

    assert (await mailbox.next()).to == ANN["email"]


async def test_a_server_that_says_nothing_holds_up_no_process_that_stops(
    settings, database, mailbox, db
):
    mailbox.open.clear()
    async with asyncio.timeout(10), Pinge.running(settings, database) as pinge:
        await register(pinge)
        await row_like(db, "due_at > now()")


async def test_what_waited_too_long_is_given_up(pinge, mailbox, db):
    mailbox.refusals += ["451 Later"]
    await register(pinge)
    await row_like(db, "attempts = 1")
    await db.execute("UPDATE mails SET expires_at = now()")
    await try_again(pinge, db)

    await postman.sweep(pinge.app)

    given_up = await row_like(db, "failed_at IS NOT NULL")
    assert (given_up["sealed_body"], given_up["last_answer"]) == (None, "SMTPDataError 451")
    assert mailbox.is_empty()


async def test_what_is_long_done_is_forgotten(pinge, mailbox, db):
    await register(pinge)
    await row_like(db, "sent_at IS NOT NULL")
    await postman.sweep(pinge.app)
    assert await db.fetchval("SELECT count(*) FROM mails") == 1

    await db.execute("UPDATE mails SET created_at = now() - interval '31 days'")
    await postman.sweep(pinge.app)

    assert await db.fetchval("SELECT count(*) FROM mails") == 0


async def test_several_processes_send_each_mail_once(pinge, settings, database, mailbox, db):
    async with Pinge.running(settings, database) as two, Pinge.running(settings, database) as three:
        async with db.transaction():
            for number in range(60):
                letter = Letter("test", f"to{number}@pinge.example", "Hello", "Hello")
                await outbox.post(pinge.app, db, letter)
        for process in (pinge, two, three):
            outbox.posted(process.app)
        mails = [await mailbox.next() for _ in range(60)]
        await row_like(db, "(SELECT count(sent_at) FROM mails) = 60")

    assert len({mail.message_id for mail in mails}) == 60
    assert mailbox.is_empty()


async def test_a_process_that_died_over_a_mail_leaves_it_to_another(pinge, mailbox, db):
    mailbox.open.clear()
    await register(pinge)
    claimed = await row_like(db, "due_at > now()")
    assert claimed["attempts"] == 0

    await db.execute(LATER)  # as if the time it was claimed for were over
    outbox.posted(pinge.app)
    mailbox.open.set()

    assert (await mailbox.next()).message_id == (await mailbox.next()).message_id


@pytest.mark.parametrize("address", ["ann@bücher.example", "jörg@pinge.example"])
async def test_an_address_beyond_ascii_is_written_to(pinge, mailbox, db, address):
    await register(pinge, email=address)

    if address.startswith("ann"):
        assert (await mailbox.next()).to == "ann@xn--bcher-kva.example"
    else:
        failed = await row_like(db, "failed_at IS NOT NULL")
        assert failed["last_answer"] == "SMTPNotSupported"


async def test_what_cannot_be_written_as_a_mail_is_given_up_and_others_go(pinge, mailbox, db):
    async with transaction(pinge.app) as tx:
        for recipient in ("=?utf-8?q?=0d=0a?=@pinge.example", "ann@pinge.example"):
            await outbox.post(pinge.app, tx, Letter("test", recipient, "A word", "Hello."))
    outbox.posted(pinge.app)

    assert (await mailbox.next()).to == "ann@pinge.example"
    failed = await row_like(db, "failed_at IS NOT NULL")
    assert (failed["last_answer"], failed["sealed_body"]) == ("ValueError", None)


async def test_mails_of_the_same_moment_all_arrive(pinge, mailbox):
    addresses = [f"n{number}@pinge.example" for number in range(30)]

    await asyncio.gather(*(register(pinge, email=address) for address in addresses))

    assert sorted([(await mailbox.next()).to for _ in addresses]) == sorted(addresses)
