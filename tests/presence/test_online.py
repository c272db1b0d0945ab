"""Who is online, and who hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from pinge.realtime import presence
from pinge.realtime.following import LARGE
from tests.presence.watching import heard, hung_up, settled, shown


async def test_contacts_hear_who_comes_and_who_goes_at_both_dialects(pinge, friends):
    ann, bob = friends
    sockets = [await ann.live(), await ann.plain()]
    await settled(pinge)

    began = datetime.now(UTC)
    of_bob = await bob.live()
    await settled(pinge)
    for socket in sockets:
        assert await heard(socket) == [{"event": "user_online", "data": {"user_id": bob.user_id}}]
    await hung_up(bob, of_bob)
    await settled(pinge)

    for socket in sockets:
        [frame] = await heard(socket)
        seen_at = datetime.fromisoformat(frame["data"].pop("last_seen_at"))
        assert frame == {"event": "user_offline", "data": {"user_id": bob.user_id}}
        assert began < seen_at < datetime.now(UTC)


async def test_only_the_first_and_the_last_of_ones_devices_are_told(pinge, friends):
    ann, bob = friends
    socket = await ann.live()
    first = await bob.live()
    await settled(pinge)
    await heard(socket)

    second = await (await bob.device()).plain()
    await settled(pinge)
    await first.close()
    await settled(pinge)
    assert await heard(socket) == []

    await hung_up(bob, second)
    await settled(pinge)
    assert [frame["event"] for frame in await heard(socket)] == ["user_offline"]


async def test_who_is_back_within_the_grace_was_never_away(pinge, friends, monkeypatch):
    monkeypatch.setattr(presence, "GRACE", 3600)
    ann, bob = friends
    socket, of_bob = await ann.live(), await bob.live()
    await settled(pinge)
    await heard(socket)

    for _ in range(3):
        await hung_up(bob, of_bob)
        await settled(pinge)
        assert await shown(ann, bob) == {"bob": "online"}
        of_bob = await bob.live()
        await settled(pinge)
    assert await heard(socket) == []

    monkeypatch.setattr(presence, "GRACE", 0)
    await hung_up(bob, of_bob)
    await settled(pinge)
    assert [frame["event"] for frame in await heard(socket)] == ["user_offline"]


async def test_a_process_that_restarts_is_not_told_of(pinge, friends, db, monkeypatch):
    monkeypatch.setattr(presence, "GRACE", 3600)
    ann, bob = friends
    before = uuid4()
    await db.execute("INSERT INTO nodes VALUES ($1, now())", before)
    rows = [(person.user_id, before) for person in friends]
    await db.executemany("INSERT INTO presences VALUES ($1, $2, 1, now())", rows)

    socket, _ = await ann.live(), await bob.live()
    await settled(pinge)

    assert await heard(socket) == []


async def test_who_was_at_a_process_that_was_killed_goes_offline(pinge, friends, db):
    ann, bob = friends
    killed, seen_at = uuid4(), datetime.now(UTC) - timedelta(minutes=1)
    await db.execute("INSERT INTO nodes VALUES ($1, $2)", killed, seen_at)
    await db.execute("INSERT INTO presences VALUES ($1, $2, 1)", bob.user_id, killed)
    assert await shown(ann, bob) == {"bob": "online"}
    socket = await ann.live()

    await settled(pinge)

    [frame] = await heard(socket)
    assert frame["event"] == "user_offline"
    assert datetime.fromisoformat(frame["data"]["last_seen_at"]) == seen_at
    assert await shown(ann, bob) == {"bob": "offline"}


async def test_members_of_a_group_hear_and_strangers_do_not(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await ann.group(bob)
    member, stranger = await bob.live(), await eve.live()
    await settled(pinge)

    await ann.live()
    await settled(pinge)

    assert [frame["event"] for frame in await heard(member)] == ["user_online"]
    assert await heard(stranger) == []
    assert await shown(bob, ann, eve) == {"ann": "online"}
    assert await shown(eve, ann, bob) == {}


async def test_who_is_no_contact_and_no_member_any_more_hears_nothing(pinge, friends):
    ann, bob = friends
    group_id = await ann.group(bob)
    socket = await ann.live()
    await settled(pinge)
    await bob.post(f"/messages/groups/{group_id}/leave")
    await ann.delete(f"/contacts/{bob.user_id}")
    await heard(socket)

    of_bob = await bob.live()
    await settled(pinge)
    await hung_up(bob, of_bob)
    await settled(pinge)

    assert await heard(socket) == []
    assert await shown(ann, bob) == {}


async def test_a_group_that_is_large_tells_nobody(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    crowd = [(uuid4(), f"{number}@pinge.example") for number in range(LARGE - 1)]
    await db.executemany(
        "INSERT INTO users (user_id, email, username, password_hash, gender, country)"
        " VALUES ($1, $2, 'one', 'x', 'Others', 'Peru')",
        crowd,
    )
    ids = {"user_ids": [str(user_id) for user_id, _ in crowd]}
    assert await shown(ann, bob) == {"bob": "offline"}
    assert (await ann.post(f"/messages/groups/{group_id}/members", ids)).status == 201
    socket = await ann.live()
    await settled(pinge)

    await bob.live()
    await settled(pinge)

    assert await heard(socket) == []
    assert await shown(ann, bob) == {}


async def test_last_seen_is_kept_while_somebody_is_there(pinge, friends, monkeypatch):
    ann, bob = friends
    await bob.live()
    await settled(pinge)
    path = f"/presence?user_ids={bob.user_id}"
    assert (await ann.get(path)).data[0]["last_seen_at"] is None

    monkeypatch.setattr(presence, "KEPT_EVERY", -1)
    await settled(pinge)

    assert (await ann.get(path)).data[0]["last_seen_at"]


async def test_presence_is_asked_for_by_ids_of_which_unknown_ones_are_absent(pinge, friends):
    ann, bob = friends
    for wrong in ("", "me", f"{bob.user_id},", ",".join([bob.user_id] * 201)):
        assert (await ann.get(f"/presence?user_ids={wrong}")).status == 422
    assert (await ann.get("/presence")).status == 422

    answer = await ann.get(f"/presence?user_ids={bob.user_id},{uuid4()},{bob.user_id.upper()}")

    assert answer.data == [{"user_id": bob.user_id, "status": "offline", "last_seen_at": None}]


async def test_who_has_just_come_is_online_before_anything_is_written(pinge, friends):
    ann, bob = friends
    await bob.plain()

    assert await shown(ann, bob) == {"bob": "online"}


@pytest.mark.parametrize("bob_lets", ["everyone", "contacts", "nobody"])
@pytest.mark.parametrize("ann_lets", ["everyone", "contacts", "nobody"])
@pytest.mark.parametrize("are_contacts", [True, False])
async def test_what_either_hides_neither_sees(pinge, db, ann_lets, bob_lets, are_contacts):
    ann, bob = await pinge.people("ann", "bob")
    await ann.group(bob)
    if are_contacts:
        await ann.befriend(bob)
    for person, lets in ((ann, ann_lets), (bob, bob_lets)):
        await db.execute(
            "INSERT INTO settings (user_id, rev, who_sees_last_seen) VALUES ($1, 1, $2)",
            *(person.user_id, lets),
        )
    sees = "nobody" not in (ann_lets, bob_lets) and (
        are_contacts or "contacts" not in (ann_lets, bob_lets)
    )
    of_ann = await ann.live()
    await settled(pinge)

    await bob.live()
    await settled(pinge)

    assert [frame["event"] for frame in await heard(of_ann)] == ["user_online"] * sees
    assert await shown(ann, bob) == ({"bob": "online"} if sees else {})
    assert await shown(bob, ann) == ({"ann": "online"} if sees else {})
