"""Who registers somebody else's address, and waits in the account, is out once its owner comes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.accounts.by_mail.calls import NEW, change_email, log_in, reset, reset_token, use
from tests.passkeys import authenticator
from tests.passkeys.authenticator import Authenticator, add
from tests.second_factors.codes import turn_on
from tests.tokens.acting import TOKENS, bot_of, program
from tests.webhooks.things import SUBSCRIPTIONS, TOLD


@pytest.fixture
def settings(settings, mailbox):
    return replace(settings, smtp_url=mailbox.url, public_url=authenticator.ORIGIN)


@pytest.fixture
async def thief(pinge, mailbox):
    """Registered the address of another."""
    thief = await pinge.person("victim")
    await mailbox.next(thief.email)
    return thief


async def lay_in(thief):
    """Leave all that may outlive a password; the passkey among it, and what acts by tokens."""
    bot = await bot_of(thief)
    key, acting = Authenticator(), [await program(thief), bot]
    assert (await thief.post(SUBSCRIPTIONS, TOLD | {"bot_id": bot.user_id})).status == 201
    assert (await add(thief, key)).status == 201
    await turn_on(thief)
    return key, acting


async def is_the_victims(pinge, thief, key, acting):
    """The password that the victim chose opens the account, and nothing else does."""
    assert (await authenticator.log_in(pinge, key)).code == "wrong_credentials"
    for one in acting:
        assert (await one.get("/authentication/me")).status == 401
    victim = await pinge.log_in(thief.email, thief.name, thief.user_id, NEW)
    for what in (SUBSCRIPTIONS, authenticator.MINE, TOKENS):
        assert (await victim.get(what)).data == []


async def test_nothing_outlives_the_first_proof_of_the_address(pinge, mailbox, thief):
    key, acting = await lay_in(thief)

    assert (await reset(pinge, await reset_token(pinge, mailbox, thief.email))).status == 200

    await is_the_victims(pinge, thief, key, acting)


async def test_nothing_outlives_it_if_they_moved_the_account_before(pinge, mailbox, thief):
    key, acting = await lay_in(thief)
    assert (await change_email(thief, "thief@pinge.example")).status == 200
    await use(pinge, "confirm-email", (await mailbox.next(about="Confirm")).token)
    back = (await mailbox.next(thief.email, "was changed")).token

    assert (await use(pinge, "revert-email", back)).status == 200
    link = (await mailbox.next(thief.email, "yours again")).token
    assert (await reset(pinge, link)).status == 200

    await is_the_victims(pinge, thief, key, acting)


async def test_who_proved_the_address_keeps_what_they_added_before(pinge, mailbox):
    ann = await pinge.person("ann")
    hers = Authenticator()
    await add(ann, hers)
    await turn_on(ann)
    link = (await mailbox.next(ann.email, "Is this your")).token
    assert (await use(pinge, "verify-email", link)).status == 200

    assert (await reset(pinge, await reset_token(pinge, mailbox, ann.email))).status == 200

    assert (await authenticator.log_in(pinge, hers)).status == 200
    assert await log_in(pinge, ann.email, NEW) == 401
    assert "Passkeys" in (await mailbox.next(ann.email, "password was changed")).text
