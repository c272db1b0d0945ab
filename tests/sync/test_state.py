"""State and events: what a client was told equals what it would fetch anew, for every event.

An event type without a case fails the first test.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

import pinge.app  # noqa: F401 - brings every event there is
from pinge.realtime.events import Event, PassingEvent
from tests.attachments.files import upload
from tests.media.pictures import picture
from tests.people import PASSWORD, Person, Pinge, Socket
from tests.sync import apart, choices, marks, plans, pointers, programs, ways_in
from tests.sync.device import Device
from tests.sync.marks import latest
from tests.sync.state import State


@pytest.fixture
def settings(settings, provider):
    """With another place to log in at, and where strangers may write."""
    return replace(settings, **provider.settings, direct_messages="everyone")


ROLES = ["sender", "other_device", "member", "former", "stranger"]


@dataclass
class Client:
    """Two devices of somebody: one listens, the other comes back now and then."""

    person: Person
    state: State
    socket: Socket
    away: Device
    state_away: State
    heard: list[str]

    @classmethod
    async def of(cls, person: Person) -> Client:
        """Fetch, then listen."""
        socket = await person.live()
        socket.ambient = {"user_online", "user_offline"}
        await socket.ask("ping")
        away = await Device.of(person)
        fetched = [await State.fetched(person) for _ in range(2)]
        return cls(person, fetched[0], socket, away, fetched[1], [])

    async def catch_up(self) -> None:
        """Apply everything that has been told."""
        command_id = str(uuid4())
        await self.socket.say("ping", id=command_id)
        while (told := await self.socket.next()).get("id") != command_id:
            self.heard.append(told["event"])
            await self.state.apply(told, self.person)


class World:
    """Five clients: two devices of the sender, a member, a former member and a stranger."""

    def __init__(self, running: Pinge) -> None:
        self.pinge = running
        self.clients: dict[str, Client] = {}
        self.group_id = ""
        self.direct_id = ""

    @classmethod
    async def made(cls, running: Pinge) -> World:
        """With a group, a direct conversation, and something unread in both."""
        world = cls(running)
        sender, member, former, stranger = await running.people("sam", "mia", "fay", "stu")
        await sender.befriend(member)
        await sender.befriend(former)
        world.group_id = await sender.group(member, former)
        await member.write_group(world.group_id, "first")
        world.direct_id = (await member.write(sender, "hello")).data["conversation_id"]
        await former.post(f"/messages/groups/{world.group_id}/leave")
        people = [sender, await sender.device(), member, former, stranger]
        for role, person in zip(ROLES, people, strict=True):
            world.clients[role] = await Client.of(person)
        return world

    def __getattr__(self, role: str) -> Person:
        return self.clients[role].person

    async def agree(self) -> None:
        """Wait until every client shows what it would fetch; fails with the difference."""
        async with asyncio.timeout(8):
            for role, client in self.clients.items():
                while True:
                    await client.catch_up()
                    fresh = await State.fetched(client.person)
                    await client.catch_up()
                    if client.state == fresh == await State.fetched(client.person):
                        break
                    self.differing = role, client.state, fresh
                    await asyncio.sleep(0.05)

    async def check(self) -> None:
        """That they agree, and so does each device that was away and resumes."""
        try:
            await self.agree()
        except TimeoutError:
            role, told, fresh = self.differing
            pytest.fail(f"{role} was told {told}\nand fetches {fresh}")
        for client in self.clients.values():
            await client.state_away.resume(client.away)
            assert client.state_away == client.state


async def make_group(world: World) -> None:
    await world.sender.group(world.member, world.stranger, name="Another")


async def write(world: World) -> None:
    await world.sender.write(world.member, "how are you?")


async def answer(world: World) -> None:
    await world.member.write(world.sender, "fine")


async def write_group(world: World) -> None:
    await world.sender.write_group(world.group_id, "everybody here?")


async def show(world: World) -> None:
    file = await upload(world.sender, picture())
    await world.sender.write(world.member, "", attachment_ids=[file["attachment_id"]])


async def show_group(world: World) -> None:
    files = [(await upload(world.sender, name))["attachment_id"] for name in (b"b", b"a")]
    await world.sender.write_group(world.group_id, "look", attachment_ids=files)


async def rename(world: World) -> None:
    group = {"name": str(random.random()), "description": "d"}
    await world.sender.patch(f"/messages/groups/{world.group_id}", group)


async def close_history(world: World) -> None:
    group = {"history_visibility": "joined", "who_may_send": random.choice(("members", "admins"))}
    await world.sender.patch(f"/messages/groups/{world.group_id}", group)


async def hand_over(world: World) -> None:
    """To the member, who leaves it then, and comes back by an invitation."""
    path = f"/messages/groups/{world.group_id}"
    heir = {"user_id": world.member.user_id, "password": PASSWORD}
    await world.sender.post(f"{path}/owner", heir)
    await world.member.post(f"{path}/leave")
    made = (await world.sender.post(f"{path}/invites", {})).data
    await world.member.post(f"/invites/{made['token']}")


async def add(world: World) -> None:
    newcomers = {"user_ids": [world.stranger.user_id, world.former.user_id]}
    await world.sender.post(f"/messages/groups/{world.group_id}/members", newcomers)


async def remove(world: World) -> None:
    path = f"/messages/groups/{world.group_id}/members/{world.stranger.user_id}"
    await world.sender.delete(path)


async def leave(world: World) -> None:
    await world.former.post(f"/messages/groups/{world.group_id}/leave")


async def promote(world: World) -> None:
    path = f"/messages/groups/{world.group_id}/members/{world.member.user_id}/role"
    for role in ("Admin", "Member"):
        await world.sender.patch(path, {"user_id": world.member.user_id, "role": role})


async def delete(world: World) -> None:
    await world.sender.delete(f"/messages/groups/{world.group_id}")


async def ask(world: World) -> None:
    await world.sender.post("/contacts/send-request", {"receiver_email": world.stranger.email})


async def accept(world: World) -> None:
    for row in (await world.stranger.get("/contacts/requests")).data:
        await world.stranger.post(f"/contacts/accept/{row['request_id']}")


async def reject(world: World) -> None:
    for row in (await world.stranger.get("/contacts/requests")).data:
        await world.stranger.post(f"/contacts/reject/{row['request_id']}")


async def part(world: World) -> None:
    await world.sender.delete(f"/contacts/{world.member.user_id}")


async def read(world: World) -> None:
    await world.sender.post(f"/messages/mark-read/contact/{world.member.user_id}")
    await world.member.post(f"/messages/mark-read/group/{world.group_id}")


async def read_the_last(world: World) -> None:
    page = (await world.sender.get(f"/messages/direct/{world.member.user_id}")).data
    last = [message["message_id"] for message in page[:1]]
    await world.sender.post("/messages/mark-read", {"message_ids": last})


async def acknowledge(world: World) -> None:
    socket = world.clients["member"].socket
    last = world.clients["member"].state.last[world.group_id]
    await socket.say("mark_delivered", {"conversation_id": world.group_id, "seq": last})


async def change_picture(world: World) -> None:
    content = picture(mode=random.choice(("RGB", "L")))
    for path in ("/authentication/me/avatar", f"/messages/groups/{world.group_id}/avatar"):
        await world.sender.call("PUT", path, data=content)


async def change_profile(world: World) -> None:
    for person in (world.sender, world.member):
        await person.patch("/authentication/me", {"username": f"x{random.random()}", "about": "x"})


async def log_in(world: World) -> None:
    await world.sender.device()


async def log_out(world: World) -> None:
    await (await world.sender.device()).post("/authentication/logout")


async def edit(world: World) -> None:
    for person in (world.sender, world.member):
        for message in await latest(world, person):
            said = {"content": str(random.random()), "base_rev": message["rev"]}
            await person.patch(f"/messages/{message['message_id']}", said)


async def erase(world: World) -> None:
    for person in (world.member, world.sender):
        for message in await latest(world, person):
            await person.delete(f"/messages/{message['message_id']}")


async def hide(world: World) -> None:
    for message in await latest(world, world.sender):
        await world.sender.delete(f"/messages/{message['message_id']}?scope=me")


async def save(world: World) -> None:
    await world.sender.post("/messages/saved", {"content": "not to forget"})


async def draft(world: World) -> None:
    await plans.draft(world.sender, world.direct_id, world.group_id)


async def schedule(world: World) -> None:
    await plans.schedule(world.sender, world.group_id)


async def mention(world: World) -> None:
    await pointers.mention(world.sender, world.member, world.group_id)


async def unmention(world: World) -> None:
    await pointers.unmention(world.sender, world.member, world.group_id)


async def reply(world: World) -> None:
    await pointers.answer(world.sender, world.member, world.group_id, world.direct_id)


async def forward(world: World) -> None:
    await pointers.forward(world.sender, world.group_id, world.direct_id)


# What brings each event about, each on top of the one before it in its list.
CASES = {
    "new_direct_message": [write, show, answer, reply, forward],
    "new_saved_message": [save, show, save],
    "new_group_message": [write_group, show_group, mention, reply, forward],
    "unread_changed": [write, answer, mention, unmention, read],
    "message_delivered": [write_group, acknowledge],
    "message_read": [answer, answer, read_the_last, answer, read],
    "draft_changed": [draft, write, draft],
    "scheduled_message_changed": [schedule],
    "message_edited": [edit, show_group, reply, edit, unmention],
    "message_deleted": [show_group, reply, erase, answer, edit, mention, erase, read],
    "message_hidden": [hide, mention, reply, hide, reply, add, read],
    "group_joined": [make_group],
    "group_updated": [rename, change_picture, rename, hand_over, close_history],
    "system_message": [rename, close_history, show_group, add, edit, hand_over, promote, remove],
    "group_deleted": [delete],
    "members_added": [write_group, add, write_group],
    "member_removed": [add, remove, write_group, leave],
    "member_role_changed": [promote],
    "contact_request_sent": [ask],
    "new_contact_request": [ask],
    "contact_added": [ask, accept],
    "contact_request_accepted": [ask, accept],
    "contact_request_answered": [ask, reject, ask],
    "contact_removed": [part],
    "profile_updated": [change_profile, change_picture],
    "settings_updated": [
        *(choices.change_settings, read, choices.hide_receipts, write_group, acknowledge),
        *(read, answer, choices.turn_receipts, write_group, acknowledge),
        *(read_the_last, choices.turn_receipts, read),
    ],
    "second_factor_updated": [ways_in.lock, write, ways_in.unlock, ways_in.lock],
    "identity_updated": [ways_in.link, write, ways_in.unlink, ways_in.link],
    "passkey_updated": [ways_in.forge, ways_in.forge],
    "passkey_removed": [ways_in.forge, ways_in.throw_away, ways_in.forge],
    "conversation_settings_updated": [
        *(choices.tune, add, choices.tune, leave, add, choices.tune),
        *(marks.archive, read, answer, marks.archive, write_group),
    ],
    "user_blocked": [
        *(answer, read, apart.shut_out, change_profile, acknowledge, write, answer, ask),
        *(apart.let_in, read, write, acknowledge),
    ],
    "user_unblocked": [apart.shut_out, ask, apart.let_in, ask],
    "message_request_answered": [
        *(apart.approach, apart.turn_down, apart.approach, apart.take, read, apart.approach),
    ],
    "reaction_changed": [
        *(marks.react, marks.take_back, answer, add, marks.react, erase, marks.react, hide),
    ],
    "message_starred": [marks.mark, show_group, marks.mark, erase, hide],
    "message_unstarred": [marks.mark, marks.unmark, marks.mark, marks.unmark],
    "message_pinned": [marks.mark, add, leave, erase],
    "message_unpinned": [marks.mark, marks.unmark],
    **programs.CASES,
    "session_started": [log_in],
    "session_ended": [log_in, log_out],
    "member_updated": [write_group, change_profile, part, change_profile],
}


STATELESS = {"resync"}  # what changes nothing that is kept


def names(kind=Event):
    """Every event that is not of the moment."""
    for derived in set(kind.__subclasses__()) - {PassingEvent}:
        if "name" in vars(derived):
            yield derived.name
        yield from names(derived)


def test_every_event_has_a_case():
    assert CASES.keys() == set(names()) - STATELESS


@pytest.mark.parametrize("event", CASES)
async def test_what_was_told_is_what_is(pinge, event):
    world = await World.made(pinge)

    for act in CASES[event]:
        await act(world)
        await world.check()

    assert any(event in client.heard for client in world.clients.values())


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_in_whatever_order(pinge, seed):
    world, choose = await World.made(pinge), random.Random(seed)
    deeds = sorted({act for acts in CASES.values() for act in acts}, key=lambda act: act.__name__)
    deeds.remove(delete)

    for _ in range(6):
        for act in choose.choices(deeds, k=5):
            await act(world)
        await world.check()
