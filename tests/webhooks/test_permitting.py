"""What it takes to have programs write or be told, and when that ends."""

from __future__ import annotations

import asyncio

import pytest

from tests.people import PASSWORD
from tests.tokens.acting import TOKENS, program
from tests.webhooks.receiver import Receiver
from tests.webhooks.test_telling import SUBSCRIPTIONS, impatient, looked, subscribed
from tests.webhooks.things import HOOK, TOLD

__all__ = ["impatient"]

ANOTHER = "Another horse 7"


async def is_disabled(owner, pinge) -> None:
    """Until the only subscription of this one is shown as disabled."""
    async with asyncio.timeout(8):
        while (await owner.get(SUBSCRIPTIONS)).data[0]["disabled_at"] is None:
            await looked(pinge)
            await asyncio.sleep(0.02)


async def heard_only_by(pinge, teller, group_id, other) -> None:
    """Say something, and wait until another than the one in question was told of it."""
    listening = Receiver()
    await listening.start()
    await subscribed(other, listening, ["message_created"], conversation_id=group_id)
    await teller.write_group(group_id, "among ourselves")
    await looked(pinge)
    await listening.told(1)
    await listening.stop()


async def test_a_login_proves_itself_before_anybody_is_told_or_may_write(pinge):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    told = {name: TOLD[name] for name in ("url", "events")} | {"conversation_id": group_id}
    hooks = f"/conversations/{group_id}/webhooks"

    for path, body in ((SUBSCRIPTIONS, told), (hooks, {"name": "x"})):
        assert (await ann.post(path, body)).code == "proof_needed"
        assert (await ann.post(path, body | {"password": ANOTHER})).code == "wrong_password"
    assert (await ann.get(SUBSCRIPTIONS)).data == (await ann.get(hooks)).data == []


async def test_where_it_goes_changes_by_a_proof_and_ends_without(pinge, receiver):
    ann = await pinge.person("ann")
    made = await subscribed(ann, receiver, conversation_id=await ann.group())
    path = f"{SUBSCRIPTIONS}/{made['subscription_id']}"

    assert (await ann.patch(path, {"url": "https://thief.example/"})).code == "proof_needed"
    assert (await ann.patch(path, {"is_enabled": False})).status == 200
    assert (await ann.patch(path, {"is_enabled": True})).code == "proof_needed"


async def test_a_token_that_may_not_read_has_nobody_told(pinge):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    script = await program(ann, "webhooks:write")

    refused = await script.post(SUBSCRIPTIONS, TOLD | {"conversation_id": group_id})

    assert refused.code == "scope_missing"


async def test_what_a_token_had_told_ends_with_the_token(impatient, pinge, receiver):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    script = await program(ann, "webhooks:write", "messages:read")
    await subscribed(script, receiver, conversation_id=group_id)

    [token] = (await ann.get(TOKENS)).data
    await ann.delete(f"{TOKENS}/{token['token_id']}")
    await is_disabled(ann, pinge)
    await heard_only_by(pinge, bob, group_id, ann)

    assert receiver.deliveries.empty()


async def test_another_password_ends_what_is_told(impatient, pinge, receiver):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    await subscribed(ann, receiver, conversation_id=group_id)

    words = {"old_password": PASSWORD, "new_password": ANOTHER}
    assert (await ann.post("/authentication/me/password", words)).status == 200
    await is_disabled(ann, pinge)
    await bob.write_group(group_id, "among ourselves")

    assert receiver.deliveries.empty()


async def test_making_them_is_written_down(pinge, receiver, db):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    await subscribed(ann, receiver, conversation_id=group_id)
    await ann.post(f"/conversations/{group_id}/webhooks", HOOK)

    kinds = await db.fetch("SELECT kind FROM audit_events WHERE kind LIKE '%_made' ORDER BY kind")

    assert [row["kind"] for row in kinds] == ["subscription_made", "webhook_made"]


async def test_two_admins_who_make_and_end_a_webhook_at_once_cause_no_fault(pinge):
    ann = await pinge.person("ann")
    path = f"/conversations/{await ann.group()}/webhooks"

    async def end_all() -> None:
        while True:
            for row in (await ann.get(path)).data:
                await ann.delete(f"{path}/{row['webhook_id']}")

    ending = asyncio.create_task(end_all())
    statuses = {(await ann.post(path, HOOK)).status for _ in range(10)}
    ending.cancel()

    assert statuses <= {201, 404}


@pytest.mark.parametrize(
    "body",
    [[], 7, None, {"name": None}, {"name": {}}, {"url": [], "events": {}}, {"events": [[]]}],
)
async def test_odd_bodies_are_refused(pinge, body):
    ann = await pinge.person("ann")
    group_id = await ann.group()

    for path in (SUBSCRIPTIONS, f"/conversations/{group_id}/webhooks", "/bots", TOKENS):
        assert 400 <= (await ann.post(path, body)).status < 500, path
