"""PostgreSQL that freezes, refuses or dies: everybody is told in time, and nothing is lost."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from uuid import uuid4

import asyncpg
import pytest

from pinge.database.guard import guarded
from tests.database.servers import OwnServer, open_folder
from tests.messages.test_journal import until_waiting, write_elsewhere
from tests.people import PASSWORD, Pinge

IN_TIME = 6.0  # seconds to any answer, whatever PostgreSQL does
BACK = 5.0  # seconds until all is well again


@pytest.fixture(scope="module")
def server():
    """A server with few connections."""
    with (
        open_folder() as folder,
        OwnServer.running(folder / "postgres", max_connections="30") as running,
        guarded(running.cluster),
    ):
        yield running.migrated()


@pytest.fixture
async def pinge(server, settings):
    async with Pinge.running(settings, server.arguments) as running:
        yield running


def every_kind(person, other):
    """Requests that read, write, do both, know nobody or ask for nothing."""
    registering = {"email": f"{uuid4()}@pinge.example", "username": "new", "password": PASSWORD}
    yield person.write(other, "Hello")
    yield person.get(f"/messages/direct/{other.user_id}")
    yield person.get("/messages/unread")
    yield person.get("/contacts")
    yield person.get("/authentication/me")
    yield person.post(f"/messages/mark-read/contact/{other.user_id}")
    yield person.post("/messages/groups", {"name": "Us", "members": [other.user_id]})
    yield person.post("/ws/ticket")
    yield person.pinge.call(
        "POST", "/authentication/login", data={"username": person.email, "password": PASSWORD}
    )
    yield person.pinge.call(
        "POST",
        "/authentication/register_user",
        json=registering | {"gender": "Others", "country": "Norway"},
    )
    yield person.pinge.call("GET", "/health/ready")


async def everybody(person, other, times=1):
    """The statuses of every kind of request at once, each answered in time."""
    async with asyncio.timeout(IN_TIME):
        asked = [one for _ in range(times) for one in every_kind(person, other)]
        answers = await asyncio.gather(*asked)
    assert all(int(one.headers["Retry-After"]) >= 1 for one in answers if one.status == 503)
    return {answer.status for answer in answers}


async def until_well(person, other):
    async with asyncio.timeout(BACK):
        while max(await everybody(person, other)) > 201:
            pass


async def contents(person, other):
    history = await person.get(f"/messages/direct/{other.user_id}?limit=100")
    return [message["content"] for message in history.data]


@asynccontextmanager
async def hogged(server, *, even_ours=False):
    """Every connection that is left is somebody else's; with `even_ours`, all are."""
    async with AsyncExitStack() as stack:
        theirs = await stack.enter_async_context(server.connected())
        await take_all(stack, server)
        while even_ours and await theirs.fetchval(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
            " WHERE application_name = 'pinge'"
        ):
            await take_all(stack, server)
        yield


async def take_all(stack, server):
    with suppress(asyncpg.TooManyConnectionsError):
        while True:
            await stack.enter_async_context(server.connected())


async def test_everybody_is_told_in_time_while_it_is_frozen_and_sockets_live(pinge, server):
    ann, bob = await pinge.friends("ann", "bob")
    socket = await ann.live()

    with server.frozen():
        assert await everybody(ann, bob, times=10) == {503}
        assert (await ann.pinge.call("GET", "/health/live")).status == 200
        await socket.say("ping")
        assert (await socket.next())["event"] == "pong"
        assert await everybody(ann, bob, times=10) == {503}

    await until_well(ann, bob)


async def test_what_was_tried_again_after_a_thaw_is_there_once(pinge, server):
    ann, bob = await pinge.friends("ann", "bob")
    heard = await bob.plain()
    sends = [{"content": f"{number}", "client_id": str(uuid4())} for number in range(5)]

    with server.frozen():
        told = await asyncio.gather(*(ann.write(bob, **send) for send in sends))
    assert {answer.status for answer in told} == {503}
    await until_well(bob, ann)
    again = await asyncio.gather(*(ann.write(bob, **send) for send in sends))

    assert {answer.status for answer in again} <= {200, 201}
    found = [content for content in await contents(ann, bob) if content != "Hello"]
    assert sorted(found) == ["0", "1", "2", "3", "4"]
    told = {(await heard.next("new_direct_message"))["data"]["content"] for _ in range(5)}
    assert told == {"0", "1", "2", "3", "4"}


async def test_what_was_written_after_all_is_told_though_nobody_tries_again(pinge, server):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    heard = await bob.plain()
    await ann.write(bob, "Before")

    with server.frozen():
        assert (await ann.write(bob, "Perhaps")).status == 503
    await until_well(eve, ann)

    if "Perhaps" in await contents(ann, bob):  # it waited in the server's own queue
        while (await heard.next("new_direct_message"))["data"]["content"] != "Perhaps":
            pass


async def test_what_was_given_up_untried_is_not_written_later(pinge, server):
    ann, bob, eve = await pinge.friends("ann", "bob", "eve")
    await ann.write(bob, "Before")
    socket, awaited = await ann.live(), uuid4()

    async with server.connected() as db, db.transaction():
        await write_elsewhere(db, awaited)
        tried = asyncio.create_task(ann.write(eve, "Tried", client_id=str(awaited)))
        await until_waiting(db, 1)
        with server.frozen():
            said = {"receiver_id": bob.user_id, "client_id": str(uuid4()), "content": "Untried"}
            untried = await socket.ask("send_message", said)
            assert (await tried).status == 503
    assert untried["data"]["code"] == "unavailable"
    await until_well(bob, ann)
    await ann.write(bob, "After")

    assert [said for said in await contents(bob, ann) if said != "Hello"] == ["After", "Before"]


async def test_without_a_connection_to_spare_it_goes_on_with_what_it_has(pinge, server):
    ann, bob = await pinge.friends("ann", "bob")

    async with hogged(server):
        assert await everybody(ann, bob, times=5) <= {200, 201, 503}
        assert (await ann.write(bob, "Still here")).status == 201

    await until_well(ann, bob)


async def test_without_any_connection_everybody_is_told_so(pinge, server):
    ann, bob = await pinge.friends("ann", "bob")

    async with hogged(server, even_ours=True):
        assert await everybody(ann, bob, times=5) == {503}

    await until_well(ann, bob)


async def test_a_server_that_was_killed_is_revived_with_all_that_was_acknowledged(pinge, server):
    ann, bob = await pinge.friends("ann", "bob")
    acknowledged = []
    for number in range(3):
        sent = await asyncio.gather(*(ann.write(bob, f"{number} {n}") for n in range(20)))
        server.kill()
        sent.append(await ann.write(bob, f"{number} during"))
        assert {answer.status for answer in sent} <= {201, 503}  # reviving may take too long
        acknowledged += [answer.data["content"] for answer in sent if answer.status == 201]

    await until_well(bob, ann)
    assert set(acknowledged) <= set(await contents(ann, bob))


@pytest.mark.parametrize(
    "state", ["40P01", "40001", "53100", "53200", "53300", "55P03", "57014", "58030", "25006"]
)
async def test_what_is_no_fault_of_the_request_is_503(database, settings, db, state):
    async with Pinge.running(settings, database) as pinge:
        ann = await pinge.person("ann")
        await db.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$;"
            "CREATE TRIGGER fail BEFORE INSERT ON conversations EXECUTE FUNCTION fail()"
        )

        refused = await ann.post("/messages/groups", {"name": "Us", "members": []})

        assert (refused.status, refused.code) == (503, "unavailable")
