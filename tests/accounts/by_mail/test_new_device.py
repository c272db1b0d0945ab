"""A login on a device that was not seen before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.accounts.forms import ANN, log_in, register
from tests.people import Pinge

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
NEWER = "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0.1"
PHONE = {"User-Agent": "Pinge/1 Android", "X-Device-Info": "Fairphone", "X-Location": "Tromsø"}


async def come(pinge, **headers):
    """Log in from a device that says this of itself."""
    headers = {"User-Agent": FIREFOX} | {name.replace("_", "-"): headers[name] for name in headers}
    assert (await log_in(pinge, headers=headers)).status == 200


@pytest.fixture
async def visited(pinge, mailbox):
    """A Pinge where Ann has logged in once."""
    await register(pinge)
    await mailbox.next()
    await come(pinge)
    return pinge


async def only_mail(pinge, mailbox):
    """The mail about a login from yet another device, which is the next one."""
    await come(pinge, User_Agent="another")
    mail = await mailbox.next()
    assert "another" in mail.text
    return mail


async def test_the_first_login_is_no_news(visited, mailbox):
    await only_mail(visited, mailbox)


async def test_a_login_on_a_new_device_is_told(visited, mailbox, db):
    assert (await log_in(visited, headers=PHONE)).status == 200

    mail = await mailbox.next(ANN["email"])

    latest = "SELECT session_id FROM sessions ORDER BY created_at DESC LIMIT 1"
    session_id = await db.fetchval(latest)
    for told in ("127.0.0.1 (Tromsø)", "Fairphone, Pinge/1 Android", str(session_id), "UTC"):
        assert told in mail.text
    assert mail.link.endswith("/mail/forgot")


async def test_a_device_that_was_seen_is_no_news(visited, mailbox):
    await come(visited)
    await come(visited, User_Agent=NEWER)

    await only_mail(visited, mailbox)


async def test_another_name_of_the_device_is_news(visited, mailbox):
    await come(visited, X_Device_Info="Laptop")

    assert "Laptop" in (await mailbox.next()).text


async def test_a_login_that_fails_is_no_news(visited, mailbox):
    for _ in range(2):
        assert (await log_in(visited, password="Wrong horse 7", headers=PHONE)).status == 401

    await only_mail(visited, mailbox)


async def test_more_than_two_new_devices_an_hour_are_not_told(settings, database, mailbox):
    limited = replace(settings, rate_limits=True)
    async with Pinge.running(limited, database) as pinge:
        await register(pinge)
        await mailbox.next()
        for name in ("one", "two", "three", "four"):
            await come(pinge, User_Agent=name)
        await pinge.call("POST", "/authentication/forgot-password", json={"email": ANN["email"]})

    told = [(await mailbox.next()).subject for _ in range(3)]
    assert told == ["A login on a new device"] * 2 + ["Choose a new password"]


async def test_it_can_be_switched_off(settings, database, mailbox):
    async with Pinge.running(replace(settings, new_device_mail=False), database) as pinge:
        await register(pinge)
        await mailbox.next()
        await come(pinge)
        await come(pinge, User_Agent="another")
        await register(pinge, email="bob@pinge.example")

        assert (await mailbox.next()).to == "bob@pinge.example"
