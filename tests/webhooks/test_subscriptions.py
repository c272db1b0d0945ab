"""Who may have what told to whom, and what becomes of those that do not answer."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest

from pinge.sealing import SEAL
from pinge.webhooks import courier, delivering
from pinge.webhooks.signing import place
from tests.people import PASSWORD
from tests.tokens.acting import bot_of
from tests.webhooks.test_telling import MESSAGES, SUBSCRIPTIONS, looked, subscribed

PROOF = {"password": PASSWORD}
GROUP_ONLY = ["message_created"]


async def test_the_secret_is_told_once_and_sealed(pinge, receiver, db):
    ann = await pinge.person("ann")
    made = await subscribed(ann, receiver, conversation_id=await ann.group())

    [listed] = (await ann.get(SUBSCRIPTIONS)).data

    assert listed == {name: value for name, value in made.items() if name != "secret"}
    row = await db.fetchrow("SELECT subscription_id, secret FROM webhook_subscriptions")
    assert made["secret"].encode() not in row["secret"]
    opened = pinge.app[SEAL].open(place(row["subscription_id"]), row["secret"])
    assert opened.decode() == made["secret"]


async def test_only_admins_have_a_group_told_and_only_owners_a_bot(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group_id, bot = await ann.group(bob), await bot_of(ann)
    wanted = {"url": "https://hooks.example/x", "events": ["message_created"]}

    for what, code in (
        ({"conversation_id": group_id}, "not_admin"),
        ({"conversation_id": str(uuid4())}, "not_member"),
        ({"bot_id": bot.user_id}, "not_found"),
        ({}, "invalid"),
        ({"conversation_id": group_id, "bot_id": bot.user_id}, "invalid"),
        ({"conversation_id": group_id, "events": ["everything"]}, "invalid"),
        ({"conversation_id": group_id, "events": []}, "invalid"),
    ):
        assert (await bob.post(SUBSCRIPTIONS, wanted | what)).code == code, what
    assert (await bob.get(SUBSCRIPTIONS)).data == []


@pytest.mark.parametrize(
    "url", ["ftp://hooks.example/x", "https://u:p@hooks.example/x", "hooks.example", "https://"]
)
async def test_not_every_url_is_called(pinge, url):
    ann = await pinge.person("ann")
    wanted = {"url": url, "events": ["message_created"], "conversation_id": await ann.group()}

    assert (await ann.post(SUBSCRIPTIONS, wanted)).code == "bad_request"


class TestOutside:
    """Where this machine may not be called, as anywhere unless its operator says so."""

    @pytest.fixture
    def settings(self, settings):
        """No networks of one's own."""
        return dataclasses.replace(settings, outbound_networks=())

    async def test_what_lies_inside_is_not_reached(self, pinge, receiver, monkeypatch):
        monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
        ann = await pinge.person("ann")
        group_id = await ann.group()
        made = await subscribed(ann, _at(receiver, "https"), GROUP_ONLY, conversation_id=group_id)
        await ann.write_group(group_id, "hello")

        path = f"{SUBSCRIPTIONS}/{made['subscription_id']}/deliveries"
        while not (tried := (await ann.get(path)).data):
            await looked(pinge)

        assert tried[0]["error"] == "This address is not reached from here."
        assert receiver.deliveries.empty()


def _at(receiver, scheme):
    """The same receiver, under another scheme."""
    return dataclasses.replace(receiver, url=receiver.url.replace("http", scheme, 1))


async def test_one_that_fails_for_a_day_is_given_up_and_its_owner_hears_of_it(
    pinge, receiver, db, monkeypatch
):
    monkeypatch.setattr(delivering, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
    ann = await pinge.person("ann")
    group_id = await ann.group()
    await subscribed(ann, receiver, conversation_id=group_id)
    socket = await ann.live()
    receiver.answers = [500] * 1000
    await ann.write_group(group_id, "lost")
    await receiver.was_asked()
    await receiver.was_asked()
    [failing] = (await ann.get(SUBSCRIPTIONS)).data
    assert (failing["disabled_at"], failing["failing_since"] is None) == (None, False)

    await db.execute("UPDATE webhook_subscriptions SET failing_since = now() - interval '25 hours'")
    told = (await socket.next("subscription_updated"))["data"]["subscription"]

    assert told["disabled_at"] is not None
    receiver.answers = []
    await ann.patch(f"{SUBSCRIPTIONS}/{told['subscription_id']}", PROOF | {"is_enabled": True})
    await ann.write_group(group_id, "heard again")
    [(_, said)] = await receiver.told(1)
    assert said["content"] == "heard again"
    [enabled] = (await ann.get(SUBSCRIPTIONS)).data
    assert (enabled["disabled_at"], enabled["failing_since"]) == (None, None)


async def test_one_that_says_it_is_gone_is_given_up_at_once(pinge, receiver):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    await subscribed(ann, receiver, conversation_id=group_id)
    socket = await ann.live()
    receiver.answers = [410]

    await ann.write_group(group_id, "hello")

    told = (await socket.next("subscription_updated"))["data"]["subscription"]
    assert told["disabled_at"] is not None


async def test_what_was_changed_holds_from_then_on(pinge, receiver):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    made = await subscribed(ann, receiver, ["message_created"], conversation_id=group_id)
    path = f"{SUBSCRIPTIONS}/{made['subscription_id']}"

    await ann.patch(path, {"is_enabled": False})
    await ann.write_group(group_id, "unheard")
    await ann.patch(path, PROOF | {"is_enabled": True, "events": MESSAGES[:2]})
    await ann.write_group(group_id, "heard")

    [(_, said)] = await receiver.told(1)
    assert said["content"] == "heard"
    assert (await ann.patch(path, {})).code == "bad_request"
    assert (await ann.patch(path, {"url": "nowhere"})).code == "bad_request"


async def test_one_that_was_deleted_is_told_nothing(pinge, receiver):
    ann, eve = await pinge.people("ann", "eve")
    group_id = await ann.group()
    made = await subscribed(ann, receiver, conversation_id=group_id)
    path = f"{SUBSCRIPTIONS}/{made['subscription_id']}"
    socket = await ann.live()

    for refused in (
        await eve.delete(path),
        await eve.patch(path, {"is_enabled": False}),
        await eve.get(f"{path}/deliveries"),
    ):
        assert refused.code == "not_found"
    await ann.delete(path)
    await ann.write_group(group_id, "unheard")
    await looked(pinge)

    gone = (await socket.next("subscription_deleted"))["data"]
    assert gone["subscription_id"] == made["subscription_id"]
    assert (await ann.get(SUBSCRIPTIONS)).data == []
    assert (await ann.delete(path)).code == "not_found"
    assert receiver.deliveries.empty()


async def test_one_has_no_more_than_twenty(pinge, receiver, monkeypatch):
    monkeypatch.setattr("pinge.webhooks.subscribing.MOST", 1)
    ann = await pinge.person("ann")
    group_id = await ann.group()
    made = await subscribed(ann, receiver, conversation_id=group_id)

    again = {name: made[name] for name in ("url", "events", "conversation_id")} | PROOF
    assert (await ann.post(SUBSCRIPTIONS, again)).code == "too_many_webhooks"
