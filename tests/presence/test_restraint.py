"""How often somebody may say that they type, and ask who is there."""

from __future__ import annotations

from dataclasses import replace

import pytest


@pytest.fixture
def settings(settings):
    return replace(settings, rate_limits=True)


async def test_typing_is_limited_over_all_that_one_says_it_by(friends):
    ann, bob = friends
    here, plain = await ann.live(), await ann.plain()
    said = {"receiver_id": bob.user_id, "is_typing": False}

    answers = [await here.ask("typing", said) for _ in range(20)]
    await plain.say("typing", said)

    assert {answer["event"] for answer in answers} == {"ack"}
    assert (await plain.next("error"))["data"]["code"] == "rate_limited"
    refused = await ann.post(f"/conversations/{bob.user_id}/typing", {"is_typing": True})
    assert (refused.status, "Retry-After" in refused.headers) == (429, True)


async def test_asking_who_is_there_is_limited(friends):
    ann, bob = friends
    path = f"/presence?user_ids={bob.user_id}"

    statuses = [(await ann.get(path)).status for _ in range(61)]

    assert statuses == [200] * 60 + [429]
