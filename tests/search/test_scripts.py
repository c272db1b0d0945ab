"""Every script is found, whole words or parts of them, however they are written."""

# ruff: noqa: RUF001 - letters that look like others are what this is about

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinge.search.folding import folded, folded_with_places
from pinge.search.matching import Matcher
from pinge.search.signatures import signature, sought
from pinge.search.wording import Wanted
from tests.search.asking import ask, found

# What was said, what is looked for, and what is shown of it.
FOUND = [
    ("明日は東京タワーに行く", "東京", ["東京"]),
    ("カタカナ", "ｶﾀｶﾅ", ["カタカナ"]),
    ("昨天爸爸来了", "爸爸", ["爸爸"]),
    ("昨天爸爸来了", "爸", ["爸爸"]),
    ("오늘 한국어를 배웠다", "국어", ["국어"]),
    ("오늘 한국어를 배웠다", "\u1112\u1161\u11ab국어", ["한국어"]),
    ("قال مُحَمَّدٌ كلمة", "محمد", ["مُحَمَّدٌ"]),
    ("ฉันพูดภาษาไทย", "ไทย", ["ไทย"]),
    ("मैं हिन्दी बोलता हूँ", "हिन्दी", ["हिन्दी"]),
    ("Happy 🎉🎉 and 👍🏽", "🎉", ["🎉🎉"]),
    ("Happy 🎉🎉 and 👍🏽", "👍", ["👍"]),
    ("I ❤️ it", "❤", ["❤️"]),
    ("Über die Straße", "uber", ["Über"]),
    ("UBER DIE STRASSE", "über straße", ["UBER", "STRASSE"]),
    ("İstanbul, ISTANBUL ve ısı", "istanbul", ["İstanbul", "ISTANBUL"]),
    ("İstanbul ve ISI", "ısı", ["ISI"]),
    ("Ξεσκεπάζω ΨΥΧΗΣ", "ψυχής", ["ΨΥΧΗΣ"]),
    ("Привет, Ёлка", "елка", ["Ёлка"]),
    ("Cafe\u0301 and café", "café", ["Cafe\u0301", "café"]),
    ("ﬁne ＷＩＤＥ", "fine wide", ["ﬁne", "ＷＩＤＥ"]),
    ("don\u2019t", "don't", ["don\u2019t"]),
    ("C++ and x-ray", "c++ x-r", ["C++", "x-r"]),
]

NOT_FOUND = [("ばば", "はは"), ("max-ray", "x-ray"), ("昨天爸来了爸", "爸爸"), ("book", "ok")]

TEXT = st.text(max_size=30) | st.text("abß 한국ガİéか\u3099\u0301🎉ffi\u200d-", max_size=20)


@pytest.mark.parametrize(("said", "sought_for", "shown"), FOUND, ids=[row[1] for row in FOUND])
async def test_what_was_said_is_found(pinge, said, sought_for, shown):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.write(bob, said)

    [hit] = (await ask(bob, sought_for)).data["messages"]

    assert [said[start:end] for start, end in hit["highlights"]] == shown


@pytest.mark.parametrize(("said", "sought_for"), NOT_FOUND)
async def test_what_only_looks_alike_is_not(pinge, said, sought_for):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.write(bob, said)

    assert await found(bob, sought_for) == []


@given(TEXT)
def test_folded_texts_lead_back_to_where_they_came_from(text):
    plain, places = folded_with_places(text)

    assert plain == folded(text)
    assert len(places) == len(plain) + 1
    assert places == sorted(places)
    assert places[-1] == len(text)


def test_a_letter_under_thousands_of_marks_is_that_letter():
    buried = "\u0323\u0300" * 2000

    assert folded(f"a{buried}b") == "ab"
    assert folded_with_places(f"a{buried}b") == ("ab", [0, 4001, 4002])


@given(TEXT, TEXT, TEXT)
def test_no_signature_hides_what_a_text_has(before, middle, after):
    fragment, text = folded(middle).strip(), before + middle + after
    if fragment and Matcher(Wanted(fragments=(fragment,))).accepts(text, None):
        assert all_set(signature([folded(text), folded(before)]), sought([fragment]))


def all_set(made, marks):
    bits = 8 * len(made)
    looked_at = [bit for mark in marks for bit in (mark % bits, mark // bits % bits)]
    return all(made[bit >> 3] >> (bit & 7) & 1 for bit in looked_at)
