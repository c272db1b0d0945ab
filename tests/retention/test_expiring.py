"""Messages that are too old go for everybody, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinge.retention.expiring import SLICE, expire_once
from tests.attachments.files import upload


@pytest.fixture
def settings(settings):
    """A month for messages, a year for the audit."""
    return replace(settings, retention_days=30)


async def age(db, *, upto):
    """Let all messages up to this seq be two months old."""
    await db.execute(
        "UPDATE messages SET sent_at = sent_at - interval '60 days' WHERE seq <= $1", upto
    )


async def contents(person, key):
    page = (await person.get(f"/conversations/{key}/messages?limit=100")).data["messages"]
    return [one["content"] for one in page]


async def test_what_is_too_old_goes_for_everybody_and_devices_hear_of_it(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    key = (await ann.write(bob, "old")).data["conversation_id"]
    await ann.write(bob, "new")
    await age(db, upto=1)
    phone, other = await ann.live(), await bob.live()

    await expire_once(pinge.app)

    for device in (phone, other):
        assert (await device.next("message_deleted"))["data"]["seq"] == 1
    assert await contents(bob, key) == ["new", ""]
    unread = (await bob.get("/messages/unread/count")).data
    assert unread["total_unread"] == 1
    assert (await bob.get("/search/messages?q=old")).data["messages"] == []


async def test_many_go_in_slices_and_all_once(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    for number in range(2 * SLICE + 1):
        key = (await ann.write(bob, str(number))).data["conversation_id"]
    await age(db, upto=2 * SLICE)

    await expire_once(pinge.app)
    await expire_once(pinge.app)

    assert await contents(ann, key) == [str(2 * SLICE), *[""] * (2 * SLICE)]
    assert await db.fetchval("SELECT expired_seq FROM conversations") == 2 * SLICE
    assert (await bob.get("/messages/unread/count")).data["total_unread"] == 1


async def test_its_files_go_with_it(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    file = (await upload(ann, b"old"))["attachment_id"]
    await ann.write(bob, "", attachment_ids=[file])
    await age(db, upto=1)

    await expire_once(pinge.app)

    assert (await bob.get(f"/attachments/{file}")).status == 404


async def test_what_is_to_be_kept_for_ever_is(pinge, db, settings):
    ann, bob = await pinge.friends("ann", "bob")
    key = (await ann.write(bob, "old")).data["conversation_id"]
    await age(db, upto=1)
    await db.execute("UPDATE audit_events SET happened_at = now() - interval '364 days'")
    known = await db.fetchval("SELECT count(*) FROM audit_events")
    object.__setattr__(settings, "retention_days", 0)

    await expire_once(pinge.app)

    assert await contents(bob, key) == ["old"]
    assert await db.fetchval("SELECT count(*) FROM audit_events") == known


async def test_the_audit_forgets_after_a_year(pinge, db):
    ann = await pinge.person("ann")
    await db.execute("UPDATE audit_events SET happened_at = now() - interval '366 days'")
    await ann.device()

    await expire_once(pinge.app)

    kinds = [row["kind"] for row in await db.fetch("SELECT kind FROM audit_events")]
    assert kinds == ["logged_in"]
