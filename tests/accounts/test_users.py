"""Who is here: oneself and everybody else."""

from __future__ import annotations

from datetime import datetime

import pytest

ME, USERS = "/authentication/me", "/authentication/users"
SHAPE = {"is_bot", "user_id", "username", "email", "gender", "created_at", "is_active", "avatar"}
SAID = {"country", "about", "status_text", "status_expires_at"}


def names(answer):
    return [user["username"] for user in answer.data]


async def in_order(pinge, *them):
    """Register people one after the other."""
    return [await pinge.person(name) for name in them]


async def test_i_see_my_own_account(pinge):
    ann = await pinge.person("ann")

    me = (await ann.get(ME)).data

    assert set(me) == SHAPE | SAID
    assert (me["user_id"], me["username"], me["email"]) == (ann.user_id, "ann", ann.email)
    assert (me["gender"], me["is_active"]) == ("Others", True)
    assert datetime.fromisoformat(me["created_at"]).utcoffset() is not None


@pytest.mark.parametrize("path", [ME, USERS])
async def test_strangers_see_nobody(pinge, path):
    refused = await pinge.call("GET", path)

    assert (refused.status, refused.code) == (401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


async def test_the_newest_account_comes_first(pinge):
    ann, *_ = await in_order(pinge, "ann", "bob", "eve")

    listed = await ann.get(USERS)

    assert names(listed) == ["eve", "bob", "ann"]
    assert all(set(user) == SHAPE for user in listed.data)


async def test_an_address_is_shown_to_its_owner_and_to_contacts_only(pinge):
    ann, bob, _eve = await in_order(pinge, "ann", "bob", "eve")
    await ann.befriend(bob)

    shown = {user["username"]: user["email"] for user in (await ann.get(USERS)).data}

    assert shown == {"ann": ann.email, "bob": bob.email, "eve": None}


async def test_an_address_is_hidden_again_when_a_contact_is_removed(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.delete(f"/contacts/{bob.user_id}")

    for one, other in ((ann, bob), (bob, ann)):
        shown = {user["user_id"]: user["email"] for user in (await one.get(USERS)).data}
        assert shown[other.user_id] is None


async def test_a_request_that_waits_shows_no_address(pinge):
    ann, bob = await pinge.people("ann", "bob")
    await ann.post("/contacts/send-request", {"receiver_email": bob.email})

    shown = {user["user_id"]: user["email"] for user in (await ann.get(USERS)).data}

    assert shown[bob.user_id] is None


async def test_the_list_comes_in_pages(pinge):
    ann, *_ = await in_order(pinge, "ann", "bob", "eve", "joe")

    assert names(await ann.get(f"{USERS}?limit=2")) == ["joe", "eve"]
    assert names(await ann.get(f"{USERS}?limit=2&offset=2")) == ["bob", "ann"]
    assert names(await ann.get(f"{USERS}?offset=4")) == []


async def test_a_page_has_a_hundred_accounts_at_most(pinge, db):
    ann = await pinge.person("ann")
    await db.execute(
        "INSERT INTO users (user_id, email, username, password_hash, gender, country)"
        " SELECT gen_random_uuid(), 'x' || n, 'x', '', 'Others', 'x' FROM generate_series(1, 110) n"
    )

    assert len((await ann.get(USERS)).data) == 100
    assert len((await ann.get(f"{USERS}?limit=100&offset=100")).data) == 11


async def test_a_page_that_cannot_be_is_refused(pinge):
    ann = await pinge.person("ann")

    for query in (
        *("limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=1e1"),
        *("offset=-1", "offset=x", "limit=" + "9" * 5000, "offset=" + "9" * 30, "q=" + "x" * 101),
        *("q=%00", "limit=NaN", "offset=Infinity"),
    ):
        refused = await ann.get(f"{USERS}?{query}")
        assert (refused.status, refused.code) == (422, "invalid"), query


async def test_a_part_of_a_name_finds_people(pinge):
    _, _, anne = await in_order(pinge, "Anna", "100%", "Änne")

    for part, found in (
        *(("nn", ["Änne", "Anna"]), ("ANN", ["Anna"]), ("ä", ["Änne"]), ("%", ["100%"])),
        *(("_", []), ("\\", []), ("", ["Änne", "100%", "Anna"]), ("'", []), ("zzz", [])),
    ):
        assert names(await anne.get(USERS, params={"q": part})) == found, part


async def test_unknown_parameters_are_ignored(pinge):
    ann = await pinge.person("ann")

    assert names(await ann.get(f"{USERS}?page=3&_=1")) == ["ann"]


async def test_who_is_inactive_is_not_listed_and_still_somebody(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    await db.execute("UPDATE users SET is_active = false WHERE user_id = $1", bob.user_id)

    assert names(await ann.get(USERS)) == ["ann"]
    shown = (await ann.get(f"{USERS}/{bob.user_id}")).data
    assert (shown["username"], shown["is_active"]) == ("bob", False)
