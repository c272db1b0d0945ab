"""How far messages have reached: told to the others, and never taken back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pinge.messages.receipts import tell_left_over
from pinge.realtime.following import LARGE


@pytest.fixture
async def talk(pinge):
    """Two contacts with five messages from the first to the second, and where they lie."""
    ann, bob = await pinge.friends("ann", "bob")
    sent = [(await ann.write(bob, str(number))).data for number in range(5)]
    return ann, bob, sent


async def positions(person, conversation_id):
    """How far they have got, by user."""
    rows = (await person.get(f"/conversations/{conversation_id}/positions")).data
    return {row["user_id"]: row for row in rows}


async def test_a_device_says_what_it_got_and_the_sender_hears_it(talk):
    ann, bob, sent = talk
    where = {"conversation_id": sent[0]["conversation_id"], "seq": 3}
    hers, his, plain = await ann.live(), await bob.live(), await ann.plain()

    assert (await his.ask("mark_delivered", where))["event"] == "ack"

    told = (await hers.next())["data"]
    assert told == {**where, "rev": sent[-1]["rev"] + 1, "user_id": bob.user_id}
    assert (await positions(ann, where["conversation_id"]))[bob.user_id]["delivered_seq"] == 3
    assert await his.heard_nothing()
    assert await plain.is_quiet(bob)


async def test_positions_only_go_up(talk):
    ann, bob, sent = talk
    key = sent[0]["conversation_id"]
    his = await bob.live()

    for seq in (4, 2):
        assert (await his.ask("mark_delivered", {"conversation_id": key, "seq": seq})) is not None
    for seq in (3, 1):
        await his.ask("mark_read", {"conversation_id": key, "seq": seq})

    reached = (await positions(ann, key))[bob.user_id]
    assert (reached["delivered_seq"], reached["read_seq"]) == (4, 3)


async def test_what_is_read_was_delivered(talk):
    ann, bob, sent = talk

    await bob.post(f"/messages/mark-read/contact/{ann.user_id}")

    reached = (await positions(ann, sent[0]["conversation_id"]))[bob.user_id]
    assert (reached["delivered_seq"], reached["read_seq"]) == (5, 5)


async def test_nobody_reads_or_gets_what_was_not_said(talk):
    _, bob, sent = talk
    beyond = {"conversation_id": sent[0]["conversation_id"], "seq": 6}
    his = await bob.live()

    for command in ("mark_delivered", "mark_read"):
        assert (await his.ask(command, beyond))["data"]["code"] == "invalid"


async def test_messages_read_ahead_of_the_position_are_told_by_id(talk):
    ann, bob, sent = talk
    hers = await ann.live()

    ahead = [sent[2]["message_id"], sent[4]["message_id"]]
    await bob.post("/messages/mark-read", {"message_ids": ahead})
    told = (await hers.next("message_read"))["data"]
    history = (await ann.get(f"/messages/direct/{bob.user_id}")).data

    assert (told["seq"], sorted(told["message_ids"])) == (0, sorted(ahead))
    assert {row["message_id"] for row in history if row["is_read"]} == set(ahead)


@pytest.mark.parametrize("seq", range(1, 6))
async def test_reading_up_to_a_place_keeps_the_figures_right(talk, seq):
    ann, bob, sent = talk
    await bob.write(ann, "in between")
    key = sent[0]["conversation_id"]
    his = await bob.live()
    read = {sent[1]["message_id"], sent[4]["message_id"]}
    await bob.post("/messages/mark-read", {"message_ids": list(read)})

    marked = await his.ask("mark_read", {"conversation_id": key, "seq": seq})

    now_read = read | {message["message_id"] for message in sent[:seq]}
    assert marked["data"]["marked_count"] == len(now_read - read)
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 5 - len(now_read)
    unread = {row["message_id"] for row in (await bob.get("/messages/unread")).data}
    assert unread == {message["message_id"] for message in sent} - now_read


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"seq": 1},
        {"message_ids": []},
        {"conversation_id": str(uuid4())},
        {"conversation_id": str(uuid4()), "seq": 0},
        {"conversation_id": str(uuid4()), "seq": True},
        {"conversation_id": str(uuid4()), "seq": 1, "message_ids": [str(uuid4())]},
    ],
)
async def test_a_mark_that_says_nothing_clear_is_refused(talk, payload):
    _, bob, _ = talk
    his = await bob.live()

    assert (await his.ask("mark_read", payload))["data"]["code"] == "invalid"


async def test_large_groups_are_told_on_demand_only(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    await db.execute(
        "INSERT INTO users (user_id, email, username, password_hash, gender, country)"
        " SELECT gen_random_uuid(), 'x' || n || '@pinge.example', 'x', '', 'Others', 'Norway'"
        " FROM generate_series(1, $1) AS n",
        LARGE,
    )
    everybody = await db.fetch("SELECT user_id FROM users WHERE username = 'x'")
    members = [bob.user_id, *(str(row["user_id"]) for row in everybody)]
    made = await ann.post("/messages/groups", {"name": "All", "members": members})
    key = made.data["group_id"]
    await ann.write_group(key, "hello")
    hers, his = await ann.live(), await bob.live()

    await his.ask("mark_read", {"conversation_id": key, "seq": 1})

    assert (await his.next())["event"] == "unread_changed"
    assert (await positions(ann, key))[bob.user_id]["read_seq"] == 1
    await bob.write_group(key, "and now")
    assert (await hers.next())["event"] == "new_group_message"


async def test_what_a_process_that_died_has_not_told_another_one_tells(talk, db):
    ann, bob, _ = talk
    hers = await ann.live()
    await db.execute(
        "UPDATE members SET delivered_seq = 2, delivered_due = true WHERE user_id = $1",
        bob.user_id,
    )

    await tell_left_over(ann.pinge.app)

    assert (await hers.next("message_delivered"))["data"]["seq"] == 2


async def test_a_mark_that_comes_while_the_same_is_written_holds_up_no_other(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    devices = [await bob.live(), await bob.live()]
    places = [{"conversation_id": await ann.group(bob)} for _ in range(10)]

    async def write(seq, some):
        for place in some:
            await ann.write_group(place["conversation_id"], str(seq))

    async def mark(device, seq, some):
        for number, place in enumerate(some):
            await device.say("mark_delivered", place | {"seq": seq}, id=number)
        await device.say("ping")
        await device.next("pong")

    await write(1, places)
    async with db.transaction():  # whoever marks now has to wait
        await db.execute("SELECT 1 FROM conversations FOR UPDATE")
        for device in devices:
            await mark(device, 1, places)
    for device in devices:
        for _ in places:
            await device.next("ack")
    await write(2, places[1:])
    await mark(devices[0], 2, places[1:])

    for _ in places[1:]:
        await devices[0].next("ack")
