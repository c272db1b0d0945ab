"""Nobody who wrote first learns by an emoji or a pin that a stranger has read it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reactions.test_reacting import THUMB, react


@pytest.fixture
def settings(settings):
    """Where everybody may write to everybody."""
    return replace(settings, direct_messages="everyone")


async def test_it_takes_an_answer_before_one_reacts_or_pins(pinge):
    ann, bob = await pinge.people("ann", "bob")
    message = (await ann.write(bob, "You do not know me.")).data
    pin = f"/messages/{message['message_id']}/pin"

    for refused in (await react(bob, message, THUMB), await bob.call("PUT", pin)):
        assert (refused.status, refused.code) == (403, "still_a_request")
    assert (await bob.call("PUT", f"/messages/{message['message_id']}/star")).status == 200
    assert (await react(ann, message, THUMB)).status == 200
    await bob.write(ann, "Now I do.")

    assert (await react(bob, message, THUMB)).data["count"] == 2
    assert (await bob.call("PUT", pin)).status == 200
