"""Who is found, by whom, and what is told of them."""

from __future__ import annotations

import dataclasses

import pytest

from tests.search.asking import names

CROWD = """
INSERT INTO users (user_id, email, username, password_hash, gender, country)
SELECT gen_random_uuid(), 'crowd' || n || '@pinge.example', 'crowd ' || n, '', 'Others', 'Norway'
  FROM generate_series(1, 100) AS n
"""


@pytest.fixture
async def crowd(pinge):
    return await pinge.people("ann", "anna", "bob", "Öland")


async def test_people_are_found_by_how_their_name_begins(crowd):
    ann, *_ = crowd

    assert await names(ann, "an") == ["ann", "anna"]
    assert await names(ann, " ANNA ") == ["anna"]
    assert await names(ann, "öl") == ["Öland"]
    assert await names(ann, "nn") == await names(ann, "a%") == await names(ann, "__") == []


async def test_an_address_is_found_when_it_is_whole(crowd):
    ann, anna, *_ = crowd
    local, domain = anna.email.split("@")

    assert await names(ann, anna.email) == ["anna"]
    assert await names(ann, f"{local}@{domain.upper()}") == ["anna"]
    assert await names(ann, f"{local}@") == await names(ann, f"@{domain}") == []
    assert await names(ann, f"{local}@pinge.exam") == []


async def test_an_address_is_shown_to_its_owner_and_their_contacts(crowd):
    ann, anna, bob, _ = crowd
    await ann.befriend(anna)

    def shown(answer):
        return [(one["username"], one["email"], one["is_contact"]) for one in answer.data]

    of_ann = await ann.get("/search/people", params={"q": "ann"})
    of_bob = await bob.get("/search/people", params={"q": anna.email})
    assert shown(of_ann) == [("ann", ann.email, False), ("anna", anna.email, True)]
    assert shown(of_bob) == [("anna", None, False)]


async def test_who_does_not_want_to_be_found_is_found_by_contacts_only(crowd, db):
    ann, anna, bob, _ = crowd
    await ann.befriend(anna)
    await db.execute(
        "INSERT INTO settings (user_id, rev, findable) VALUES ($1, 1, false)", anna.user_id
    )

    assert await names(ann, "anna") == await names(anna, "anna") == ["anna"]
    assert await names(bob, "anna") == await names(bob, anna.email) == []


async def test_who_is_inactive_is_not_found(crowd, db):
    ann, anna, *_ = crowd
    await db.execute("UPDATE users SET is_active = false WHERE user_id = $1", anna.user_id)

    assert await names(ann, "anna") == await names(ann, anna.email) == []


async def test_nobody_lists_everybody(crowd, db):
    ann, *_ = crowd
    await db.execute(CROWD)

    for q in ("", "a", " a ", "x" * 321):
        answer = await ann.get("/search/people", params={"q": q})
        assert (answer.status, answer.code) == (422, "invalid")
    assert len(await names(ann, "crowd")) == 20
    for limit in ("0", "21", "many"):
        answer = await ann.get("/search/people", params={"q": "crowd", "limit": limit})
        assert answer.status == 422


class TestLimits:
    """With limits on."""

    @pytest.fixture
    def settings(self, settings):
        return dataclasses.replace(settings, rate_limits=True)

    @pytest.mark.parametrize(("what", "most"), [("people", 10), ("messages", 60)])
    async def test_whoever_searches_too_often_has_to_wait(self, pinge, what, most):
        ann, bob = await pinge.people("ann", "bob")

        asked = [await ann.get(f"/search/{what}?q=bob") for _ in range(most + 1)]

        assert [answer.status for answer in asked] == [200] * most + [429]
        assert int(asked[-1].headers["Retry-After"]) > 0
        assert (await bob.get(f"/search/{what}?q=bob")).status == 200
