"""Passwords when many people log in at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import bcrypt
import pytest

from pinge.accounts import passwords
from pinge.accounts.passwords import LONGEST_QUEUE, PASSWORDS, Passwords
from pinge.errors import Unavailable
from tests.accounts.forms import log_in, register


@pytest.fixture
def settings(settings):
    return replace(settings, bcrypt_cost=8)


async def test_who_comes_when_the_queue_is_full_is_sent_away_at_once():
    thread = Passwords(4)

    made = await asyncio.gather(
        *(thread.hashed("Correct horse 7") for _ in range(LONGEST_QUEUE + 10)),
        return_exceptions=True,
    )

    assert Counter(map(type, made)) == {str: LONGEST_QUEUE, Unavailable: 10}
    assert [type(hashed) for hashed in made[LONGEST_QUEUE:]] == [Unavailable] * 10
    assert await thread.match("Correct horse 7", made[0])  # there is room again
    thread.close()


async def test_a_login_that_finds_the_queue_full_is_told_to_come_back(pinge, monkeypatch):
    await register(pinge)
    with monkeypatch.context() as patched:
        patched.setattr(passwords, "LONGEST_QUEUE", 0)

        refused = await log_in(pinge)

    assert (refused.status, refused.code) == (503, "unavailable")
    assert refused.headers["Retry-After"] == "1"
    assert (await log_in(pinge)).status == 200


async def test_other_requests_do_not_wait_for_passwords(pinge):
    waiting = [
        asyncio.create_task(pinge.app[PASSWORDS].hashed("Correct horse 7"))
        for _ in range(LONGEST_QUEUE)
    ]

    assert (await pinge.call("GET", "/health")).status == 200

    assert not all(hashing.done() for hashing in waiting)
    await asyncio.gather(*waiting)


async def test_a_password_is_hashed_with_a_salt_of_its_own():
    thread = Passwords(4)

    one, two = [await thread.hashed("Correct horse 7") for _ in range(2)]

    assert one != two
    assert await thread.match("Correct horse 7", one)
    assert not await thread.match("Correct horse 8", two)
    assert not await thread.match("Correct horse 7", None)
    thread.close()


async def test_a_hash_of_the_original_holds_to_the_first_72_bytes():
    thread = Passwords(4)
    long = "Straße 7 " * 9  # 90 bytes
    stored = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()

    assert await thread.match(long, stored)
    assert await thread.match(long.encode()[:72].decode(), stored)
    assert not await thread.match(long[1:], stored)
    assert not await thread.match("\0", stored)
    thread.close()


@pytest.mark.parametrize("stored", ["", "Correct horse 7", "$2b$12$short", "pbkdf2:sha256$1$2"])
async def test_what_is_no_hash_is_nobodys_password(stored):
    thread = Passwords(4)

    assert not await thread.match("Correct horse 7", stored)
    thread.close()
