"""What subscriptions are told: all of it, in order, signed, and by the next process if need be."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from pinge.webhooks import courier, delivering
from tests.people import PASSWORD, Person, Pinge
from tests.tokens.acting import BOTS, bot_of, program
from tests.webhooks.receiver import Receiver

SUBSCRIPTIONS = "/subscriptions"
MESSAGES = ["message_created", "message_edited", "message_deleted"]
ALL = [*MESSAGES, "member_joined", "member_left"]


async def subscribed(owner: Person, receiver: Receiver, events=ALL, **to_what) -> dict:
    """Have the receiver told."""
    body = {"url": receiver.url, "events": events, "password": PASSWORD, **to_what}
    made = await owner.post(SUBSCRIPTIONS, body)
    assert made.status == 201, made.body
    receiver.secret = made.data["secret"]
    return made.data


@pytest.fixture
def impatient(monkeypatch):
    """Pinge looks often, tries again soon, and gives no answer much time."""
    monkeypatch.setattr(delivering, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
    monkeypatch.setattr("pinge.http.outbound.LONGEST", 0.3)


async def looked(pinge: Pinge) -> None:
    """Have the courier look now, as it does some seconds later by itself."""
    pinge.app[courier.COURIER].look_again()


async def test_a_program_is_told_what_is_said_to_its_bot_and_answers(pinge, receiver):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    made = await subscribed(ann, receiver, ["message_created"], bot_id=bot.user_id)

    await ann.write(bot, "how are you?")
    delivery = await receiver.next()
    [event] = delivery["events"]
    await bot.write(ann, f"you said: {event['data']['content']}")

    assert delivery["subscription_id"] == made["subscription_id"]
    assert (delivery["kind"], event["event"]) == ("direct", "message_created")
    assert event["data"]["sender_id"] == ann.user_id
    assert (await ann.get("/messages/unread")).data[0]["content"] == "you said: how are you?"


async def test_a_bot_is_not_told_what_it_says_itself(pinge, receiver):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    await subscribed(ann, receiver, bot_id=bot.user_id)

    await bot.write(ann, "mine")
    await ann.write(bot, "yours")

    [(_, said)] = await receiver.told(1)
    assert said["content"] == "yours"


async def test_an_admin_has_all_of_a_group_told_in_order(pinge, receiver):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    await ann.write_group(group_id, "before")
    await subscribed(ann, receiver, conversation_id=group_id)

    said = [(await bob.write_group(group_id, f"message {n}")).data for n in range(5)]
    heard = await receiver.told(5)
    edit = {"content": "message one", "base_rev": said[1]["rev"]}
    await bob.patch(f"/messages/{said[1]['message_id']}", edit)
    await bob.delete(f"/messages/{said[2]['message_id']}")
    await bob.post(f"/messages/groups/{group_id}/leave")
    await looked(pinge)

    assert [data["content"] for _, data in heard] == [row["content"] for row in said]
    later = await receiver.told(3)
    assert [event for event, _ in later] == ["message_edited", "message_deleted", "member_left"]
    assert later[0][1]["content"] == "message one"
    assert (later[1][1]["message_id"], later[1][1]["content"]) == (said[2]["message_id"], "")
    assert later[2][1]["user_id"] == bob.user_id


async def test_more_than_fits_into_one_delivery_comes_in_several(pinge, receiver, monkeypatch):
    monkeypatch.setattr("pinge.webhooks.reading.MOST", 3)
    ann = await pinge.person("ann")
    group_id = await ann.group()
    await subscribed(ann, receiver, MESSAGES, conversation_id=group_id)
    receiver.open.clear()
    said = [(await ann.write_group(group_id, str(n))).data for n in range(8)]
    for row in said[:7]:
        edit = {"content": f"{row['content']}!", "base_rev": row["rev"]}
        await ann.patch(f"/messages/{row['message_id']}", edit)
    receiver.open.set()
    await looked(pinge)

    heard: dict[str, str] = {}
    while len(heard) < 8 or not all(text.endswith("!") for text in list(heard.values())[:7]):
        delivery = await receiver.next()
        assert len(delivery["events"]) <= 6
        for event in delivery["events"]:
            heard[event["data"]["message_id"]] = event["data"]["content"]

    assert list(heard.values()) == [*(f"{n}!" for n in range(7)), "7"]


async def test_what_fails_is_told_again_in_the_same_order(pinge, receiver, monkeypatch):
    monkeypatch.setattr(delivering, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
    ann = await pinge.person("ann")
    group_id = await ann.group()
    made = await subscribed(ann, receiver, conversation_id=group_id)
    receiver.answers = [500, 302, 429]

    for n in range(3):
        await ann.write_group(group_id, str(n))

    assert [data["content"] for _, data in await receiver.told(3)] == ["0", "1", "2"]
    path = f"{SUBSCRIPTIONS}/{made['subscription_id']}/deliveries"
    async with asyncio.timeout(5):
        while (tried := (await ann.get(path)).data)[0]["status"] != 204:
            await asyncio.sleep(0.02)
    assert {row["status"] for row in tried} == {500, 302, 429, 204}


async def test_who_says_nothing_is_tried_again(impatient, pinge, receiver):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    made = await subscribed(ann, receiver, conversation_id=group_id)
    receiver.open.clear()

    await ann.write_group(group_id, "hello?")
    await receiver.was_asked()
    await receiver.was_asked()
    receiver.open.set()

    [(_, said)] = await receiver.told(1)
    assert said["content"] == "hello?"
    path = f"{SUBSCRIPTIONS}/{made['subscription_id']}/deliveries"
    assert any(row["error"] == "It took too long." for row in (await ann.get(path)).data)


async def test_what_nobody_told_before_it_died_another_process_tells(
    settings, database, receiver, monkeypatch
):
    monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
    monkeypatch.setattr(courier, "CLAIMED_FOR", 1)
    async with Pinge.running(settings, database) as first:
        ann = await first.person("ann")
        group_id = await ann.group()
        await subscribed(ann, receiver, conversation_id=group_id)
        receiver.open.clear()
        await ann.write_group(group_id, "the first")
        await receiver.was_asked()
        await ann.write_group(group_id, "the second")
        for telling in first.app[courier.COURIER]._under_way:
            telling.cancel()
    receiver.open.set()
    while not receiver.deliveries.empty():
        receiver.deliveries.get_nowait()

    async with Pinge.running(settings, database):
        heard = {data["content"] for _, data in await receiver.told(2)}

    assert heard == {"the first", "the second"}


async def test_a_bot_is_told_of_where_it_is_let_in_from_then_on(pinge, receiver, monkeypatch):
    monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    await subscribed(ann, receiver, bot_id=bot.user_id)
    group_id = await ann.group()
    await ann.write_group(group_id, "not for it")
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bot.user_id]})
    await ann.write_group(group_id, "for it")

    heard = await receiver.told(2)

    assert [event for event, _ in heard] == ["member_joined", "message_created"]
    assert heard[0][1]["user_id"] == bot.user_id
    assert heard[1][1]["content"] == "for it"


async def test_who_is_no_admin_any_more_hears_nothing(pinge, receiver, monkeypatch):
    monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    role = f"/messages/groups/{group_id}/members/{bob.user_id}/role"
    await ann.patch(role, {"user_id": bob.user_id, "role": "Admin"})
    await subscribed(bob, receiver, ["message_created"], conversation_id=group_id)
    other = Receiver()
    await other.start()
    await subscribed(ann, other, ["message_created"], conversation_id=group_id)

    await ann.patch(role, {"user_id": bob.user_id, "role": "Member"})
    await ann.write_group(group_id, "between admins")
    [(_, said)] = await other.told(1)
    await other.stop()

    assert said["content"] == "between admins"
    assert receiver.deliveries.empty()


async def test_a_slow_one_does_not_delay_the_others(pinge, receiver):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    await subscribed(ann, receiver, conversation_id=group_id)
    receiver.open.clear()
    quick = Receiver()
    await quick.start()
    await subscribed(ann, quick, conversation_id=group_id)

    await ann.write_group(group_id, "hello")

    [(_, said)] = await quick.told(1)
    await quick.stop()
    assert said["content"] == "hello"
    assert receiver.deliveries.empty()


async def test_what_one_process_writes_another_may_tell(pinge, settings, database, receiver):
    shared = dataclasses.replace(settings, bus="postgres")
    async with Pinge.running(shared, database) as other:
        ann = await pinge.person("ann")
        group_id = await ann.group()
        await subscribed(ann, receiver, conversation_id=group_id)
        far = Person(other, email=ann.email, name="ann", user_id=ann.user_id, token=ann.token)

        await far.write_group(group_id, "from afar")

        [(_, said)] = await receiver.told(1)
        assert said["content"] == "from afar"


async def test_a_token_that_may_has_a_group_told(pinge, receiver):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    script = await program(ann, "webhooks:write", "messages:read", "messages:write")

    await subscribed(script, receiver, conversation_id=group_id)
    await script.write_group(group_id, "hello")

    assert (await receiver.told(1))[0][0] == "message_created"


async def test_a_bot_that_is_gone_is_told_nothing(pinge, receiver, monkeypatch, db):
    monkeypatch.setattr(courier, "LOOKED_EVERY", 0.05)
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    await subscribed(ann, receiver, bot_id=bot.user_id)

    await ann.delete(f"{BOTS}/{bot.user_id}")
    async with asyncio.timeout(5):
        while await db.fetchval("SELECT count(*) FROM users WHERE is_bot AND erased_at IS NULL"):
            await asyncio.sleep(0.02)

    assert (await ann.get(SUBSCRIPTIONS)).data == []


async def test_a_bot_that_came_later_is_told_nothing_of_what_was_said_before(pinge, receiver):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    group_id = await ann.group()
    await ann.patch(f"/messages/groups/{group_id}", {"history_visibility": "joined"})
    early = (await ann.write_group(group_id, "early")).data
    await subscribed(ann, receiver, MESSAGES, bot_id=bot.user_id)
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bot.user_id]})

    edit = {"content": "early, edited", "base_rev": early["rev"]}
    await ann.patch(f"/messages/{early['message_id']}", edit)
    await ann.write_group(group_id, "late")

    [(kind, said)] = await receiver.told(1)
    assert (kind, said["content"]) == ("message_created", "late")


async def test_what_was_said_and_deleted_between_two_looks_is_told_as_deleted(
    impatient, pinge, receiver
):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    await subscribed(ann, receiver, ["message_edited", "message_deleted"], conversation_id=group_id)
    first = (await bob.write_group(group_id, "first")).data
    receiver.open.clear()
    await bob.delete(f"/messages/{first['message_id']}")
    await looked(pinge)
    await receiver.was_asked()
    second, third = [(await bob.write_group(group_id, text)).data for text in ("2nd", "3rd")]
    await bob.delete(f"/messages/{second['message_id']}")
    edit = {"content": "third", "base_rev": third["rev"]}
    await bob.patch(f"/messages/{third['message_id']}", edit)
    receiver.open.set()

    told: dict[str, str] = {}
    while len(told) < 3:
        for event in (await receiver.next())["events"]:
            told[event["data"]["message_id"]] = event["event"]

    assert told == {
        first["message_id"]: "message_deleted",
        second["message_id"]: "message_deleted",
        third["message_id"]: "message_edited",
    }


async def test_a_bot_whose_owner_is_disabled_is_told_nothing(impatient, pinge, receiver):
    ann, bob = await pinge.friends("ann", "bob")
    bot = await bot_of(ann, is_public=True)
    group_id = await bob.group(bot)
    role = f"/messages/groups/{group_id}/members/{bot.user_id}/role"
    await bob.patch(role, {"user_id": bot.user_id, "role": "Admin"})
    await subscribed(bot, receiver, ["message_created"], conversation_id=group_id)
    other = Receiver()
    await other.start()
    await subscribed(bob, other, ["message_created"], conversation_id=group_id)

    await ann.post("/authentication/me/deactivate", {"password": PASSWORD})
    await bob.write_group(group_id, "among ourselves")
    [(_, said)] = await other.told(1)
    await other.stop()

    assert said["content"] == "among ourselves"
    assert receiver.deliveries.empty()
