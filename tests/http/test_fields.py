"""Every field of every body, filled with what does not belong there."""

from __future__ import annotations

import pytest

from tests.people import PASSWORD

ID = "0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b"
GROUP = f"/messages/groups/{ID}"

NO_TEXT = [None, 5, -1.5, True, [], ["x"], {}, {"x": 1}]
NO_ID = [*NO_TEXT, "", "x", ID[:-1], ID + "0", "0x" + ID, "9" * 5000, "👋" * 36]
NO_IDS = [None, 5, True, "x", ID, {}, {"0": ID}, [None], [5], ["x"], [[ID]], [{}], [ID, "x"]]
NO_ROLE = [*NO_TEXT, "", "admin", "ADMIN", "Owner", "Admin "]
NO_CONTENT = ["", " ", "\n\t ", "\u2003", "x" * 8001, "👋" * 8001]
NO_NAME = [*NO_TEXT[1:], "", " \n", "x" * 201]

# Path, a body that fits, and what each field may not be.
BODIES = [
    (
        "POST",
        "/contacts/send-request",
        {"receiver_email": "x@y.example"},
        {"receiver_email": NO_TEXT},
    ),
    (
        *("POST", "/messages/direct", {"receiver_id": ID, "content": "x"}),
        {"receiver_id": NO_ID, "content": [*NO_TEXT, *NO_CONTENT], "client_id": NO_ID[1:]},
    ),
    (
        *("POST", f"{GROUP}/messages", {"content": "x"}),
        {"content": [*NO_TEXT, *NO_CONTENT], "client_id": NO_ID[1:]},
    ),
    ("POST", "/messages/mark-read", {"message_ids": [ID]}, {"message_ids": [*NO_IDS, [ID] * 1001]}),
    (
        *("POST", "/messages/groups", {"name": "x"}),
        {
            "name": [None, *NO_NAME],
            "description": [*NO_TEXT[1:], "x" * 2001],
            "members": [None, 5, True, "x", {}, [ID] * 1001],
        },
    ),
    ("PATCH", GROUP, {}, {"name": NO_NAME, "description": [*NO_TEXT[1:], "x" * 2001]}),
    ("POST", f"{GROUP}/members", {"user_ids": [ID]}, {"user_ids": [*NO_IDS, [], [ID] * 101]}),
    (
        *("PATCH", f"{GROUP}/members/{ID}/role", {"user_id": ID, "role": "Admin"}),
        {"user_id": NO_ID, "role": NO_ROLE},
    ),
]
CASES = [
    pytest.param(method, path, fitting, name, wrong, id=f"{method} {path.replace(ID, 'id')} {name}")
    for method, path, fitting, fields in BODIES
    for name, wrong in fields.items()
]


@pytest.mark.parametrize(("method", "path", "fitting", "name", "wrong"), CASES)
async def test_a_field_takes_nothing_but_its_own(pinge, method, path, fitting, name, wrong):
    ann = await pinge.person("ann")

    for value in wrong:
        refused = await ann.call(method, path, fitting | {name: value})
        assert (refused.status, refused.code) == (422, "invalid"), value
        assert list(refused.body["fields"]) == [name], value
        assert refused.body["error"].startswith(f"{name}: "), value


@pytest.mark.parametrize(("method", "path", "fitting", "fields"), BODIES)
async def test_a_field_that_is_needed_is_missed(pinge, method, path, fitting, fields):
    ann = await pinge.person("ann")

    for name in fitting:
        without = {other: value for other, value in fitting.items() if other != name}
        refused = await ann.call(method, path, without)
        assert (refused.status, list(refused.body["fields"])) == (422, [name])


@pytest.mark.parametrize(("method", "path", "fitting", "fields"), BODIES)
async def test_text_that_cannot_be_kept_is_refused(pinge, method, path, fitting, fields):
    ann = await pinge.person("ann")

    for name in fitting | fields:
        refused = await ann.call(method, path, fitting | {name: "a\0b"})
        assert (refused.status, refused.code) == (422, "invalid")


@pytest.mark.parametrize(("method", "path", "fitting", "fields"), BODIES)
async def test_fields_that_nobody_knows_are_ignored(pinge, method, path, fitting, fields):
    ann = await pinge.person("ann")
    more = {"role": "x", "created_by": ID, "sender_id": ID, "is_read": True, "": 1, "__proto__": {}}

    plain = await ann.call(method, path, fitting)
    answer = await ann.call(method, path, more | fitting)

    assert answer.status == plain.status != 422


@pytest.mark.parametrize("field", ["sender_id", "is_read", "sent_at", "seq", "message_id"])
async def test_nobody_writes_what_is_not_theirs(pinge, field):
    ann, bob = await pinge.friends("ann", "bob")

    sent = await ann.write(bob, "hello", **{field: bob.user_id})

    assert sent.status == 201
    assert (sent.data["sender_id"], sent.data["is_read"]) == (ann.user_id, False)
    assert bob.user_id not in (sent.data["message_id"], sent.data["sent_at"], sent.data["seq"])


@pytest.mark.parametrize("key", ["", "x", ID[:-1], "ж", "9" * 5000])
async def test_an_idempotency_key_is_a_uuid(pinge, key):
    ann, bob = await pinge.friends("ann", "bob")

    refused = await ann.post(
        "/messages/direct",
        {"receiver_id": bob.user_id, "content": "x"},
        headers={"Idempotency-Key": key},
    )

    assert (refused.status, refused.code) == (422, "invalid")


HISTORIES = [f"/messages/direct/{ID}", f"{GROUP}/messages"]
NO_PAGE = [
    *("limit=0", "limit=101", "limit=x", "limit=", "offset=-1", "limit=" + "9" * 5000),
    *("before=0", "before=x", "after=-1", "around=0", "before=3&after=1", "after=" + "9" * 30),
    *("offset=%00", "limit=NaN", "limit=[]", "offset=1.5"),
]


@pytest.mark.parametrize("path", HISTORIES)
async def test_a_page_that_cannot_be_is_refused(pinge, path):
    ann = await pinge.person("ann")

    for query in NO_PAGE:
        refused = await ann.get(f"{path}?{query}")
        assert (refused.status, refused.code) == (422, "invalid"), query
    assert (await ann.get(f"{path}?limit=1&limit=x")).status < 500


async def test_a_page_may_begin_anywhere(pinge):
    ann = await pinge.person("ann")

    for query in (f"offset={2**62}", f"before={2**62}", f"after={2**62}", f"around={2**62}"):
        assert (await ann.get(f"{HISTORIES[0]}?{query}")).data == []


async def test_a_registration_with_a_nul_anywhere_is_refused(pinge):
    fields = {
        "email": "ann@pinge.example",
        "username": "ann",
        "password": PASSWORD,
        "gender": "Others",
        "country": "Norway",
    }
    for name in fields:
        refused = await pinge.call(
            "POST", "/authentication/register_user", json=fields | {name: fields[name] + "\0"}
        )
        assert refused.status == 422
