"""How many mails anybody can have us send."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinge.config import LIMITS
from tests.accounts.by_mail.calls import NEW, ask, change_email, log_in, reset, reset_token
from tests.people import Pinge

PATHS = ["forgot-password", "resend-verification"]


@pytest.fixture
def settings(settings):
    """Limits, but not for addresses of the network and for registering."""
    roomy = {name: LIMITS["messages"] for name in ("mail-requests", "register")}
    return replace(settings, rate_limits=True, limits={**LIMITS, **roomy})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("email", ["ann1@pinge.example", "nobody@pinge.example"])
async def test_an_address_gets_two_an_hour_of_each_kind_whoever_it_is_of(pinge, path, email):
    await pinge.person("ann")

    statuses = [(await ask(pinge, path, email)).status for _ in range(3)]
    other = [other for other in PATHS if other != path]

    assert statuses == [200, 200, 429]
    assert (await ask(pinge, other[0], email)).status == 200


async def test_an_address_gets_five_a_day(settings, database):
    hourly = replace(settings, limits={**settings.limits, "mail": LIMITS["messages"]})
    async with Pinge.running(hourly, database) as pinge:
        asked = [await ask(pinge, "forgot-password", "a@pinge.example") for _ in range(6)]

    assert [answer.status for answer in asked] == [200] * 5 + [429]
    assert float(asked[-1].headers["Retry-After"]) > 23 * 3600


@pytest.mark.parametrize("path", PATHS)
async def test_an_address_of_the_network_asks_for_five_a_day(settings, database, path):
    narrow = replace(settings, limits=LIMITS)
    async with Pinge.running(narrow, database) as pinge:
        asked = [await ask(pinge, path, f"n{number}@pinge.example") for number in range(6)]

    assert [answer.status for answer in asked] == [200] * 5 + [429]


async def test_a_user_asks_for_five_new_addresses_a_day(settings, database):
    narrow = replace(settings, limits={**LIMITS, "register": LIMITS["messages"]})
    async with Pinge.running(narrow, database) as pinge:
        ann, bob = await pinge.people("ann", "bob")
        asked = [await change_email(ann, f"new{number}@pinge.example") for number in range(6)]

        assert [answer.status for answer in asked] == [200] * 5 + [429]
        assert (await change_email(bob, "new9@pinge.example")).status == 200


async def test_a_stolen_session_guesses_no_faster_than_a_login(pinge):
    ann = await pinge.person("ann")

    guessed = [
        (await change_email(ann, "new@pinge.example", f"Wrong horse {n}")).status for n in range(6)
    ]

    assert guessed == [403] * 5 + [429]
    assert await log_in(pinge, ann.email) == 429


async def test_who_guessed_too_often_and_proved_the_address_may_log_in(pinge, mailbox):
    ann = await pinge.person("ann")
    for _ in range(5):
        await log_in(pinge, ann.email, "Wrong horse 7")
    assert await log_in(pinge, ann.email) == 429

    await reset(pinge, await reset_token(pinge, mailbox, ann.email))

    assert await log_in(pinge, ann.email, NEW) == 200
