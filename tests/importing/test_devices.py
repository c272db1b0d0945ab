"""New clients find what was brought in as they find what was said here."""

from __future__ import annotations

import pytest

from tests.importing.crowd import Rows
from tests.people import Pinge
from tests.sync.device import Device
from tests.sync.state import State, epoch_of

PASSWORD = "Correct horse 7"


class Few(Rows):
    """Three people: two contacts, a request that waits, and a group that one has left."""

    def __init__(self):
        super().__init__()
        people = [self.person(f"{name}@old.example", PASSWORD, name=name) for name in "abc"]
        self.ann, self.bob, self.cat = people
        self.request(self.ann, self.bob, "Accepted")
        self.request(self.cat, self.bob, "Pending")
        at = self.moment()
        self.contact(self.ann, self.bob, at=at)
        self.contact(self.bob, self.ann, at=at)
        for number in range(30):
            between = (self.ann, self.bob) if number % 3 else (self.bob, self.ann)
            self.write(*between, f"{number}", is_read=number % 4 < 2)
        group_id = self.group(self.cat)
        self.member(group_id, self.ann, "Admin", read_at=self.moment())
        self.member(group_id, self.bob, read_at=self.moment())
        for number in range(20):
            self.write_group(group_id, people[number % 3], f"{number}")


@pytest.fixture(scope="module")
def crowd():
    return Few()


@pytest.fixture
async def moved(importer, original, database, settings):
    """A Pinge into which they were brought, once it serves."""
    assert (await importer.run(original, database)).code == 0
    async with Pinge.running(settings, database) as running:
        yield running


@pytest.mark.parametrize("name", ["ann", "bob"])
async def test_a_device_that_knows_nothing_is_told_what_it_would_fetch(moved, crowd, name):
    person = await moved.log_in(f"{name[0]}@old.example", name, str(getattr(crowd, name)), PASSWORD)
    told = State(person.user_id, settings=(await person.get("/settings")).data)

    await told.resume(Device(person, await epoch_of(person)))

    fetched = await State.fetched(person)
    for what in ("contacts", "requests", "groups", "roles", "said", "last", "unread", "reached"):
        assert getattr(told, what) == getattr(fetched, what), what
    assert sum(told.unread.values()) >= 5


async def test_what_is_said_from_then_on_follows(moved, crowd):
    ann, bob = [
        await moved.log_in(f"{name}@old.example", name, str(user_id), PASSWORD)
        for name, user_id in (("a", crowd.ann), ("b", crowd.bob))
    ]
    unread = (await bob.get("/messages/unread/count")).data["total_unread"]
    socket = await bob.live()

    sent = (await ann.write(bob, "And here we are")).data

    heard = (await socket.next("new_direct_message"))["data"]
    assert (heard["seq"], heard["total_unread"]) == (31, unread + 1)
    assert sent["rev"] == 33  # one for the making, one for what was read
    read = await bob.post(f"/messages/mark-read/contact/{ann.user_id}")
    assert read.data["marked_count"] == unread + 1
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 0
