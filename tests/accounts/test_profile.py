"""What people say of themselves, and who comes to know that it changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from pinge.conversations import profiles

ME = "/authentication/me"


def of(person):
    return f"/authentication/users/{person.user_id}"


def in_an_hour():
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


async def test_everything_of_a_profile_can_be_changed(pinge):
    ann = await pinge.person("ann")
    changes = {
        "username": "Ann of Oslo",
        "gender": "Female",
        "country": "Sweden",
        "about": "Climbs.",
        "status_text": "On a wall",
        "status_expires_at": in_an_hour(),
    }

    changed = await ann.patch(ME, changes)

    expires_at = changed.data.pop("status_expires_at")
    assert datetime.fromisoformat(expires_at) == datetime.fromisoformat(
        changes.pop("status_expires_at")
    )
    assert changes.items() <= changed.data.items()
    assert (await ann.get(ME)).data == changed.data | {"status_expires_at": expires_at}


async def test_what_is_not_named_stays(pinge):
    ann = await pinge.person("ann")
    await ann.patch(ME, {"about": "Climbs.", "status_text": "On a wall"})

    changed = (await ann.patch(ME, {"country": "Peru"})).data

    assert (changed["username"], changed["about"]) == ("ann", "Climbs.")
    assert (changed["status_text"], changed["country"]) == ("On a wall", "Peru")


@pytest.mark.parametrize("nothing", [None, "", "  "])
async def test_texts_can_be_taken_away(pinge, nothing):
    ann = await pinge.person("ann")
    said = {"about": "Climbs.", "status_text": "On a wall", "status_expires_at": in_an_hour()}
    await ann.patch(ME, said)

    changed = (await ann.patch(ME, {"about": nothing, "status_text": nothing})).data

    assert [changed[name] for name in said] == [None, None, None]


async def test_a_new_status_does_not_end_with_the_one_before(pinge):
    ann = await pinge.person("ann")
    await ann.patch(ME, {"status_text": "On a wall", "status_expires_at": in_an_hour()})

    changed = (await ann.patch(ME, {"status_text": "Home"})).data

    assert (changed["status_text"], changed["status_expires_at"]) == ("Home", None)


async def test_a_status_that_expired_is_nowhere(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.patch(ME, {"status_text": "On a wall", "status_expires_at": in_an_hour()})
    await db.execute("UPDATE users SET status_expires_at = now() WHERE status_text IS NOT NULL")

    for shown in ((await ann.get(ME)).data, (await bob.get(of(ann))).data):
        assert (shown["status_text"], shown["status_expires_at"]) == (None, None)


@pytest.mark.parametrize(
    "refused",
    [
        {"username": " "},
        {"username": None},
        {"username": "x" * 101},
        {"gender": "None of yours"},
        {"country": ""},
        {"about": "x" * 501},
        {"status_text": "x" * 101},
        {"status_expires_at": "2020-01-01T00:00:00Z"},
        {"status_expires_at": "2030-01-01T00:00:00"},
        {"status_expires_at": "9999-12-31T23:59:59-12:00"},
        {"about": 7},
    ],
    ids=str,
)
async def test_what_does_not_fit_changes_nothing(pinge, refused):
    ann = await pinge.person("ann")
    before = (await ann.get(ME)).data

    answer = await ann.patch(ME, {"country": "Peru", **refused})

    assert (answer.status, answer.code) == (422, "invalid")
    assert list(answer.body["fields"]) == list(refused)
    assert (await ann.get(ME)).data == before


async def test_to_change_nothing_is_refused(pinge):
    ann = await pinge.person("ann")

    assert (await ann.patch(ME, {"email": "new@pinge.example"})).code == "bad_request"


async def test_what_is_as_it_was_is_told_to_nobody(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    hers, his = await ann.live(), await bob.live()

    assert (await ann.patch(ME, {"username": "ann"})).status == 200

    assert await hers.heard_nothing()
    assert await his.heard_nothing()


async def test_others_see_a_profile_and_contacts_the_address_too(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    eve = await pinge.person("eve")
    await ann.patch(ME, {"about": "Climbs."})

    seen = [(await person.get(of(ann))).data for person in (ann, bob, eve)]

    assert [one["email"] for one in seen] == [ann.email, ann.email, None]
    assert {one["about"] for one in seen} == {"Climbs."}


async def test_who_is_not_there_is_not_found(pinge):
    ann = await pinge.person("ann")

    assert (await ann.get(f"/authentication/users/{uuid4()}")).code == "not_found"
    assert (await ann.get("/authentication/users/ann")).code == "malformed_id"


async def test_ones_devices_and_everybody_one_talks_with_are_told(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    eve, stranger = await pinge.people("eve", "stu")
    group_id = await ann.group(eve)
    own, contacts, members = await (await ann.device()).live(), await bob.live(), await eve.live()
    others = await stranger.live()

    await ann.patch(ME, {"username": "Ann of Oslo", "about": "Climbs."})

    mine = (await own.next("profile_updated"))["data"]
    direct = (await contacts.next("member_updated"))["data"]
    group = (await members.next("member_updated"))["data"]
    assert (mine["username"], mine["email"]) == ("Ann of Oslo", ann.email)
    assert (direct["user_id"], direct["username"]) == (ann.user_id, "Ann of Oslo")
    assert (group["conversation_id"], group["about"]) == (group_id, "Climbs.")
    assert (direct["email"], group["email"]) == (ann.email, None)
    assert await others.heard_nothing()


async def test_an_old_socket_speaks_with_the_new_name_at_once(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    hers, his = await ann.live(), await bob.live()

    await ann.patch(ME, {"username": "Ann of Oslo"})
    await hers.ask(
        "send_message", {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "hello"}
    )
    await ann.write(bob, "and hello again")

    for _ in range(2):
        said = (await his.next("new_direct_message"))["data"]
        assert said["sender_name"] == "Ann of Oslo"


async def test_somebody_in_many_conversations_is_told_of_in_all(pinge):
    ann, bob = await pinge.people("ann", "bob")
    groups = {await ann.group(bob) for _ in range(120)}
    his = await bob.live()

    await ann.patch(ME, {"username": "Ann of Oslo"})

    told = {(await his.next("member_updated"))["data"]["conversation_id"] for _ in groups}
    assert told == groups


async def test_what_a_process_that_died_left_untold_is_told(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    his = await bob.live()
    await db.execute(
        "UPDATE users SET username = 'Ann of Oslo', profile_due_at = now() - interval '1 minute'"
        " WHERE user_id = $1",
        ann.user_id,
    )

    await profiles.tell_left_over(pinge.app)

    assert (await his.next("member_updated"))["data"]["username"] == "Ann of Oslo"
