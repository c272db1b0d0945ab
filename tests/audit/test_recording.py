"""What happens to an account is written down as it happens, and says nothing secret."""

from __future__ import annotations

from uuid import UUID

from tests.people import PASSWORD

NEW = "Correct horse 8"


async def kinds(db, person):
    rows = await db.fetch(
        "SELECT kind FROM audit_events WHERE user_id = $1 ORDER BY happened_at",
        UUID(person.user_id),
    )
    return [row["kind"] for row in rows]


async def test_the_life_of_an_account_is_written_down_in_order(pinge, db):
    ann = await pinge.person("ann")
    await ann.device()
    changed = {"old_password": PASSWORD, "new_password": NEW}

    await ann.post("/authentication/me/password", changed)
    await ann.get("/authentication/me/export")
    await ann.post("/authentication/logout")

    assert await kinds(db, ann) == [
        *("registered", "logged_in", "logged_in", "password_changed", "sessions_ended"),
        *("exported", "sessions_ended"),
    ]


async def test_a_refused_login_names_the_account_and_where_it_came_from(pinge, db):
    ann = await pinge.person("ann")
    wrong = {"username": ann.email, "password": "Wrong horse 7"}

    assert (await pinge.call("POST", "/authentication/login", data=wrong)).status == 401

    refused = await db.fetchrow("SELECT * FROM audit_events WHERE kind = 'login_refused'")
    assert (str(refused["user_id"]), refused["ip_address"]) == (ann.user_id, "127.0.0.1")


async def test_what_was_refused_did_not_happen(pinge, db):
    ann = await pinge.person("ann")
    before = await kinds(db, ann)

    wrong = {"old_password": "Wrong horse 7", "new_password": NEW}
    assert (await ann.post("/authentication/me/password", wrong)).status == 403

    assert await kinds(db, ann) == before


async def test_nothing_secret_is_written_down(pinge, db):
    ann = await pinge.person("ann")
    await ann.post("/authentication/me/password", {"old_password": PASSWORD, "new_password": NEW})

    written = str([tuple(row.values()) for row in await db.fetch("SELECT * FROM audit_events")])

    assert not [secret for secret in (PASSWORD, NEW, ann.token) if secret in written]
