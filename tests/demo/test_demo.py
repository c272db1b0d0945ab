"""`pinge demo`: who comes in, what they find, and that they come once."""

from __future__ import annotations

import re
from functools import partial

import pytest

from tests.people import Person

LOGIN = re.compile(r"(\w+@demo\.example)\s{2,}(\S+)")
TABLES = ("users", "contacts", "contact_requests", "conversations", "members", "messages")


@pytest.fixture
def demo(command):
    """Run the command as a user would, beside the Pinge under test."""
    return partial(command, "demo")


async def logged_in(pinge, printed):
    """Everybody who was printed, by first name."""
    people = {}
    for email, password in LOGIN.findall(printed):
        form = {"username": email, "password": password}
        answer = await pinge.call("POST", "/authentication/login", data=form)
        assert answer.status == 200, answer.body
        token = answer.body["access_token"]
        person = Person(pinge, email=email, name="", user_id="", token=token)
        me = (await person.get("/authentication/me")).data
        person.name, person.user_id = me["username"], me["user_id"]
        people[email.partition("@")[0]] = person
    return people


async def counted(db):
    return {table: await db.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


async def test_those_who_are_printed_log_in_and_find_what_was_promised(pinge, demo):
    code, printed, complained = await demo()
    assert (code, complained) == (0, "")

    people = await logged_in(pinge, printed)
    assert 6 <= len(people) <= 8
    maren, otto, noor = people["maren"], people["otto"], people["noor"]

    unread = (await maren.get("/messages/unread/count")).data
    assert len(unread["contacts_with_unread"]) == 2
    assert len(unread["groups_with_unread"]) == 2
    assert len((await maren.get("/contacts/")).data) == 5
    waiting = (await maren.get("/contacts/requests")).data
    assert [request["sender_email"] for request in waiting] == [people["pip"].email]
    history = (await maren.get(f"/messages/direct/{otto.user_id}")).data
    assert {message["is_read"] for message in history} == {True, False}
    assert len((await otto.get("/messages/groups")).data) == 1
    assert len((await noor.get("/messages/groups")).data) == 2
    assert (await people["pip"].get("/contacts/")).data == []


async def test_what_it_made_goes_on_living(pinge, demo):
    people = await logged_in(pinge, (await demo())[1])
    maren, otto = people["maren"], people["otto"]
    socket = await otto.live()

    assert (await maren.write(otto, "Yes, a column for colour.")).status == 201

    assert (await socket.next("new_direct_message"))["data"]["sender_name"] == maren.name


async def test_a_second_run_adds_nothing_and_prints_the_logins_again(db, demo):
    _, first, _ = await demo()
    before = await counted(db)

    code, second, complained = await demo()

    assert (code, complained) == (0, "")
    assert await counted(db) == before
    assert before["messages"] > 36
    assert second.splitlines()[1:] == first.splitlines()[1:]
    assert second.splitlines()[0] != first.splitlines()[0]


async def test_a_run_that_was_cut_short_is_taken_up_where_it_ended(db, demo):
    await demo()
    whole = await counted(db)
    await db.execute("DELETE FROM users WHERE email LIKE 'pip@%'")
    await db.execute("DELETE FROM contact_requests WHERE status = 'Pending'")
    await db.execute("DELETE FROM contacts")

    code, _, complained = await demo()

    assert (code, complained) == (0, "")
    after = await counted(db)
    assert after.pop("contact_requests") > whole.pop("contact_requests")  # they asked once more
    assert after == whole


async def test_its_logins_are_over_when_it_ends(db, demo):
    await demo()

    assert await db.fetchval("SELECT count(*) FROM sessions WHERE ended_at IS NULL") == 0


async def test_prod_refuses_it_in_one_line(db, demo):
    code, printed, complained = await demo(PINGE_ENVIRONMENT="prod", PINGE_BCRYPT_COST="12")

    assert (code, printed) == (1, "")
    assert re.fullmatch(r"Error: .*prod\n", complained)
    assert await db.fetchval("SELECT count(*) FROM users") == 0
