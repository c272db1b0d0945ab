"""Where everyone may write to everyone, as in the original Pinge."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, direct_messages="everyone")


async def test_strangers_write_to_each_other(pinge):
    ann, eve = await pinge.people("ann", "eve")
    plain = await eve.plain()

    sent = await ann.write(eve, "Hello, stranger")

    assert sent.status == 201
    assert (await plain.next())["data"]["total_unread"] == 1
    assert (await eve.write(ann, "Hello yourself")).data["seq"] == 2
    assert (await eve.get("/contacts/")).data == []


async def test_the_first_words_of_both_at_once_meet_in_one_conversation(pinge):
    ann, eve = await pinge.people("ann", "eve")

    sent = await asyncio.gather(
        *(one.write(other, "Hi") for one, other in 10 * [(ann, eve), (eve, ann)])
    )

    assert len({answer.data["conversation_id"] for answer in sent}) == 1
    assert sorted(answer.data["seq"] for answer in sent) == list(range(1, 21))


async def test_former_contacts_still_write(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    assert (await ann.delete(f"/contacts/{bob.user_id}")).status == 200

    assert (await bob.write(ann, "Why?")).status == 201
