"""Closing an account until somebody opens it again."""

from __future__ import annotations

from tests.people import PASSWORD

PATH = "/authentication/me/deactivate"


async def log_in(pinge, person, password=PASSWORD):
    form = {"username": person.email, "password": password}
    return await pinge.call("POST", "/authentication/login", data=form)


async def test_nobody_logs_in_any_more_and_all_sessions_end(pinge):
    ann = await pinge.person("ann")
    phone = await ann.device()
    socket = await phone.live()

    closed = await ann.post(PATH, {"password": PASSWORD})

    assert closed.status == 200
    assert await socket.closed() == 4401
    assert (await ann.get("/authentication/me")).status == 401
    refused = await log_in(pinge, ann)
    assert (refused.status, refused.code) == (403, "inactive_account")
    assert (await log_in(pinge, ann, "Correct horse 6")).code == "wrong_credentials"


async def test_it_is_listed_nowhere(pinge):
    ann, bob = await pinge.people("ann", "bob")

    await ann.post(PATH, {"password": PASSWORD})

    listed = await bob.get("/authentication/users")
    assert [user["username"] for user in listed.data] == ["bob"]
    assert (await bob.get(f"/search/people?q={ann.email}")).data == []


async def test_what_was_said_stays_and_more_may_be_said(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.write(bob, "bye")

    await ann.post(PATH, {"password": PASSWORD})

    assert (await bob.write(ann, "see you")).status == 201
    assert [row["username"] for row in (await bob.get("/contacts/")).data] == ["ann"]


async def test_whoever_serves_opens_it_again(pinge, db):
    ann = await pinge.person("ann")
    await ann.post(PATH, {"password": PASSWORD})

    await db.execute("UPDATE users SET is_active = true WHERE email = $1", ann.email)

    assert (await log_in(pinge, ann)).status == 200
    assert (await ann.get("/authentication/me")).status == 401


async def test_the_password_is_asked(pinge):
    ann = await pinge.person("ann")

    refused = await ann.post(PATH, {"password": "Correct horse 6"})

    assert (refused.status, refused.code) == (403, "wrong_password")
    assert (await ann.post(PATH, {})).code == "proof_needed"
    assert (await ann.get("/authentication/me")).status == 200
