"""Unread figures always equal a recount, whatever is sent and read in whatever order."""

from __future__ import annotations

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EITHER = st.integers(0, 1)
SENDS = st.tuples(st.just("send"), EITHER)
READS = st.tuples(st.just("read"), EITHER, st.lists(st.integers(0, 30), max_size=6))
READS_ALL = st.tuples(st.just("read all"), EITHER)
DELETES = st.tuples(st.just("delete"), EITHER, st.integers(0, 10))
HIDES = st.tuples(st.just("hide"), EITHER, st.integers(0, 10))
STEPS = st.lists(st.one_of(SENDS, SENDS, READS, READS, READS_ALL, DELETES, HIDES), max_size=40)

AS_LONG_AS_IT_TAKES = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

_numbers = count()


class Talk:
    """Two people, what they said, and which of it was read: the plain way to count."""

    def __init__(self, *people):
        self.people = people
        self.said = []  # (author, id), oldest first
        self.read = set()  # ids
        self.deleted = set()  # ids
        self.hidden = (set(), set())  # ids, of each

    def unread(self, reader):
        """What somebody did not read, newest first."""
        return [
            message_id
            for author, message_id in reversed(self.said)
            if author != reader and message_id not in self.read
        ]

    async def send(self, author):
        sent = await self.people[author].write(self.people[1 - author], f"{next(_numbers)}")
        self.said.append((author, sent.data["message_id"]))

    async def read_some(self, reader, places):
        """Read some of the latest messages, whoever wrote them; returns how many were new."""
        named = {self.said[-1 - place][1] for place in places if place < len(self.said)}
        new = named & set(self.unread(reader))
        received = {message_id for author, message_id in self.said if author != reader}
        marked = await self.people[reader].post(
            "/messages/mark-read", {"message_ids": sorted(named)}
        )
        if named & received:
            assert marked.data["marked_count"] == len(new)
        else:
            assert marked.status == 404
        self.read |= new

    async def read_all(self, reader):
        other = self.people[1 - reader]
        marked = await self.people[reader].post(f"/messages/mark-read/contact/{other.user_id}")
        assert marked.data["marked_count"] == len(self.unread(reader))
        self.read.update(self.unread(reader))

    async def delete(self, author, place):
        """Delete one of the latest messages for everyone, which only its author may."""
        if place < len(self.said):
            wrote, message_id = self.said[-1 - place]
            deleted = await self.people[author].delete(f"/messages/{message_id}")
            assert deleted.status == (200 if wrote == author else 403)
            if wrote == author:
                self.deleted.add(message_id)
                self.read.add(message_id)  # unread by nobody

    async def hide(self, reader, place):
        """Delete one of the latest messages for oneself, whoever wrote it."""
        if place < len(self.said):
            author, message_id = self.said[-1 - place]
            hidden = await self.people[reader].delete(f"/messages/{message_id}?scope=me")
            assert hidden.status == 200
            self.hidden[reader].add(message_id)
            if author != reader:
                self.read.add(message_id)

    async def recount(self):
        """Every figure, list and mark that either of them sees."""
        for reader, person in enumerate(self.people):
            unread, other = self.unread(reader), self.people[1 - reader]
            summary = (await person.get("/messages/unread/count")).data
            assert summary["total_unread"] == len(unread)
            listed = (await person.get("/messages/unread")).data
            assert [message["message_id"] for message in listed] == unread
            seen = [
                (unread_of["contact_id"], unread_of["unread_count"], unread_of["last_message_at"])
                for unread_of in summary["contacts_with_unread"]
            ]
            newest = [(other.user_id, len(unread), listed[0]["sent_at"])] if unread else []
            assert seen == newest
            history = (await person.get(f"/messages/direct/{other.user_id}?limit=100")).data
            assert [(message["message_id"], message["is_read"]) for message in history] == [
                (message_id, message_id in self.read)
                for _, message_id in reversed(self.said)
                if message_id not in self.hidden[reader]
            ]
            assert self.deleted - self.hidden[reader] == {
                message["message_id"] for message in history if message["content"] == ""
            }


@AS_LONG_AS_IT_TAKES
@given(steps=STEPS)
async def test_whatever_two_people_do_the_figures_are_a_recount(pinge, db, steps):
    talk = Talk(*await pinge.friends("ann", "bob"))

    for verb, who, *places in steps:
        if verb == "send":
            await talk.send(who)
        elif verb == "read":
            await talk.read_some(who, *places)
        elif verb == "delete":
            await talk.delete(who, *places)
        elif verb == "hide":
            await talk.hide(who, *places)
        else:
            await talk.read_all(who)
        await talk.recount()

    for reader in (0, 1):
        await talk.send(1 - reader)  # what was deleted is remembered until one reads on
        for message_id in talk.unread(reader):
            await talk.people[reader].post("/messages/mark-read", {"message_ids": [message_id]})
    assert await left_to_remember(db) == 0


async def test_reading_every_other_message_is_remembered_and_then_forgotten(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    talk = Talk(ann, bob)
    for number in range(60):
        await talk.send(1)
        if number % 3 == 0:
            await talk.send(0)

    await talk.read_some(0, range(0, 80, 2))
    await talk.recount()
    assert await left_to_remember(db) > 10
    await talk.read_some(0, range(1, 80, 2))
    await talk.recount()

    assert await left_to_remember(db) == 0


async def test_talking_by_turns_without_reading_remembers_nothing(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    talk = Talk(ann, bob)
    for number in range(40):
        await talk.send(number % 2)

    await talk.recount()

    assert await left_to_remember(db) == 0


async def left_to_remember(db):
    """How many stretches anybody has read out of order."""
    return await db.fetchval("SELECT sum((SELECT count(*) FROM unnest(read_ahead))) FROM members")
