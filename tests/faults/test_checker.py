"""The judge is judged: it lets every good journal pass, and sees every forged one."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.checker import INVARIANTS, check
from tests.faults.journal import Journal, read
from tests.faults.mutations import SEEN_BY
from tests.faults.traces import DEVICES, Forge, good_evidence

RANDOMS = st.integers(0, 2**32).map(Random)


@settings(deadline=None)
@given(good_evidence())
def test_a_run_in_which_all_went_well_passes(found):
    assert check(found) == []


@pytest.mark.parametrize("mutation", SEEN_BY, ids=lambda mutation: mutation.__name__)
@settings(max_examples=40, deadline=None)
@given(found=good_evidence(), random=RANDOMS)
def test_a_broken_promise_is_seen(mutation, found, random):
    verdicts = {violation.invariant for violation in check(mutation(found, random))}

    assert SEEN_BY[mutation] in verdicts


def test_every_invariant_has_its_mutation():
    assert set(SEEN_BY.values()) == set(INVARIANTS)


def test_a_journal_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.write("ann.1", "ann", "send", "invoke", client_id="c", conversation="talk")
        journal.write("ben.1", "ben", "heard", message_id="c", seq=1, rev=2, socket=3)

    sent, heard = read(path)

    assert (sent.op, sent.type, sent.client_id, sent.seq) == ("send", "invoke", "c", None)
    assert (heard.user, heard.type, heard.seq, heard.socket) == ("ben", "ok", 1, 3)
    assert sent.t < heard.t


def test_a_verdict_shows_the_lines_that_prove_it():
    forge = Forge()
    forge.send(DEVICES[0], tries=0)
    forge.rows.clear()

    verdict, *_ = check(forge.evidence())

    assert str(verdict).startswith("lost: acknowledged, and not in the history\n    {")
    assert '"op":"send","type":"invoke"' in str(verdict)
