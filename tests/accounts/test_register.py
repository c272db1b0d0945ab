"""Making an account."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.accounts.forms import ANN, log_in, register
from tests.people import PASSWORD, Person


async def me(pinge, email=ANN["email"], password=PASSWORD):
    """Log in, and what the account looks like from inside."""
    login = await log_in(pinge, email, password)
    assert login.status == 200, login.body
    token = login.body["access_token"]
    person = Person(pinge, email=email, name="", user_id="", token=token)
    return (await person.get("/authentication/me")).data


async def test_a_new_account_can_log_in(pinge):
    made = await register(pinge)

    assert made.status == 201
    assert set(made.data) == {"message", "user_id"}
    ann = await me(pinge)
    assert ann["user_id"] == made.data["user_id"] == str(UUID(made.data["user_id"]))
    assert (ann["username"], ann["email"], ann["gender"]) == ("Ann", ANN["email"], "Female")
    assert ann["is_active"] is True


async def test_an_address_is_registered_once(pinge):
    await register(pinge)

    again = await register(pinge, username="Another Ann")

    assert (again.status, again.code) == (406, "email_taken")


async def test_the_domain_of_an_address_compares_without_case(pinge):
    assert (await register(pinge, email="ann@Pinge.EXAMPLE")).status == 201

    again = await register(pinge, email="ann@pinge.example")

    assert again.status == 406
    assert (await log_in(pinge, "ann@PINGE.example")).status == 200


async def test_two_registrations_of_one_address_at_once_make_one_account(pinge):
    made = await asyncio.gather(*(register(pinge) for _ in range(8)))

    assert sorted(answer.status for answer in made) == [201] + [406] * 7


@pytest.mark.parametrize(
    "email",
    [
        *("", " ", "ann", "ann@", "@pinge.example", "ann@pinge", "a b@pinge.example"),
        *("ann@pinge..example", "ann@-pinge.example", "Ann <ann@pinge.example>"),
        *("ann@pinge.example\r\nBcc: eve@pinge.example", "ann@@pinge.example", "ann@[127.0.0.1]"),
        # A header says ann@eve.example so, and only who writes it knows.
        *("=?utf-8?q?ann=40eve.example=3e_?=@pinge.example", "=?x?b?AA?=@pinge.example"),
        "a" * 260 + "@pinge.example",
    ],
)
async def test_what_is_no_address_is_refused(pinge, email):
    refused = await register(pinge, email=email)

    assert (refused.status, refused.code) == (406, "email_refused")


@pytest.mark.parametrize(
    "password",
    ["", "Sh0rt !", "correct horse 7", "CORRECT HORSE 7", "Correct horse", "Correcthorse7"],
)
async def test_a_weak_password_is_refused(pinge, password):
    refused = await register(pinge, password=password)

    assert (refused.status, refused.code) == (400, "weak_password")


@pytest.mark.parametrize("password", ["Correct7 ", "Correct7_", "Čorrect7€", "Ж" + "ж" * 6 + "7 "])
async def test_a_space_and_any_script_make_a_strong_password(pinge, password):
    assert (await register(pinge, password=password)).status == 201
    assert (await log_in(pinge, password=password)).status == 200


async def test_the_address_is_judged_before_the_password(pinge):
    await register(pinge)

    assert (await register(pinge, password="weak")).status == 406
    assert (await register(pinge, email="nonsense", password="weak")).status == 406


@pytest.mark.parametrize("field", list(ANN))
async def test_every_field_is_needed_and_is_a_text(pinge, field):
    for value in (None, 7, True, ["x"], {"x": "y"}):
        refused = await register(pinge, **{field: value})
        assert (refused.status, refused.code) == (422, "invalid"), value
        assert list(refused.body["fields"]) == [field]
        assert refused.body["error"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("username", ""), ("username", " \t\n"), ("username", "a" * 101)),
        *(("country", ""), ("country", "  "), ("country", "a" * 101)),
        *(("gender", "male"), ("gender", ""), ("gender", "Unknown")),
        *(("password", PASSWORD + "a" * 1024), ("email", "a" * 400 + "@pinge.example")),
    ],
)
async def test_what_a_field_cannot_hold_is_refused(pinge, field, value):
    refused = await register(pinge, **{field: value})

    assert (refused.status, refused.code) == (422, "invalid")
    assert list(refused.body["fields"]) == [field]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Male", "Male"), ("Female", "Female"), ("Others", "Others"), ("Other", "Others")],
)
async def test_the_old_word_for_others_is_taken(pinge, sent, kept):
    await register(pinge, gender=sent)

    assert (await me(pinge))["gender"] == kept


@pytest.mark.parametrize(
    "name", ["Ann", "Ærøskøbing Ö", "李小龙", "ан на", "👩‍👩‍👧", "مريم", "a'; --"]
)
async def test_names_are_kept_as_they_came(pinge, name):
    await register(pinge, username=name)

    assert (await me(pinge))["username"] == name


async def test_names_need_not_be_unique(pinge):
    assert (await register(pinge)).status == 201
    assert (await register(pinge, email="other.ann@pinge.example")).status == 201


async def test_an_address_may_be_in_any_script(pinge):
    assert (await register(pinge, email="анна@почта.рф")).status == 201
    assert (await me(pinge, "анна@почта.рф"))["email"] == "анна@почта.рф"


@pytest.mark.parametrize("letter", ["a", "ж", "👋"])
async def test_a_password_of_a_thousand_characters_is_used_to_the_last(pinge, letter):
    password = "Correct 7" + letter * 991
    await register(pinge, password=password)

    assert (await log_in(pinge, password=password)).status == 200
    assert (await log_in(pinge, password=password[:-1])).status == 401
    assert (await log_in(pinge, password=password[:-1] + "!")).status == 401
    assert (await log_in(pinge, password=password[:72])).status == 401


async def test_unknown_fields_change_nothing(pinge):
    made = await register(pinge, is_active=False, user_id=ANN["email"], rev=9, created_at="1970")

    assert made.status == 201
    assert (await me(pinge))["is_active"] is True


async def test_the_database_holds_no_password(pinge, db):
    await register(pinge)

    [user] = await db.fetch("SELECT * FROM users")
    assert PASSWORD not in str(dict(user))
