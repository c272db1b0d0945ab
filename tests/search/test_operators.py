"""What operators narrow a search to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.search.asking import ask, found


@pytest.fixture
async def friends(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    assert (await bob.patch("/authentication/me", {"username": "Bob Stone"})).status == 200
    return ann, bob


async def test_phrases_and_words_that_must_not_be_there(friends):
    ann, bob = friends
    for text in ("new york", "york is new", "New   York,\nagain", "a new yorker"):
        await ann.write(bob, text)

    assert len(await found(ann, "new york")) == 4
    assert len(await found(ann, '"new york"')) == 3
    assert len(await found(ann, "\u201cnew york\u201d")) == 3
    assert await found(ann, '"new york" -yorker') == ["New   York,\nagain", "new york"]
    assert await found(ann, 'york -"new york"') == ["york is new"]
    assert await found(ann, '"new york" -again -yorker') == ["new york"]


async def test_from_somebody(friends):
    ann, bob = friends
    group_id = await ann.group(bob)
    await ann.write(bob, "word of ann")
    await bob.write(ann, "word of bob")
    await bob.write_group(group_id, "another word of bob")

    assert await found(ann, "word from:me") == ["word of ann"]
    assert await found(bob, "word from:ANN") == ["word of ann"]
    assert await found(ann, 'word from:"bob stone"') == ["another word of bob", "word of bob"]
    assert await found(ann, f"word from:{bob.user_id}") == ["another word of bob", "word of bob"]
    assert len(await found(ann, f"word from:me from:{bob.user_id}")) == 3
    assert await found(ann, "word from:nobody") == []


async def test_in_a_conversation(friends):
    ann, bob = friends
    group_id = await ann.group(bob, name="Book Club")
    sent = (await ann.write(bob, "word to bob")).data
    await ann.write_group(group_id, "word to all")

    assert await found(ann, 'word in:"book club"') == ["word to all"]
    assert await found(ann, f"word in:{group_id}") == ["word to all"]
    assert await found(ann, 'word in:"Bob Stone"') == ["word to bob"]
    assert await found(ann, f"word in:{sent['conversation_id']}") == ["word to bob"]
    assert await found(bob, "word in:ann") == ["word to bob"]
    assert await found(ann, "in:ann") == await found(ann, "word in:nowhere") == []


async def test_with_a_link_or_a_file(friends, db):
    ann, bob = friends
    await ann.write(bob, "see HTTPS://pinge.example/x")
    await ann.write(bob, "see http: nothing")
    for name, kind in (("a picture", "image/png"), ("a text", "text/plain")):
        sent = (await ann.write(bob, f"see {name}")).data
        await db.execute(
            "UPDATE messages SET attachments = jsonb_build_array($2::jsonb) WHERE message_id = $1",
            sent["message_id"],
            f'{{"name": "x", "content_type": "{kind}"}}',
        )

    assert await found(bob, "has:link") == ["see HTTPS://pinge.example/x"]
    assert await found(bob, "see has:attachment") == ["see a text", "see a picture"]
    assert await found(bob, "see has:image") == ["see a picture"]
    assert await found(bob, "see has:File") == ["see a text"]
    assert await found(bob, "see has:file has:link") == []


async def test_before_after_and_on_a_day(friends, db):
    ann, bob = friends
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    for n in range(3):
        sent = (await ann.write(bob, f"word {n}")).data
        await db.execute(
            "UPDATE messages SET sent_at = $2 WHERE message_id = $1",
            sent["message_id"],
            noon + timedelta(days=n),
        )

    assert await found(bob, "word before:2026-03-11") == ["word 0"]
    assert await found(bob, "word after:2026-03-11") == ["word 2"]
    assert await found(bob, "word on:2026-03-11") == ["word 1"]
    assert await found(bob, "after:2026-03-09 before:2026-03-12") == ["word 1", "word 0"]
    assert await found(bob, "word before:2026-03-11T12:00:01Z") == ["word 1", "word 0"]
    assert await found(bob, "word after:2026-03-11T12:00:01Z") == ["word 2"]


@pytest.mark.parametrize(
    "q",
    [
        "before:yesterday",
        "on:2026-02-30",
        "after:9999-12-31",
        "on:2026-03-11T12:00",
        "before:10000-01-01",
        "has:nothing",
        "from:",
        'in:""',
        "-from:ann",
        " ",
        "-",
        "\u200b",
        "x" * 201,
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(friends, q):
    answer = await ask(friends[0], q)

    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.body["fields"]["q"]


async def test_operators_that_nobody_knows_are_text(friends):
    ann, bob = friends
    await ann.write(bob, "is:unread and http://pinge.example")

    assert len(await found(bob, "is:unread http://pinge")) == 1
    assert await found(bob, "is:read") == []


async def test_no_text_is_an_error_of_ours(friends):
    ann, bob = friends
    await ann.write(bob, "a few words (with %_\\ and *)")

    @settings(
        max_examples=150,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.text(max_size=60) | st.from_regex(r"-?(from|in|has|before|after|on):\"?.{0,20}"))
    def texts(q):
        drawn.append(q)

    drawn = []
    texts()
    for q in drawn:
        if q.encode("utf-8", "replace").decode() == q:
            assert (await ask(bob, q)).status in (200, 422), q
