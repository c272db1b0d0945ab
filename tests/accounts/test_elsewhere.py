"""A new name at two processes of one Pinge: whatever the bus, none is called by the old one."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest

from pinge.accounts import sessions
from pinge.config import Settings
from pinge.sync import sweeping
from tests.people import Person, Pinge

ME = "/authentication/me"


@pytest.fixture(params=["postgres", "local"])
def settings(settings: Settings, request) -> Settings:
    """With a bus between the two, and with none."""
    return dataclasses.replace(settings, bus=request.param, secret_key="k" * 32)


@pytest.fixture
async def other(settings, database, monkeypatch):
    """The second process; without a bus it has to look for itself."""
    if settings.bus == "local":
        monkeypatch.setattr(sweeping, "EVERY", 0.1)
    async with Pinge.running(settings, database) as running:
        yield running


def at(running, person):
    """The same person, at another process."""
    return Person(
        running, email=person.email, name=person.name, user_id=person.user_id, token=person.token
    )


async def test_an_old_socket_elsewhere_speaks_with_the_new_name(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    far, his = await at(other, ann).live(), await at(other, bob).live()

    await ann.patch(ME, {"username": "Ann of Oslo"})
    await sessions.look_after_sockets(other.app)
    message = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "hello"}
    await far.ask("send_message", message)

    assert (await his.next("new_direct_message"))["data"]["sender_name"] == "Ann of Oslo"


async def test_calls_elsewhere_go_by_the_new_name_as_soon_as_its_process_looked(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    far = at(other, ann)
    await far.live()
    assert (await far.get(ME)).status == 200  # its token is known there, by the old name

    await ann.patch(ME, {"username": "Ann of Oslo"})
    await sessions.look_after_sockets(other.app)
    his = await at(other, bob).live()
    await far.write(bob, "hello")

    assert (await his.next("new_direct_message"))["data"]["sender_name"] == "Ann of Oslo"


async def test_everybody_elsewhere_is_told(pinge, other):
    ann, bob = await pinge.friends("ann", "bob")
    hers, his = await at(other, ann).live(), await at(other, bob).live()

    await ann.patch(ME, {"username": "Ann of Oslo"})

    assert (await hers.next("profile_updated"))["data"]["username"] == "Ann of Oslo"
    assert (await his.next("member_updated"))["data"]["username"] == "Ann of Oslo"


async def test_a_session_ended_here_is_over_there(pinge, other):
    ann = await pinge.person("ann")
    phone = at(other, await ann.device())
    theirs, mine = await phone.live(), await at(other, ann).live()

    await ann.post("/authentication/sessions/end-others")

    assert await theirs.closed() == 4401
    assert (await mine.next("session_ended"))["event"] == "session_ended"
