"""What a thief of an account added to it does not outlive the link that gives it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.accounts.by_mail.calls import NEW, log_in, moved, reset, use
from tests.oidc.test_logging_in import proved
from tests.passkeys import authenticator
from tests.passkeys.authenticator import Authenticator, add
from tests.second_factors.codes import turn_on


@pytest.fixture
def settings(settings, mailbox):
    return replace(settings, smtp_url=mailbox.url, public_url=authenticator.ORIGIN)


async def test_what_opened_the_account_before_stays_and_what_came_since_goes(pinge, mailbox):
    ann = await proved(pinge, mailbox)
    hers, theirs = Authenticator(), Authenticator()
    await add(ann, hers)
    thief = await ann.device()
    back = await moved(pinge, mailbox, thief, "thief@pinge.example")
    assert (await add(thief, theirs)).status == 201
    await turn_on(thief)

    assert (await use(pinge, "revert-email", back)).status == 200
    link = (await mailbox.next(ann.email, "yours again")).token
    assert (await reset(pinge, link)).status == 200

    assert (await authenticator.log_in(pinge, theirs)).code == "wrong_credentials"
    assert (await authenticator.log_in(pinge, hers)).status == 200
    assert await log_in(pinge, ann.email, NEW) == 200


async def test_her_second_factor_from_before_is_asked_for_still(pinge, mailbox):
    ann = await proved(pinge, mailbox)
    await turn_on(ann)
    back = await moved(pinge, mailbox, ann, "thief@pinge.example")

    assert (await use(pinge, "revert-email", back)).status == 200
    link = (await mailbox.next(ann.email, "yours again")).token
    assert (await reset(pinge, link)).status == 200

    assert await log_in(pinge, ann.email, NEW) == 401
