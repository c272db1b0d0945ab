"""Plain sockets that name the last message they had get what came after it, perhaps some again."""

from __future__ import annotations

import pytest

from pinge.sync import replaying


async def back(person, since):
    """A plain socket that says which message it had last."""
    return await person.pinge.socket(person, f"/ws?token={person.token}&since={since}")


async def test_everything_since_comes_again_as_ordinary_events(pinge):
    ann, bob, carl = await pinge.friends("ann", "bob", "carl")
    group_id = await ann.group(bob)
    first = (await ann.write(bob, "one")).data
    await ann.write_group(group_id, "two")
    await bob.write(ann, "three, by myself")
    await carl.write(bob, "four")

    socket = await back(bob, first["message_id"])
    heard = [await socket.next() for _ in range(3)]

    assert [(told["event"], told["data"]["content"]) for told in heard] == [
        ("new_direct_message", "one"),
        ("new_group_message", "two"),
        ("new_direct_message", "four"),
    ]
    assert heard[0]["data"].keys() == {
        *("message_id", "sender_id", "sender_name", "content", "sent_at", "total_unread")
    }
    assert heard[0]["data"]["total_unread"] == 2
    assert await socket.is_quiet(ann)


async def test_what_was_sent_long_before_does_not(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    old = (await ann.write(bob, "old")).data
    await db.execute("UPDATE messages SET sent_at = sent_at - interval '11 seconds'")
    since = (await ann.write(bob, "since")).data

    socket = await back(bob, since["message_id"])

    assert (await socket.next())["data"]["content"] == "since"
    assert await socket.is_quiet(ann)
    assert (await (await back(bob, old["message_id"])).next())["data"]["content"] == "old"


@pytest.mark.parametrize("unknown", ["0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b", "7", "", "%00"])
async def test_a_message_nobody_knows_is_a_resync_and_the_socket_is_live(pinge, unknown):
    ann, bob = await pinge.friends("ann", "bob")

    socket = await back(bob, unknown)

    assert await socket.next() == {"event": "resync", "data": {}}
    assert await socket.is_quiet(ann)


async def test_a_message_of_strangers_is_a_resync(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    eve = await pinge.person("eve")
    theirs = (await ann.write(bob, "between us")).data

    socket = await back(eve, theirs["message_id"])

    assert await socket.next() == {"event": "resync", "data": {}}
    assert await socket.heard_nothing()


async def test_too_much_is_a_resync(pinge, monkeypatch):
    monkeypatch.setattr(replaying, "MOST", 5)
    ann, bob = await pinge.friends("ann", "bob")
    sent = [(await ann.write(bob, str(number))).data for number in range(6)]

    socket = await back(bob, sent[-1]["message_id"])

    assert await socket.next() == {"event": "resync", "data": {}}


async def test_nothing_is_lost_between_what_came_again_and_what_is_live(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    since = (await ann.write(bob, "0")).data["message_id"]

    for number in range(1, 60):
        socket = await back(bob, since)
        await ann.write(bob, str(number))
        heard = []
        while str(number) not in heard:
            heard.append((await socket.next("new_direct_message"))["data"]["content"])
        assert list(dict.fromkeys(heard)) == [str(one) for one in range(number + 1)]
        await socket.close()
