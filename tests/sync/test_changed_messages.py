"""Messages that change while somebody is away, or at another process."""

from __future__ import annotations

import pytest

from tests.sync.device import Device
from tests.sync.test_nodes import at, bus, far, other, settings

__all__ = ["bus", "far", "other", "settings"]  # two processes on every bus


async def edit(person, message, content):
    changed = {"content": content, "base_rev": message["rev"]}
    return (await person.patch(f"/messages/{message['message_id']}", changed)).data


async def delete(person, message, scope="everyone"):
    return await person.delete(f"/messages/{message['message_id']}?scope={scope}")


async def test_what_is_edited_deleted_or_hidden_is_heard_everywhere(far, pinge):
    ann, bob = far
    said = [(await ann.write(bob, f"{number}")).data for number in range(4)]
    there, here = await bob.live(), await at(pinge, bob).live()

    edited = await edit(ann, said[0], "zero")
    await delete(ann, said[1])

    for socket in (there, here):
        assert (await socket.next("message_edited"))["data"]["rev"] == edited["rev"]
        assert (await socket.next("message_deleted"))["data"]["seq"] == 2
        while (await socket.next("unread_changed"))["data"]["total_unread"] != 3:
            pass
    await delete(bob, said[2], "me")
    for socket in (there, here):
        assert (await socket.next("message_hidden"))["data"]["seq"] == 3
        while (await socket.next("unread_changed"))["data"]["total_unread"] != 2:
            pass


async def test_new_messages_come_in_their_order_though_earlier_ones_are_changed_meanwhile(far):
    ann, bob = far
    live = await bob.live()
    shows, order, texts = {}, [], {}

    for number in range(30):
        message = (await ann.write(bob, f"{number}")).data
        texts[message["seq"]] = f"{number}"
        if number % 3 == 1:
            await edit(ann, message, f"{number}!")
            texts[message["seq"]] = f"{number}!"
        if number % 7 == 3:
            await delete(ann, message)
            texts[message["seq"]] = ""

    while shows != texts:
        told = await live.next()
        if told["event"] == "new_direct_message":
            order.append(told["data"]["seq"])
        if "message_id" in told["data"]:
            shows[told["data"]["seq"]] = told["data"].get("content", "")
    assert order == list(range(1, 31))


class TestAway:
    """Of one device that comes back."""

    @pytest.fixture
    async def friends(self, pinge):
        ann, bob = await pinge.friends("ann", "bob")
        return ann, bob

    @pytest.fixture
    def bus(self):
        return "local"

    async def test_it_hears_what_old_and_new_messages_say_by_now(self, friends):
        ann, bob = friends
        old = (await ann.write(bob, "old")).data
        device = await Device.of(bob)
        new = (await ann.write(bob, "new")).data
        last = (await ann.write(bob, "last")).data
        await edit(ann, await edit(ann, new, "newer"), "newest")
        old = await edit(ann, old, "older")

        [conversation] = (await device.sync())["conversations"]

        told = [(one["event"], one["data"]["content"]) for one in conversation["changes"]]
        assert told == [
            ("new_direct_message", "newest"),
            ("new_direct_message", "last"),
            ("message_edited", "newest"),
            ("message_edited", "older"),
        ]
        revs = [one["data"]["rev"] for one in conversation["changes"]]
        assert revs[:2] == [new["rev"], last["rev"]]
        assert (revs[3], conversation["rev"]) == (old["rev"], old["rev"])
        assert (await device.sync())["conversations"] == []

    async def test_more_text_than_is_sent_at_once_is_for_the_history(self, friends):
        ann, bob = friends
        said = [(await ann.write(bob, f"{number}")).data for number in range(30)]
        device = await Device.of(bob)
        for message in said:
            await edit(ann, message, "x" * 8000)

        [conversation] = (await device.sync())["conversations"]

        assert (conversation["limited"], conversation["changes"]) == (True, [])
