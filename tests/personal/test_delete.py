"""Deleting an account: nothing personal is left, and what others have of it stays theirs."""

from __future__ import annotations

import asyncio

import pytest

from pinge.accounts import actions as accounts
from pinge.http.caller import AUTHENTICATOR
from pinge.personal import erasing
from tests.people import PASSWORD
from tests.sync.device import Device
from tests.sync.state import State
from tests.sync.test_state import Client

ME = "/authentication/me"


async def delete(person):
    answer = await person.call("DELETE", ME, {"password": PASSWORD})
    assert answer.status == 200, answer.body


async def erased(db, person):
    """Wait until all is done and told."""
    async with asyncio.timeout(5):
        while not await db.fetchval(
            "SELECT erased_at IS NOT NULL AND profile_due_at IS NULL FROM users WHERE user_id = $1",
            person.user_id,
        ):
            await asyncio.sleep(0.01)


async def test_nobody_logs_in_any_more_and_all_sessions_end(pinge):
    ann = await pinge.person("ann")
    socket = await (await ann.device()).live()

    await delete(ann)

    assert await socket.closed() == 4401
    assert (await ann.get(ME)).status == 401
    form = {"username": ann.email, "password": PASSWORD}
    assert (await pinge.call("POST", "/authentication/login", data=form)).status == 401


async def test_the_password_is_asked(pinge):
    ann = await pinge.person("ann")

    refused = await ann.call("DELETE", ME, {"password": "Correct horse 6"})

    assert (refused.status, refused.code) == (403, "wrong_password")
    assert (await ann.call("DELETE", ME, {})).code == "proof_needed"
    assert (await ann.get(ME)).status == 200


async def test_the_address_is_free_again_at_once(pinge):
    ann = await pinge.person("ann")
    await delete(ann)

    form = {"email": ann.email, "username": "Ann", "password": PASSWORD}
    form |= {"gender": "Female", "country": "Norway"}
    again = await pinge.call("POST", "/authentication/register_user", json=form)

    assert again.status == 201
    assert again.data["user_id"] != ann.user_id


async def test_what_was_said_stays_under_no_name(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await bob.group(ann)
    await ann.write(bob, "hello")
    await ann.write_group(group_id, "hello all")

    await delete(ann)
    await erased(db, ann)

    direct = (await bob.get(f"/messages/direct/{ann.user_id}")).data
    group = (await bob.get(f"/messages/groups/{group_id}/messages")).data
    assert [row["content"] for row in direct] == ["hello"]
    assert [row["sender_name"] for row in group] == ["Deleted account"]
    shown = (await bob.get(f"/authentication/users/{ann.user_id}")).data
    assert (shown["username"], shown["email"], shown["avatar"]) == ("Deleted account", None, None)
    assert (shown["country"], shown["about"], shown["is_active"]) == ("", None, False)


async def test_others_devices_hear_of_it(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    eve = await pinge.person("eve")
    group_id = await ann.group(eve)
    request_id = await ann.ask(eve)
    his, hers = await bob.live(), await eve.live()

    await delete(ann)

    told = {}
    while not {"member_updated", "contact_removed"} <= told.keys():  # whichever comes first
        heard = await his.next()
        told[heard["event"]] = heard["data"]
    assert told["contact_removed"]["contact_id"] == ann.user_id
    assert told["member_updated"]["user_id"] == ann.user_id
    assert told["member_updated"]["username"] == "Deleted account"
    answered = (await hers.next("contact_request_answered"))["data"]
    assert answered["request_id"] == request_id
    assert (await hers.next("member_role_changed"))["data"]["user_id"] == eve.user_id
    assert (await hers.next("member_removed"))["data"]["user_id"] == ann.user_id
    assert (await eve.patch(f"/messages/groups/{group_id}", {"name": "Hers"})).status == 200
    await erased(db, ann)


async def test_who_was_away_learns_of_it_on_coming_back(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.group(bob)
    device = await Device.of(bob)

    await delete(ann)
    await erased(db, ann)
    await device.sync()

    assert {"member_updated", "contact_removed", "member_removed"} <= set(device.names())


async def test_what_others_are_told_is_what_is(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    eve = await pinge.person("eve")
    await ann.group(bob, eve)
    await ann.write(bob, "hello")
    await ann.ask(eve)
    clients = [await Client.of(person) for person in (bob, eve)]

    await delete(ann)
    await erased(db, ann)

    for client in clients:
        await client.catch_up()
        await client.state_away.resume(client.away)
        fresh = await State.fetched(client.person)
        assert client.state == client.state_away == fresh


async def test_whoever_was_longest_in_a_group_follows_the_last_admin(pinge, db):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [eve.user_id]})

    await delete(ann)
    await erased(db, ann)

    members = (await eve.get(f"/messages/groups/{group_id}/members")).data
    assert {row["username"]: row["role"] for row in members} == {"bob": "Admin", "eve": "Member"}


async def test_a_group_with_another_admin_only_loses_a_member(pinge, db):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    role = {"user_id": eve.user_id, "role": "Admin"}
    await ann.patch(f"/messages/groups/{group_id}/members/{eve.user_id}/role", role)

    await delete(ann)
    await erased(db, ann)

    members = (await eve.get(f"/messages/groups/{group_id}/members")).data
    assert {row["username"]: row["role"] for row in members} == {"bob": "Member", "eve": "Admin"}


async def test_a_group_of_nobody_else_ends(pinge, db):
    ann = await pinge.person("ann")
    group_id = await ann.group()

    await delete(ann)
    await erased(db, ann)

    assert await db.fetchval(
        "SELECT deleted_at IS NOT NULL FROM conversations WHERE conversation_id = $1", group_id
    )


async def test_nobody_reaches_a_deleted_account(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await bob.group()
    await delete(ann)
    await erased(db, ann)

    asked = await bob.post("/contacts/send-request", {"receiver_email": ann.email})
    added = await bob.post(f"/messages/groups/{group_id}/members", {"user_ids": [ann.user_id]})

    assert (asked.status, (await bob.write(ann, "?")).status) == (404, 403)
    assert added.data["added_members"] == []
    members = (await bob.get(f"/messages/groups/{group_id}/members")).data
    assert [row["username"] for row in members] == ["bob"]


async def test_no_table_knows_them_but_by_their_id(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.patch(ME, {"about": "Secretly a climber"})
    await ann.patch("/settings", {"findable": False})
    headers = {"X-Device-Info": "Anns phone", "X-Location": "Tromso"}
    form = {"username": ann.email, "password": PASSWORD}
    await pinge.call("POST", "/authentication/login", data=form, headers=headers)

    await delete(ann)
    await erased(db, ann)

    tables = await db.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for (table,) in tables:
        if table == "mails":  # they go by themselves
            continue
        text = await db.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} AS t") or ""
        for secret in (ann.email, "Secretly", "Anns phone", "Tromso"):
            assert secret not in text, table
    assert (await bob.get(ME)).status == 200


async def test_what_a_process_that_died_left_is_done_by_another(pinge, db):
    ann, bob = await pinge.friends("ann", "bob")
    await ann.group(bob)
    caller = await pinge.app[AUTHENTICATOR].authenticate(ann.token)
    await accounts.anonymise(pinge.app, caller, PASSWORD)
    assert (await bob.get("/contacts/")).data != []
    await db.execute("UPDATE users SET deleted_at = now() - interval '1 hour' WHERE NOT is_active")

    await erasing.erase_left_over(pinge.app)

    await erased(db, ann)
    assert (await bob.get("/contacts/")).data == []


@pytest.mark.parametrize("many", [230])
async def test_many_groups_are_left_one_after_the_other(pinge, db, many):
    ann, bob = await pinge.people("ann", "bob")
    for _ in range(many):
        await ann.group(bob)

    await delete(ann)
    await erased(db, ann)

    assert len((await bob.get("/messages/groups")).data) == many
    assert not await db.fetchval(
        "SELECT count(*) FROM members WHERE left_at IS NULL AND user_id = $1", ann.user_id
    )


async def test_what_was_uploaded_and_not_sent_goes(pinge, db):
    ann = await pinge.person("ann")
    start = {"name": "notes.txt", "size": 5, "content_type": "text/plain"}
    upload = (await ann.post("/attachments", start)).data["attachment_id"]

    await delete(ann)
    await erased(db, ann)

    assert await db.fetchval(
        "SELECT gone_at IS NOT NULL FROM attachments WHERE attachment_id = $1", upload
    )
