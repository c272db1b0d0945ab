"""Another address: the new one agrees first, the old one may take it back."""

from __future__ import annotations

import asyncio

import pytest

from tests.accounts.by_mail.calls import (
    NEW,
    change_email,
    expire,
    log_in,
    moved,
    reset,
    reset_token,
    use,
)
from tests.accounts.forms import register

THERE = "there@pinge.example"


@pytest.fixture
async def ann(pinge, mailbox):
    ann = await pinge.person("ann")
    await mailbox.next(ann.email)
    return ann


async def address_of(person):
    """What they see as their own."""
    return (await person.get("/authentication/me")).data["email"]


async def test_nothing_changes_before_the_new_address_agrees(pinge, mailbox, ann):
    asked = await change_email(ann, THERE)
    mail = await mailbox.next()

    assert (asked.status, set(asked.data)) == (200, {"message"})
    assert (mail.to, "/mail/confirm#" in mail.link) == (THERE, True)
    assert await address_of(ann) == ann.email
    assert await log_in(pinge, THERE) == 401


async def test_then_it_is_the_address_everywhere(pinge, mailbox, ann, db):
    other = await ann.device()
    await moved(pinge, mailbox, ann, THERE)

    assert await address_of(ann) == await address_of(other) == THERE
    assert (await log_in(pinge, THERE), await log_in(pinge, ann.email)) == (200, 401)
    assert await db.fetchval("SELECT email_is_verified FROM users")


async def test_my_devices_and_my_contacts_hear_of_it(pinge, mailbox, ann):
    bob = await pinge.person("bob")
    await ann.befriend(bob)
    mine = await ann.live()

    await moved(pinge, mailbox, ann, THERE)

    assert (await mine.next("profile_updated"))["data"]["email"] == THERE
    [contact] = (await bob.get("/contacts/")).data
    assert contact["email"] == THERE


async def test_the_old_address_is_told_with_a_link_for_a_week(pinge, mailbox, ann, db):
    await db.execute("UPDATE users SET email_is_verified = true")
    await change_email(ann, THERE)
    await use(pinge, "confirm-email", (await mailbox.next(THERE)).token)

    mail = await mailbox.next()

    assert (mail.to, "/mail/revert#" in mail.link, THERE in mail.text) == (ann.email, True, True)
    lasts = await db.fetchval("SELECT expires_at - created_at FROM mail_tokens")
    assert 6.9 < lasts.total_seconds() / 86400 < 7.1


async def test_it_asks_for_the_password(pinge, mailbox, ann):
    refused = await change_email(ann, THERE, "Wrong horse 7")

    assert (refused.status, refused.code) == (403, "wrong_password")
    assert (await ann.get("/authentication/me")).status == 200
    assert mailbox.is_empty()


@pytest.mark.parametrize("email", ["no address", "a@b", "ann@", "x@pinge.example\n"])
async def test_what_is_no_address_is_refused_as_by_registering(ann, email):
    refused = await change_email(ann, email)

    assert (refused.status, refused.code) == (406, "email_refused")


async def test_an_address_that_is_taken_is_refused_as_by_registering(pinge, ann):
    bob = await pinge.person("bob")

    for email in (bob.email, bob.email.replace("pinge", "PINGE"), ann.email):
        refused = await change_email(ann, email)
        assert (refused.status, refused.code) == (406, "email_taken")


async def test_an_address_that_was_taken_meanwhile_changes_nothing(pinge, mailbox, ann):
    await change_email(ann, THERE)
    token = (await mailbox.next(THERE)).token
    assert (await register(pinge, email=THERE)).status == 201

    refused = await use(pinge, "confirm-email", token)

    assert (refused.status, refused.code) == (406, "email_taken")
    assert await address_of(ann) == ann.email


async def test_of_two_who_want_the_same_address_one_gets_it(pinge, mailbox, ann):
    bob = await pinge.person("bob")
    tokens = []
    for person in (ann, bob):
        await change_email(person, THERE)
        tokens.append((await mailbox.next(THERE)).token)

    done = await asyncio.gather(*(use(pinge, "confirm-email", token) for token in tokens))

    assert sorted(answer.status for answer in done) == [200, 406]


async def test_only_the_latest_new_address_can_be_confirmed(pinge, mailbox, ann):
    await change_email(ann, THERE)
    first = (await mailbox.next(THERE)).token
    await change_email(ann, "elsewhere@pinge.example")
    second = (await mailbox.next("elsewhere@pinge.example")).token

    assert (await use(pinge, "confirm-email", first)).code == "dead_link"
    assert (await use(pinge, "confirm-email", second)).status == 200


async def test_a_late_link_confirms_nothing(pinge, mailbox, ann, db):
    await change_email(ann, THERE)
    await expire(db)

    late = await use(pinge, "confirm-email", (await mailbox.next(THERE)).token)

    assert (late.status, late.code) == (400, "dead_link")
    assert await address_of(ann) == ann.email


async def test_who_is_disabled_gets_no_other_address(pinge, mailbox, ann, db):
    revert = await moved(pinge, mailbox, ann, THERE)
    await change_email(ann, "elsewhere@pinge.example")
    confirm = (await mailbox.next("elsewhere@pinge.example")).token
    await db.execute("UPDATE users SET is_active = false")

    for path, token in (("confirm-email", confirm), ("revert-email", revert)):
        assert (await use(pinge, path, token)).code == "dead_link"
    assert await db.fetchval("SELECT email FROM users") == THERE


async def test_of_many_who_confirm_at_once_one_does(pinge, mailbox, ann):
    await change_email(ann, THERE)
    token = (await mailbox.next(THERE)).token

    done = await asyncio.gather(*(use(pinge, "confirm-email", token) for _ in range(8)))

    assert sorted(answer.status for answer in done) == [200] + [400] * 7


async def test_taking_it_back_puts_whoever_changed_it_out(pinge, mailbox, ann):
    revert = await moved(pinge, mailbox, ann, THERE)
    socket = await ann.live()

    taken_back = await use(pinge, "revert-email", revert)

    assert taken_back.status == 200
    assert await socket.closed() == 4401
    assert (await ann.get("/authentication/me")).status == 401
    # Whoever changed it knew the password.
    assert (await log_in(pinge, THERE), await log_in(pinge, ann.email)) == (401, 401)
    assert (await reset(pinge, (await mailbox.next(ann.email)).token)).status == 200
    assert await log_in(pinge, ann.email, NEW) == 200


async def test_taking_it_back_leaves_no_link_of_the_thief(pinge, mailbox, ann):
    revert = await moved(pinge, mailbox, ann, THERE)
    to_reset = await reset_token(pinge, mailbox, THERE)
    await change_email(ann, "elsewhere@pinge.example")
    to_confirm = (await mailbox.next("elsewhere@pinge.example")).token

    await use(pinge, "revert-email", revert)

    assert (await reset(pinge, to_reset)).code == "dead_link"
    assert (await use(pinge, "confirm-email", to_confirm)).code == "dead_link"
    assert (await use(pinge, "revert-email", revert)).code == "dead_link"


async def test_a_thief_cannot_void_the_link_that_takes_it_back(pinge, mailbox, ann):
    revert = await moved(pinge, mailbox, ann, THERE)
    assert (await reset(pinge, await reset_token(pinge, mailbox, THERE))).status == 200
    thief = await pinge.log_in(THERE, "ann", ann.user_id, NEW)
    assert (await change_email(thief, "elsewhere@pinge.example", NEW)).status == 200
    await use(pinge, "confirm-email", (await mailbox.next("elsewhere@pinge.example")).token)
    back_to_thief = (await mailbox.next(THERE, "address was changed")).token
    assert (await use(pinge, "revert-email", back_to_thief)).status == 200

    assert (await use(pinge, "revert-email", revert)).status == 200

    assert (await reset(pinge, (await mailbox.next(ann.email)).token)).status == 200
    assert await log_in(pinge, ann.email, NEW) == 200


async def test_the_older_link_outlives_the_newer_and_not_the_other_way(pinge, mailbox, ann):
    first = await moved(pinge, mailbox, ann, THERE)
    second = await moved(pinge, mailbox, ann, "elsewhere@pinge.example")

    assert (await use(pinge, "revert-email", first)).status == 200
    assert (await use(pinge, "revert-email", second)).code == "dead_link"


async def test_the_old_address_is_nobody_elses_for_as_long(pinge, mailbox, ann, db):
    await moved(pinge, mailbox, ann, THERE)
    bob = await pinge.person("bob")

    for refused in (await register(pinge, email=ann.email), await change_email(bob, ann.email)):
        assert (refused.status, refused.code) == (406, "email_taken")
    assert (await change_email(ann, ann.email)).status == 200

    await expire(db)
    assert (await register(pinge, email=ann.email)).status == 201


async def test_it_cannot_be_taken_back_after_a_week(pinge, mailbox, ann, db):
    revert = await moved(pinge, mailbox, ann, THERE)
    await expire(db)

    assert (await use(pinge, "revert-email", revert)).code == "dead_link"
    assert await address_of(ann) == THERE
