"""Bots: accounts that act by tokens, are shown as what they are, and go with their owner."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from pinge.personal import erasing
from tests.people import PASSWORD, Person
from tests.tokens.acting import BOTS, TOKENS, bot_of, make

ME = "/authentication/me"


async def email_of(bot):
    """An address that no mail reaches."""
    return (await bot.get(ME)).data["email"]


async def erased(pinge, user_id):
    """Until nothing is left of an account."""
    async with asyncio.timeout(5):
        while not await pinge.app[erasing.POOL].fetchval(
            "SELECT erased_at FROM users WHERE user_id = $1", user_id
        ):
            await asyncio.sleep(0.02)


async def test_a_bot_and_its_owner_write_to_each_other_from_the_start(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann, "Helper")

    assert (await bot.write(ann, "at your service")).status == 201
    assert (await ann.write(bot, "good")).status == 201

    [contact] = (await ann.get("/contacts")).data
    assert (contact["contact_id"], contact["username"]) == (bot.user_id, "Helper")


async def test_a_bot_is_shown_as_one(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    group_id = await ann.group(bot)

    profile = (await ann.get(f"/authentication/users/{bot.user_id}")).data
    members = (await ann.get(f"/messages/groups/{group_id}/members")).data

    assert profile["is_bot"] is (await bot.get(ME)).data["is_bot"] is True
    assert {row["user_id"]: row["is_bot"] for row in members} == {
        ann.user_id: False,
        bot.user_id: True,
    }


async def test_nobody_logs_in_as_a_bot(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    email = await email_of(bot)

    for password in ("", PASSWORD, "Deleted account"):
        form = {"username": email, "password": password}
        assert (await pinge.call("POST", "/authentication/login", data=form)).status in (401, 422)


async def test_others_write_to_it_and_add_it_once_it_is_public(pinge):
    ann, eve = await pinge.people("ann", "eve")
    bot = await bot_of(ann)
    group_id = await eve.group()
    add = f"/messages/groups/{group_id}/members", {"user_ids": [bot.user_id]}

    assert (await eve.post(*add)).data["not_allowed"] == [bot.user_id]
    assert bot.user_id not in str((await eve.get("/authentication/users")).data)
    await ann.patch(f"{BOTS}/{bot.user_id}", {"is_public": True})

    assert (await eve.post(*add)).data["added_members"] == ["helper"]
    assert bot.user_id in str((await eve.get("/authentication/users")).data)
    assert (await bot.write_group(group_id, "hello")).status == 200


async def test_its_owner_changes_what_it_says_of_itself(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)

    changed = (await ann.patch(f"{BOTS}/{bot.user_id}", {"username": "Aide", "about": "x"})).data

    assert (changed["username"], changed["about"]) == ("Aide", "x")
    assert (await bot.get(ME)).data["username"] == "Aide"
    assert (await ann.get(BOTS)).data == [changed]
    assert (await ann.patch(f"{BOTS}/{bot.user_id}", {})).code == "bad_request"


async def test_a_bot_of_others_is_not_found(pinge):
    ann, eve = await pinge.people("ann", "eve")
    bot = await bot_of(ann)

    assert (await eve.patch(f"{BOTS}/{bot.user_id}", {"about": "x"})).code == "not_found"
    assert (await eve.delete(f"{BOTS}/{bot.user_id}")).code == "not_found"
    assert (await make(eve, "profile:read", bot_id=bot.user_id)).code == "not_found"
    token_id = (await ann.get(TOKENS)).data[0]["token_id"]
    assert (await eve.delete(f"{TOKENS}/{token_id}")).code == "not_found"


async def test_no_token_is_made_for_what_is_no_bot(pinge):
    ann, bob = await pinge.people("ann", "bob")

    for bot_id in (str(uuid4()), ann.user_id, bob.user_id):
        assert (await make(ann, "profile:read", bot_id=bot_id)).status == 404


async def test_a_bot_asks_nobody_to_be_its_contact(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)

    assert (await make(ann, "contacts:write", bot_id=bot.user_id)).code == "bad_request"
    asked = await ann.post("/contacts/send-request", {"receiver_email": await email_of(bot)})
    assert asked.code == "not_found"


async def test_its_owner_revokes_its_token(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    [token] = (await ann.get(TOKENS)).data
    assert token["bot_id"] == bot.user_id

    await ann.delete(f"{TOKENS}/{token['token_id']}")

    assert (await bot.get(ME)).status == 401


async def test_a_deleted_bot_is_out_at_once_and_leaves_everywhere(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    group_id = await ann.group(bot)
    socket = await bot.live()

    assert (await ann.delete(f"{BOTS}/{bot.user_id}")).status == 200

    assert await socket.closed() == 4401
    assert (await bot.get(ME)).status == 401
    await erased(pinge, bot.user_id)
    assert (await ann.get("/contacts")).data == (await ann.get(BOTS)).data == []
    assert len((await ann.get(f"/messages/groups/{group_id}/members")).data) == 1


@pytest.mark.parametrize("end", ["deactivate", "delete"])
async def test_a_bot_does_not_outlive_its_owner(pinge, end):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    stays = await bot_of(await pinge.person("bob"))
    body = {"password": PASSWORD}

    if end == "deactivate":
        await ann.post(f"{ME}/deactivate", body)
    else:
        await ann.call("DELETE", ME, body)
        await erased(pinge, ann.user_id)
        await erased(pinge, bot.user_id)
    # Another device of its: what was read of this one a moment ago is believed for a second.
    again = Person(pinge, email="", name="", user_id=bot.user_id, token=bot.token)

    with pytest.raises(Exception, match="401"):
        await again.live()
    assert (await stays.get(ME)).status == 200


async def test_other_devices_of_its_owner_hear_of_it(pinge):
    ann = await pinge.person("ann")
    mine = await ann.live()

    bot_id = (await ann.post(BOTS, {"username": "helper"})).data["bot_id"]
    new = await mine.next("bot_updated")
    await ann.patch(f"{BOTS}/{bot_id}", {"is_public": True})
    changed = await mine.next("bot_updated")
    await ann.delete(f"{BOTS}/{bot_id}")

    assert new["data"]["bot"]["is_public"] is False
    assert changed["data"]["bot"]["is_public"] is True
    assert (await mine.next("bot_deleted"))["data"]["bot_id"] == bot_id


async def test_one_has_no_more_than_twenty(pinge, monkeypatch):
    monkeypatch.setattr("pinge.bots.actions.MOST", 1)
    ann = await pinge.person("ann")
    await bot_of(ann)

    assert (await ann.post(BOTS, {"username": "another"})).code == "too_many_bots"


async def test_its_owner_hears_of_its_tokens(pinge):
    ann = await pinge.person("ann")
    bot = (await ann.post(BOTS, {"username": "helper"})).data
    socket = await ann.live()

    token = (await make(ann, "profile:read", bot_id=bot["bot_id"])).data
    await ann.delete(f"{TOKENS}/{token['token_id']}")

    made = (await socket.next("token_made"))["data"]["token"]
    assert (made["token_id"], made["bot_id"]) == (token["token_id"], bot["bot_id"])
    assert (await socket.next("token_revoked"))["data"]["token_id"] == token["token_id"]


async def test_a_bot_is_out_at_once_where_its_owner_is(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)
    socket = await bot.live()
    assert (await bot.get(ME)).status == 200

    await ann.post(f"{ME}/deactivate", {"password": PASSWORD})

    assert (await bot.get(ME)).status == 401
    assert await socket.closed() == 4401
