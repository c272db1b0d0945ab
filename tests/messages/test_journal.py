"""The journal: many are written at once, and each stands for itself."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import pairwise
from uuid import uuid4

import asyncpg
import pytest

from pinge.database import pool
from pinge.messages import journal, purge
from tests.people import Pinge


@pytest.fixture
def patient(monkeypatch):
    """A journal and a database that wait as long as these tests hold what they wait for."""
    monkeypatch.setattr(journal, "PATIENCE", 60.0)
    monkeypatch.setattr(pool, "LONGEST_SILENCE", 60.0)
    for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        monkeypatch.setitem(pool.SERVER_SETTINGS, name, "60s")


async def conversation(one, other):
    """The conversation of two people, once something was said in it."""
    return (await one.write(other, "Hello")).data["conversation_id"]


class Speaker:
    """A socket that sends without awaiting what comes of it, and remembers what did."""

    def __init__(self, live):
        self.live = live
        self.outcomes = {}  # by content: the seq, or the code of the error

    async def say(self, conversation_id, *contents, client_id=None):
        """Send messages; they are queued when this returns."""
        for content in contents:
            said = {"conversation_id": conversation_id, "content": content}
            said["client_id"] = client_id or str(uuid4())
            await self.live.say("send_message", said, id=content)
        await self.live.say("ping", id="ping")
        await self._hear(lambda: "ping" in self.outcomes)
        del self.outcomes["ping"]

    async def hear(self, how_many):
        """What became of so many of the messages, in the order in which it was told."""
        await self._hear(lambda: len(self.outcomes) >= how_many)
        return self.outcomes

    async def _hear(self, enough):
        while not enough():
            frame = await self.live.next()
            if "id" in frame:
                data = frame["data"]
                self.outcomes[frame["id"]] = data.get("code") or data.get("seq")


async def contents(person, other):
    history = (await person.get(f"/messages/direct/{other.user_id}?limit=100")).data
    return [message["content"] for message in reversed(history)]


@asynccontextmanager
async def held(conn, *conversation_ids):
    """Conversations that somebody else has locked."""
    async with conn.transaction():
        await lock(conn, *conversation_ids)
        yield


async def lock(conn, *conversation_ids):
    await conn.execute(
        "SELECT FROM conversations WHERE conversation_id = ANY ($1) FOR UPDATE", conversation_ids
    )


async def write_elsewhere(conn, message_id):
    """Take an id; the journal waits for it until the transaction ends."""
    await conn.execute(
        "INSERT INTO messages VALUES ($1, 1, 1, $2, $1, now(), '', 'Mine')", uuid4(), message_id
    )


async def until_waiting(conn, how_many):
    """Return when so many statements wait for locks."""
    async with asyncio.timeout(30):
        while await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < how_many:
            await asyncio.sleep(0.001)


async def test_many_senders_are_numbered_without_gaps_in_their_order(pinge):
    people = await pinge.friends(*(f"p{n}" for n in range(6)))
    group_id = await people[0].group(*people[1:])
    lives = [await person.live() for person in people]

    for number in range(30):
        for live, person in zip(lives, people, strict=True):
            said = {"client_id": str(uuid4()), "content": f"{person.name} {number}"}
            await live.say("send_message", said | {"group_id": group_id}, id=number)
    for live in lives:
        heard = []
        while len(heard) < 30:
            frame = await live.next()
            if frame["event"] == "ack":
                heard.append(frame["id"])
        assert heard == list(range(30))

    history = []
    for offset in (0, 100):
        path = f"/messages/groups/{group_id}/messages?limit=100&offset={offset}"
        history += (await people[0].get(path)).data
    history.reverse()
    assert [message["seq"] for message in history] == list(range(1, 181))
    for earlier, later in pairwise(history):
        assert earlier["rev"] < later["rev"]
        assert earlier["sent_at"] < later["sent_at"]
    for person in people:
        own = [message["content"] for message in history if message["sender_id"] == person.user_id]
        assert own == [f"{person.name} {number}" for number in range(30)]


async def test_a_bad_message_fails_alone(pinge, db):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    with_bob, with_eve = await conversation(ann, bob), await conversation(ann, eve)
    foreign = await conversation(bob, eve)
    taken = (await bob.write(eve, "Mine")).data["message_id"]
    speaker = Speaker(await ann.live())

    async with held(db, with_bob, with_eve):
        await speaker.say(with_bob, "before")
        await speaker.say(with_bob, "taken", client_id=taken)
        await speaker.say(foreign, "foreign")
        await speaker.say(with_eve, "other")
        await speaker.say(with_bob, "after")

    assert await speaker.hear(5) == {
        "before": 2,
        "taken": "conflict",
        "foreign": "not_member",
        "other": 2,
        "after": 3,
    }


@pytest.mark.usefixtures("patient")
async def test_an_id_that_somebody_else_uses_at_the_same_instant_fails_alone(pinge, db, database):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    with_bob, with_eve = await conversation(ann, bob), await conversation(ann, eve)
    speaker, taken = Speaker(await ann.live()), uuid4()
    other_db = await asyncpg.connect(**database)

    async with db.transaction():
        await write_elsewhere(db, taken)
        async with held(other_db, with_bob, with_eve):
            await speaker.say(with_eve, "taken", client_id=str(taken))
            await speaker.say(with_bob, "1", "2", "3")
        await until_waiting(db, 1)
        locking = asyncio.create_task(hold_until(other_db, with_bob, release := asyncio.Event()))
        await until_waiting(db, 2)
    assert await speaker.hear(1) == {"taken": "conflict"}
    release.set()
    await locking

    assert await speaker.hear(4) == {"taken": "conflict", "1": 2, "2": 3, "3": 4}
    await other_db.close()


async def hold_until(conn, conversation_id, release):
    async with held(conn, conversation_id):
        await release.wait()


async def test_a_held_conversation_stalls_nobody_else(pinge, db, monkeypatch):
    monkeypatch.setattr(journal, "LARGEST_BATCH", 3)
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    with_bob = await conversation(ann, bob)
    speaker, of_bob = Speaker(await ann.live()), await bob.plain()

    async with held(db, with_bob):
        await speaker.say(with_bob, "1", "2", "3")
        for number in range(5):
            assert (await ann.write(eve, f"{number}")).status == 201
            await speaker.say(with_bob, f"more {number}")
        assert await contents(ann, bob) == ["Hello"]

    expected = ["1", "2", "3", *(f"more {number}" for number in range(5))]
    assert list(await speaker.hear(8)) == expected
    assert await contents(bob, ann) == ["Hello", *expected]
    assert [(await of_bob.next())["data"]["content"] for _ in expected] == expected


async def test_a_conversation_that_is_held_too_long_is_given_up(pinge, db, monkeypatch):
    monkeypatch.setattr(journal, "PATIENCE", 0.1)
    ann, bob = await pinge.friends("ann", "bob")
    with_bob = await conversation(ann, bob)
    speaker = Speaker(await ann.live())

    async with held(db, with_bob):
        refused = await ann.write(bob, "Too late")
        await speaker.say(with_bob, "Too late")
        assert await speaker.hear(1) == {"Too late": "unavailable"}

    assert (refused.status, refused.code) == (503, "unavailable")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (await ann.write(bob, "In time")).data["seq"] == 2
    assert await contents(ann, bob) == ["Hello", "In time"]


@pytest.mark.usefixtures("patient")
async def test_a_queue_that_is_too_long_says_so(pinge, db, monkeypatch):
    monkeypatch.setattr(journal, "LONGEST_QUEUE", 5)
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    with_bob = await conversation(ann, bob)
    speaker, awaited = Speaker(await ann.live()), uuid4()

    async with db.transaction():
        await write_elsewhere(db, awaited)
        await speaker.say(with_bob, "0", client_id=str(awaited))
        await until_waiting(db, 1)
        await speaker.say(with_bob, "1", "2", "3", "4", "5", "6")
        refused = await bob.write(eve, "One too many")

    assert (refused.status, refused.code) == (503, "unavailable")
    assert "Retry-After" in refused.headers
    assert list((await speaker.hear(7)).items())[:2] == [("6", "unavailable"), ("0", "conflict")]
    assert await contents(bob, ann) == ["Hello", "1", "2", "3", "4", "5"]
    assert (await bob.write(eve, "Now there is room")).status == 201


async def test_a_message_waits_for_a_connection(pinge, db, monkeypatch):
    monkeypatch.setattr(pool, "PATIENCE", 0.1)
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    with_bob = await conversation(ann, bob)
    await ann.write(eve, "Hello")
    reading = f"/messages/mark-read/contact/{bob.user_id}"

    async with held(db, with_bob):
        readers = [asyncio.create_task(ann.post(reading)) for _ in range(pool.LARGEST)]
        await until_waiting(db, pool.LARGEST)
        sent = await ann.write(eve, "Soon")

    assert sent.status == 201
    assert {answer.status for answer in await asyncio.gather(*readers)} <= {200, 503}


async def test_the_messages_of_a_deleted_group_go_in_slices(database, db, settings, monkeypatch):
    monkeypatch.setattr(purge, "EVERY", 0.01)
    monkeypatch.setattr(purge, "SLICE", 2)
    async with Pinge.running(settings, database) as pinge:
        ann, bob = await pinge.friends("ann", "bob")
        kept, deleted, left = [await ann.group(bob) for _ in range(3)]
        for group_id in (kept, deleted, left):
            for number in range(5):
                await ann.write_group(group_id, f"{number}")
        await ann.delete(f"/messages/groups/{deleted}")
        await bob.post(f"/messages/groups/{left}/leave")
        await ann.post(f"/messages/groups/{left}/leave")

        while await db.fetchval("SELECT count(*) FROM conversations WHERE purged_at IS NULL") > 2:
            pass

        assert await db.fetchval("SELECT count(*) FROM messages") == 5
        assert len((await bob.get(f"/messages/groups/{kept}/messages")).data) == 5


async def test_a_message_whose_answer_was_lost_is_delivered_all_the_same(pinge, monkeypatch):
    ann, bob = await pinge.friends("ann", "bob")
    socket = await bob.plain()
    append, lost = journal.SQL.append_messages, []

    class CutOffOnce:
        async def rows(self, conn, /, **given):
            rows = await append.rows(conn, **given)
            if not lost:
                lost.append(rows)
                raise ConnectionResetError  # it is committed, and nobody hears of it
            return rows

    monkeypatch.setattr(journal.SQL, "append_messages", CutOffOnce())

    sent = await ann.write(bob, "Hello")

    assert (sent.status, len(lost)) == (201, 1)
    assert (await socket.next())["data"]["message_id"] == sent.data["message_id"]
    assert len((await bob.get(f"/messages/direct/{ann.user_id}")).data) == 1
