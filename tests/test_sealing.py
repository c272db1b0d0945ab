"""What is sealed can be read in its place, with the key, and else by nobody."""

from __future__ import annotations

import pytest

from pinge.sealing import NotOpened, Seal

OLD, NEW = "the key of last year" * 2, "the key of this year" * 2


def test_what_was_sealed_opens_in_its_place():
    sealed = Seal([NEW]).seal("mails.letter:7", b"a secret")

    assert Seal([NEW]).open("mails.letter:7", sealed) == b"a secret"
    assert b"secret" not in sealed


def test_it_opens_in_no_other_place():
    sealed = Seal([NEW]).seal("mails.letter:7", b"a secret")

    with pytest.raises(NotOpened):
        Seal([NEW]).open("mails.letter:8", sealed)


def test_a_new_key_seals_and_the_old_one_still_opens():
    before = Seal([OLD]).seal("a", b"a secret")
    both = Seal([NEW, OLD])

    assert both.open("a", before) == b"a secret"
    with pytest.raises(NotOpened):
        Seal([OLD]).open("a", both.seal("a", b"a secret"))


@pytest.mark.parametrize("changed", [b"", b"short", b"x" * 40])
def test_what_was_never_sealed_does_not_open(changed):
    with pytest.raises(NotOpened):
        Seal([NEW]).open("a", changed)


def test_the_same_secret_looks_different_each_time():
    seal = Seal([NEW])

    assert seal.seal("a", b"a secret") != seal.seal("a", b"a secret")


def test_a_ticket_is_what_it_was_made_of_until_it_is_too_old():
    seal = Seal([NEW])

    assert seal.redeemed("login", seal.ticket("login", {"who": "ann"}, 60))["who"] == "ann"
    for ticket in (seal.ticket("login", {}, -1), seal.ticket("other", {}, 60), "", "ä", "A" * 99):
        with pytest.raises(NotOpened):
            seal.redeemed("login", ticket)
