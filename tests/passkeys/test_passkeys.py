"""Passkeys: adding, using, naming and removing them, and what is refused."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from uuid import UUID

import pytest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tests.passkeys.authenticator import (
    LOGIN,
    MINE,
    PRESENT,
    SYNCABLE,
    SYNCED,
    VERIFIED,
    Authenticator,
    add,
    begin,
    log_in,
    signed,
)
from tests.people import PASSWORD
from tests.personal.test_delete import erased
from tests.personal.test_export import lists
from tests.second_factors.codes import REAUTHENTICATE, turn_on


@pytest.fixture
def settings(settings, mailbox):
    return replace(
        settings,
        smtp_url=mailbox.url,
        public_url="https://chat.example/pinge",
        cors_origins=("https://app.chat.example",),
    )


@pytest.fixture
async def ann(pinge):
    return await pinge.person("ann")


async def refused(pinge, credential):
    answer = await pinge.call("POST", LOGIN, json={"credential": credential})
    assert (answer.status, answer.code) == (401, "wrong_credentials"), answer.body


async def test_a_passkey_logs_its_owner_in_without_a_password(pinge, ann):
    phone = Authenticator()
    added = await add(ann, phone)
    assert added.status == 201, added.body

    answer = await log_in(pinge, phone)

    bearer = {"Authorization": f"Bearer {answer.data['access_token']}"}
    me = await pinge.call("GET", "/authentication/me", headers=bearer)
    assert me.data["user_id"] == ann.user_id


async def test_a_page_that_may_call_us_may_use_it(pinge, ann):
    phone = Authenticator()
    await add(ann, phone)
    phone.origin = "https://app.chat.example"

    assert (await log_in(pinge, phone)).status == 200


async def test_it_is_made_for_this_server_and_its_owner(ann):
    options = await begin(ann)

    assert options["rp"] == {"id": "chat.example", "name": "Pinge"}
    assert UUID(bytes=base64url_to_bytes(options["user"]["id"])) == UUID(ann.user_id)
    wanted = options["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    assert options["excludeCredentials"] == []


async def test_what_one_has_is_not_made_twice(ann):
    phone = Authenticator()
    await add(ann, phone)

    [excluded] = (await begin(ann))["excludeCredentials"]
    again = await add(ann, phone)

    assert base64url_to_bytes(excluded["id"]) == phone.credential_id
    assert (again.status, again.code) == (409, "conflict")


async def test_a_passkey_is_asked_for_no_code_beside_it(pinge, ann):
    phone = Authenticator()
    await add(ann, phone)
    await turn_on(ann)

    assert (await log_in(pinge, phone)).status == 200


async def test_they_are_listed_named_and_removed(pinge, ann):
    phone = Authenticator(flags=PRESENT | VERIFIED | SYNCABLE | SYNCED)
    key = (await add(ann, phone)).data
    assert await log_in(pinge, phone)

    [listed] = (await ann.get(MINE)).data
    assert (listed["label"], listed["is_synced"]) == ("Phone", True)
    assert (key["last_used_at"], listed["last_used_at"] is None) == (None, False)

    path = f"{MINE}/{key['passkey_id']}"
    assert (await ann.patch(path, {"label": "Old phone"})).data["label"] == "Old phone"
    assert (await ann.call("DELETE", path, {"password": PASSWORD})).status == 200
    assert (await ann.get(MINE)).data == []
    await refused(pinge, await signed(pinge, phone))
    assert (await add(ann, phone)).status == 201  # it was thought better of


async def test_other_devices_and_a_mail_tell_of_it(ann, mailbox):
    socket = await (await ann.device()).live()

    key = (await add(ann, Authenticator())).data
    await ann.patch(f"{MINE}/{key['passkey_id']}", {"label": "Key"})
    await ann.call("DELETE", f"{MINE}/{key['passkey_id']}", {"password": PASSWORD})

    heard = [await socket.next() for _ in range(3)]
    assert [one["event"] for one in heard] == ["passkey_updated"] * 2 + ["passkey_removed"]
    assert [one["data"].get("label") for one in heard] == ["Phone", "Key", None]
    assert "passkey was added" in (await mailbox.next(ann.email, "How you log in")).text


async def test_nobody_touches_anothers(pinge, ann):
    bob = await pinge.person("bob")
    key = (await add(ann, Authenticator())).data

    path = f"{MINE}/{key['passkey_id']}"
    assert (await bob.patch(path, {"label": "Mine"})).status == 404
    assert (await bob.call("DELETE", path, {"password": PASSWORD})).status == 404
    assert (await bob.get(MINE)).data == []


@pytest.mark.parametrize(("method", "path"), [("POST", f"{MINE}/options"), ("DELETE", MINE)])
async def test_adding_and_removing_take_a_proof(ann, method, path):
    key = (await add(ann, Authenticator())).data
    if method == "DELETE":
        path += f"/{key['passkey_id']}"

    assert (await ann.call(method, path, {})).code == "proof_needed"
    await turn_on(ann)
    assert (await ann.call(method, path, {"password": PASSWORD})).code == "factor_proof_needed"


async def test_a_passkey_proves_that_it_is_its_owner(pinge, ann):
    phone, bobs = Authenticator(), Authenticator()
    await add(ann, phone)
    await add(await pinge.person("bob"), bobs)
    await turn_on(ann)

    theirs = await ann.post(REAUTHENTICATE, {"passkey": await signed(pinge, bobs)})
    mine = await ann.post(REAUTHENTICATE, {"passkey": await signed(pinge, phone)})

    assert (theirs.status, theirs.code) == (403, "wrong_proof")
    assert mine.status == 200
    assert (await ann.call("DELETE", "/authentication/me/totp", {})).status == 200


async def test_a_challenge_is_signed_once(pinge, ann):
    phone = Authenticator(counts=False)
    await add(ann, phone)
    credential = await signed(pinge, phone)

    both = await asyncio.gather(
        *(pinge.call("POST", LOGIN, json={"credential": credential}) for _ in range(2))
    )

    assert sorted(one.status for one in both) == [200, 401]


async def test_a_challenge_is_not_good_for_long_nor_for_something_else(pinge, ann, db):
    phone = Authenticator()
    await add(ann, phone)
    to_make = phone.get({"rpId": "chat.example", "challenge": (await begin(ann))["challenge"]})
    await refused(pinge, to_make)

    late = await signed(pinge, phone)
    await db.execute("UPDATE passkey_challenges SET expires_at = now()")
    await refused(pinge, late)


@pytest.mark.parametrize(("length", "status"), [(1023, 201), (1024, 403), (9000, 403)])
async def test_an_id_has_at_most_1023_bytes(ann, length, status):
    named = Authenticator(credential_id=secrets.token_bytes(length))

    assert (await add(ann, named)).status == status


async def test_a_challenge_of_another_makes_no_passkey(pinge, ann):
    bob = await pinge.person("bob")
    credential = Authenticator().create(await begin(bob))

    stolen = await ann.post(MINE, {"credential": credential, "label": "x"})

    assert (stolen.status, stolen.code) == (403, "wrong_proof")


@pytest.mark.parametrize(
    "made",
    [
        {"origin": "https://chat.example.evil.example"},
        {"origin": "http://chat.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"credential_id": b"another" * 4},
    ],
    ids=str,
)
async def test_what_another_page_or_nobody_signed_is_refused(pinge, ann, made):
    phone = Authenticator()
    await add(ann, phone)
    strange = replace(phone, **made)

    await refused(pinge, await signed(pinge, strange))
    if "credential_id" not in made:
        assert (await add(ann, strange)).code == "wrong_proof"


async def test_another_key_does_not_sign_for_it(pinge, ann):
    phone = Authenticator()
    await add(ann, phone)

    await refused(
        pinge,
        await signed(
            pinge,
            replace(
                Authenticator(), **{"credential_id": phone.credential_id, "owner": phone.owner}
            ),
        ),
    )


async def test_a_copy_that_counts_backwards_is_refused_and_written_down(pinge, ann, db):
    phone = Authenticator()
    await add(ann, phone)
    stolen = phone.copy()
    assert (await log_in(pinge, phone)).status == 200

    await refused(pinge, await signed(pinge, stolen))

    kinds = [row["kind"] for row in await db.fetch("SELECT kind FROM audit_events")]
    assert "passkey_copied" in kinds
    assert (await log_in(pinge, phone)).status == 200


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": "x", "rawId": "!", "response": {}},
        {"response": {"clientDataJSON": "e30"}},
        {"response": {"clientDataJSON": bytes_to_base64url(b"[" * 10_000)}},
        {"response": {"clientDataJSON": 7}},
        {"response": []},
    ],
    ids=lambda one: str(one)[:30],
)
async def test_what_is_no_credential_is_refused(pinge, ann, credential):
    await refused(pinge, credential)
    assert (await ann.post(MINE, {"credential": credential, "label": "x"})).code == "wrong_proof"


@pytest.mark.parametrize("field", ["authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("value", ["", "AA", "!!", "/w" * 50, 7])
async def test_what_is_half_a_credential_is_refused(pinge, ann, field, value):
    phone = Authenticator()
    await add(ann, phone)
    credential = await signed(pinge, phone)
    credential["response"][field] = value

    await refused(pinge, credential)


async def test_an_account_that_is_closed_opens_by_no_passkey(pinge, ann, db):
    phone = Authenticator()
    await add(ann, phone)
    await db.execute("UPDATE users SET is_active = false")

    answer = await log_in(pinge, phone)

    assert (answer.status, answer.code) == (403, "inactive_account")


async def test_nobody_has_more_than_25(ann):
    statuses = [(await add(ann, Authenticator())).status for _ in range(26)]

    assert statuses == [201] * 25 + [409]


async def test_a_copy_names_them_and_the_end_of_an_account_forgets_them(ann, db):
    await add(ann, Authenticator())
    [copied] = (await lists(ann))["passkeys.json"]
    assert copied.keys() == {"passkey_id", "label", "is_synced", "created_at", "last_used_at"}

    await ann.call("DELETE", "/authentication/me", {"password": PASSWORD})
    await erased(db, ann)

    assert await db.fetchval("SELECT count(*) FROM passkeys") == 0
