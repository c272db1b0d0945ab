"""The short way through a schema gives what marshmallow gives, or leaves it to marshmallow."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinge.errors import Invalid
from pinge.http.loading import loaded
from pinge.messages import schemas

SCHEMAS = [schemas.SendMessage(), schemas.SendDirectMessage(), schemas.SendGroupMessage()]
PLACES = ["receiver_id", "group_id", "conversation_id"]
NAMES = ["client_id", "content", "attachment_ids", "more", *PLACES]

ids = st.uuids().flatmap(
    lambda made: st.sampled_from([str(made), str(made).upper(), made.hex, f"{{{made}}}"])
)
anything = st.one_of(
    *(ids, st.text(), st.text(" \t\n"), st.none(), st.integers(), st.booleans()),
    *(st.lists(st.text()), st.lists(ids, max_size=12)),
)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: type(schema).__name__)
@settings(deadline=None)
@given(sent=st.dictionaries(st.sampled_from(NAMES), anything))
def test_both_ways_agree(schema, sent):
    wrong = schema.validate(sent)
    if wrong:
        with pytest.raises(Invalid) as refused:
            loaded(schema, sent)
        assert refused.value.fields.keys() == wrong.keys()
    else:
        assert loaded(schema, sent) == schema.load(sent)


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: type(schema).__name__)
def test_what_is_plainly_right_needs_no_marshmallow(schema, monkeypatch):
    monkeypatch.setattr(type(schema), "load", None)
    sent = {"client_id": str(uuid4()), "receiver_id": str(uuid4()), "content": "Hello"}

    assert loaded(schema, sent)["content"] == "Hello"
