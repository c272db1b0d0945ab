"""Logging in by an account elsewhere: who becomes whom, and who does not."""

from __future__ import annotations

import asyncio

import pytest

from tests.accounts.by_mail.calls import reset, reset_token, use
from tests.mail.outbox import row_like
from tests.messages.test_journal import until_waiting
from tests.oidc.browser import MINE, VERIFIER, Browser, log_in, redeem
from tests.people import PASSWORD, Person
from tests.second_factors import codes

ME = "/authentication/me"
NEW = "ann@elsewhere.example"


async def me(pinge, answer):
    """Who a login is of."""
    assert answer.status == 200, answer.body
    bearer = {"Authorization": f"Bearer {answer.data['access_token']}"}
    return (await pinge.call("GET", ME, headers=bearer)).data


async def proved(pinge, mailbox, name="ann"):
    """Somebody who proved their address here."""
    person = await pinge.person(name)
    token = (await mailbox.next(person.email, "Is this your")).token
    link = {"token": token}
    assert (await pinge.call("POST", "/authentication/verify-email", json=link)).status == 200
    return person


async def test_who_is_new_gets_an_account(pinge, provider):
    provider.claims = {"email": NEW}

    first, again = await me(pinge, await log_in(pinge)), await me(pinge, await log_in(pinge))

    assert (first["email"], first["username"]) == (NEW, "Ann Elsewhere")
    assert first["user_id"] == again["user_id"]


async def test_who_is_new_in_several_tabs_gets_one_account(pinge, provider):
    provider.claims = {"email": NEW}
    tickets = [await Browser(pinge).ticket() for _ in range(4)]

    answers = await asyncio.gather(*(redeem(pinge, ticket) for ticket in tickets))

    assert len({(await me(pinge, answer))["user_id"] for answer in answers}) == 1


@pytest.mark.parametrize("name", [None, " ", "\u0000", "\ud800", 7])
async def test_who_has_no_name_there_is_called_by_the_address(pinge, provider, name):
    provider.claims = {"email": NEW, "name": name}

    assert (await me(pinge, await log_in(pinge)))["username"] == "ann"


async def test_a_name_is_cut_and_loses_what_is_no_text(pinge, provider):
    provider.claims = {"email": NEW, "name": "\ud800A\u0000nn" + "n" * 2_000}

    assert (await me(pinge, await log_in(pinge)))["username"] == "Ann" + "n" * 97


async def test_who_has_neither_name_nor_address_there_gets_no_account(pinge, provider):
    provider.claims = {"email": "@elsewhere.example", "name": None}

    assert (await log_in(pinge)).code == "email_refused"


async def test_one_who_is_linked_stays_so_whatever_the_address(pinge, provider):
    provider.claims = {"email": NEW}
    first = await me(pinge, await log_in(pinge))
    provider.claims = {"email": "other@elsewhere.example", "email_verified": False}

    assert (await me(pinge, await log_in(pinge)))["user_id"] == first["user_id"]


async def test_a_proved_address_leads_to_the_account_that_proved_it(pinge, provider, mailbox):
    ann = await proved(pinge, mailbox)
    socket = await ann.live()
    provider.claims = {"email": ann.email}

    assert (await me(pinge, await log_in(pinge)))["user_id"] == ann.user_id

    assert (await socket.next())["data"]["issuer"] == provider.url
    assert provider.url in (await mailbox.next(ann.email, "How you log in")).text
    assert (await ann.get(MINE)).data["email"] == ann.email


@pytest.mark.parametrize("is_proved", [False, None, "true", 1])
async def test_an_address_that_the_provider_does_not_vouch_for_leads_nowhere(
    pinge, provider, mailbox, is_proved
):
    ann = await proved(pinge, mailbox)
    for email in (ann.email, NEW):
        provider.claims = {"email": email, "email_verified": is_proved}

        refused = await log_in(pinge)

        assert (refused.status, refused.code) == (403, "not_linked")


async def test_who_registered_anothers_address_does_not_get_their_account(pinge, provider):
    thief = await pinge.person("thief")
    provider.claims = {"email": thief.email}

    assert (await log_in(pinge)).code == "not_linked"
    assert (await thief.get(MINE)).data["issuer"] is None


async def test_who_loses_the_address_at_that_very_moment_is_not_linked(
    pinge, provider, mailbox, db
):
    ann = await proved(pinge, mailbox)
    provider.claims = {"email": ann.email}
    ticket = await Browser(pinge).ticket()
    async with db.transaction():
        await db.execute("UPDATE users SET email = 'moved@pinge.example'")
        entering = asyncio.create_task(redeem(pinge, ticket))
        await until_waiting(db, 1)

    assert (await entering).code == "not_linked"
    assert (await ann.get(MINE)).data["issuer"] is None


async def test_an_address_that_is_anothers_now_leads_not_to_who_is_linked(pinge, provider, mailbox):
    ann = await proved(pinge, mailbox)
    provider.claims = {"email": ann.email}
    assert (await log_in(pinge)).status == 200
    provider.claims = {"email": ann.email, "sub": "successor"}

    assert (await log_in(pinge)).code == "already_linked"


async def test_an_address_that_its_owner_may_go_back_to_is_nobody_elses(
    pinge, provider, mailbox, db
):
    ann = await proved(pinge, mailbox)
    old = ann.email
    new = {"email": "moved@pinge.example", "password": PASSWORD}
    await ann.post("/authentication/me/email", new)
    link = {"token": (await mailbox.next(new["email"])).token}
    assert (await pinge.call("POST", "/authentication/confirm-email", json=link)).status == 200
    provider.claims = {"email": old}

    assert (await log_in(pinge)).code == "email_taken"


async def test_a_second_factor_is_asked_for_as_after_a_password(pinge, provider, mailbox):
    ann = await proved(pinge, mailbox)
    provider.claims = {"email": ann.email}
    app = await codes.turn_on(ann)

    refused = await log_in(pinge)
    assert (refused.status, refused.code) == (401, "second_factor_needed")

    entered = await codes.log_in(pinge, ann, ticket=refused.body["ticket"], otp=app.code(1))
    assert entered.status == 200


async def test_an_account_that_is_closed_is_closed(pinge, provider, db):
    provider.claims = {"email": NEW}
    await log_in(pinge)
    await db.execute("UPDATE users SET is_active = false")

    assert (await log_in(pinge)).code == "inactive_account"


async def test_a_ticket_is_for_the_client_that_began(pinge, provider):
    provider.claims = {"email": NEW}
    ticket = await Browser(pinge).ticket()

    stolen = await redeem(pinge, ticket, VERIFIER.replace("v", "w"))

    assert (stolen.status, stolen.code) == (400, "dead_journey")


async def test_to_log_in_there_is_a_proof(pinge, provider, db):
    provider.claims = {"email": NEW}
    token = (await log_in(pinge)).data["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    words = {"new_password": "Better horse 8"}
    chosen = await pinge.call("POST", f"{ME}/password", json=words, headers=bearer)

    assert chosen.status == 200
    await row_like(db, "purpose = 'password_changed'")


async def test_one_links_and_unlinks_from_inside(pinge, provider):
    ann = await pinge.person("ann")
    provider.claims = {"email": "work@elsewhere.example"}
    link = {"ticket": await Browser(pinge).ticket(), "verifier": VERIFIER}

    assert (await ann.post(MINE, link)).code == "proof_needed"
    linked = await ann.post(MINE, link | {"password": PASSWORD})
    assert linked.data["email"] == "work@elsewhere.example"
    assert (await me(pinge, await log_in(pinge)))["user_id"] == ann.user_id

    assert (await ann.call("DELETE", MINE, {"password": PASSWORD})).status == 200
    assert (await ann.get(MINE)).data == {"issuer": None, "email": None, "linked_at": None}
    assert (await ann.call("DELETE", MINE, {"password": PASSWORD})).status == 404
    assert (await me(pinge, await log_in(pinge)))["user_id"] != ann.user_id


async def test_who_linked_anothers_address_is_out_once_its_owner_comes(pinge, provider, mailbox):
    thief = await pinge.person("victim")
    link = {"ticket": await Browser(pinge).ticket(), "verifier": VERIFIER, "password": PASSWORD}
    assert (await thief.post(MINE, link)).status == 200

    assert (await reset(pinge, await reset_token(pinge, mailbox, thief.email))).status == 200

    assert (await log_in(pinge)).code == "not_linked"


async def test_half_a_login_without_a_password_dies_once_the_account_is_taken_back(
    pinge, provider, mailbox
):
    provider.claims = {"email": NEW}
    token = (await log_in(pinge)).data["access_token"]
    thief = Person(pinge, email=NEW, name="ann", user_id="", token=token)
    assert (await thief.post(f"{ME}/email", {"email": "thief@pinge.example"})).status == 200
    await use(pinge, "confirm-email", (await mailbox.next("thief@pinge.example")).token)
    back = (await mailbox.next(NEW, "was changed")).token
    app = codes.App((await thief.post(codes.TOTP, {})).data["secret"])
    assert (await thief.post(f"{codes.TOTP}/confirm", {"otp": app.code()})).status == 200
    half = (await log_in(pinge)).body["ticket"]

    assert (await use(pinge, "revert-email", back)).status == 200

    refused = await codes.log_in(pinge, thief, ticket=half, otp=app.code(1))
    assert (refused.status, refused.code) == (401, "dead_ticket")


async def test_nobody_takes_what_is_linked_to_another(pinge, provider):
    ann, bob = await pinge.people("ann", "bob")
    link = {"ticket": await Browser(pinge).ticket(), "verifier": VERIFIER, "password": PASSWORD}
    assert (await ann.post(MINE, link)).status == 200

    assert (await bob.post(MINE, link)).code == "already_linked"
    provider.claims = {"sub": "another"}
    link |= {"ticket": await Browser(pinge).ticket()}
    assert (await ann.post(MINE, link)).code == "already_linked"


async def test_the_only_way_in_stays(pinge, provider):
    provider.claims = {"email": NEW}
    token = (await log_in(pinge)).data["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    refused = await pinge.call("DELETE", MINE, json={}, headers=bearer)

    assert (refused.status, refused.code) == (409, "only_way_in")
