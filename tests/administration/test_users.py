"""`pinge user`: accounts are looked at, closed and opened beside the Pinge that serves."""

from __future__ import annotations

import json

import pytest

from tests.people import PASSWORD
from tests.second_factors.codes import TOTP, log_in, turn_on

NEW = "Correct horse 8"


async def test_accounts_are_listed_and_shown_by_address_and_by_id(pinge, command):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.write(bob, "Hello")

    _, listed, _ = await command("user", "list", "--json")
    _, shown, _ = await command("user", "show", ann.user_id, "--json")

    emails = [json.loads(line)["email"] for line in listed.splitlines()]
    assert emails == [bob.email, ann.email]
    found = json.loads(shown)
    assert (found["messages"], found["contacts"], found["sessions"]) == (1, 1, 1)
    assert (await command("user", "show", ann.email, "--json"))[1] == shown


async def test_a_list_is_narrowed_and_reads_well(pinge, command):
    ann, bob = await pinge.people("ann", "bob")
    await command("user", "disable", bob.email)

    _, printed, complained = await command("user", "list", "--state", "active", "--part", "AN")

    assert complained == ""
    assert "ann" in printed
    assert ann.user_id in printed.replace("\n", "")[:2000] or "user_id" in printed
    assert "bob" not in printed


async def test_a_disabled_account_is_out_at_once_and_may_come_back(pinge, command):
    ann = await pinge.person("ann")
    socket = await ann.live()

    code, printed, complained = await command("user", "disable", ann.email)

    assert (code, printed, complained) == (0, f"{ann.email} is disabled\n", "")
    assert await socket.closed() == 4401
    login = {"username": ann.email, "password": PASSWORD}
    assert (await pinge.call("POST", "/authentication/login", data=login)).status == 403
    assert (await command("user", "disable", ann.email))[0] == 0

    assert (await command("user", "enable", ann.email))[0] == 0
    assert (await pinge.call("POST", "/authentication/login", data=login)).status == 200


async def test_a_link_for_a_new_password_works_once(pinge, command):
    ann = await pinge.person("ann")

    code, printed, _ = await command("user", "reset-password", ann.email)

    page, _, token = printed.strip().partition("#")
    assert (code, page) == (0, "http://localhost:8000/mail/reset")
    chosen = {"token": token, "password": NEW}
    assert (await pinge.call("POST", "/authentication/reset-password", json=chosen)).status == 200
    assert (await pinge.call("POST", "/authentication/reset-password", json=chosen)).status == 400
    await pinge.log_in(ann.email, ann.name, ann.user_id, NEW)


async def test_who_lost_their_second_factor_is_let_in_without(pinge, command):
    ann = await pinge.person("ann")
    app = await turn_on(ann)

    code, printed, _ = await command("user", "forget-second-factor", ann.email)

    assert (code, printed) == (0, f"{ann.email} logs in without a second factor\n")
    assert (await ann.get(TOTP)).data["is_on"] is False
    assert (await log_in(pinge, ann)).status == 200
    await turn_on(ann)
    assert (await log_in(pinge, ann, otp=app.recovery_codes[0])).code == "wrong_code"


@pytest.mark.parametrize("act", ["show", "disable", "enable", "reset-password"])
async def test_an_account_that_is_not_there_is_named_in_one_line(command, act):
    code, printed, complained = await command("user", act, "nobody@nowhere.example")

    assert (code, printed) == (1, "")
    assert complained == "Error: There is no account nobody@nowhere.example.\n"


async def test_what_its_owner_deleted_cannot_be_opened_again(pinge, command):
    ann = await pinge.person("ann")
    await ann.call("DELETE", "/authentication/me", {"password": PASSWORD})

    code, _, complained = await command("user", "enable", ann.user_id)

    assert (code, complained) == (1, "Error: This account was deleted by its owner, for good.\n")


async def test_what_an_admin_did_is_in_the_audit(pinge, command):
    ann, bob = await pinge.people("ann", "bob")
    await command("user", "disable", ann.email)
    await command("user", "disable", bob.email)

    _, printed, _ = await command("audit", "--user", ann.email, "--days", "1", "--json")

    events = [json.loads(line) for line in printed.splitlines()]
    assert [(event["kind"], event["actor"]) for event in events] == [
        ("disabled", "admin"),
        ("sessions_ended", "user"),
        ("logged_in", "user"),
        ("registered", "user"),
    ]
    _, disabled, _ = await command("audit", "--kind", "disabled", "--json")
    assert len(disabled.splitlines()) == 2


async def test_the_figures_say_how_much_there_is(pinge, command):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.group(bob)
    await ann.write(bob, "Hello")
    await bob.live()

    code, printed, _ = await command("stats", "--json")

    figures = json.loads(printed)
    assert code == 0
    told = ("users_active", "sessions", "direct_conversations", "groups", "messages")
    assert [figures[name] for name in told] == [2, 2, 1, 1, 1]
    assert "users_active" in (await command("stats"))[1]
