"""Addresses by which programs write to a group."""

from __future__ import annotations

from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from pinge.config import LIMITS
from tests.people import Pinge
from tests.tokens.acting import bot_of
from tests.webhooks.things import HOOK


async def hooked(pinge, name="Builds"):
    """A group of Ann and Bob, and the path of a webhook of it."""
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    made = (await ann.post(f"/conversations/{group_id}/webhooks", HOOK | {"name": name})).data
    return ann, bob, group_id, made


def path_of(made):
    return "/webhooks/" + made["url"].partition("/webhooks/")[2]


async def test_what_is_posted_is_said_in_the_group(pinge):
    _, bob, group_id, made = await hooked(pinge)
    socket = await bob.live()

    posted = await pinge.call("POST", path_of(made), json={"content": "Build 7 is green"})

    assert posted.status == 201
    heard = (await socket.next("new_group_message"))["data"]
    assert (heard["group_id"], heard["content"]) == (group_id, "Build 7 is green")
    assert (heard["sender_id"], heard["sender_name"]) == (made["webhook_id"], "Builds")
    assert heard["message_id"] == posted.data["message_id"]


async def test_the_group_sees_who_it_is(pinge):
    ann, _, group_id, made = await hooked(pinge)

    members = (await ann.get(f"/messages/groups/{group_id}/members")).data

    [bot] = [row for row in members if row["is_bot"]]
    assert (bot["user_id"], bot["username"], bot["role"]) == (
        made["webhook_id"],
        "Builds",
        "Member",
    )


async def test_what_was_made_for_others_fits_and_a_retry_says_it_once(pinge):
    ann, _, group_id, made = await hooked(pinge)
    body = {"text": "Build 7 is green", "client_id": str(uuid4())}

    answers = [await pinge.call("POST", path_of(made), json=body) for _ in range(2)]

    assert answers[0].data == answers[1].data
    said = (await ann.get(f"/messages/groups/{group_id}/messages")).data
    assert [row["content"] for row in said] == ["Build 7 is green"]


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": "x" * 8001}, {"content": 7}])
async def test_what_is_no_message_is_refused(pinge, body):
    *_, made = await hooked(pinge)

    assert (await pinge.call("POST", path_of(made), json=body)).status == 422


async def test_without_the_secret_there_is_no_webhook(pinge):
    *_, made = await hooked(pinge)
    right, said = path_of(made), {"json": {"content": "x"}}

    for wrong in (f"{right}x", right.rpartition("/")[0] + "/x", f"/webhooks/{uuid4()}/x"):
        assert (await pinge.call("POST", wrong, **said)).code == "not_found"


async def test_the_secret_is_kept_nowhere_and_in_no_log(pinge, db):
    with capture_logs() as lines:
        *_, made = await hooked(pinge)
        await pinge.call("POST", path_of(made), json={"content": "x"})
        await pinge.call("GET", path_of(made))

    secret = made["url"].rpartition("/")[2]
    kept = await db.fetchval("SELECT string_agg(w::text, '') FROM webhooks AS w")
    written = str(lines)
    assert secret.removeprefix("pinge_hook_") not in kept + written
    assert f"/webhooks/{made['webhook_id']}/..." in written


async def test_its_admins_see_it_and_others_do_not(pinge):
    ann, bob, group_id, made = await hooked(pinge)
    path = f"/conversations/{group_id}/webhooks"
    await pinge.call("POST", path_of(made), json={"content": "x"})

    [listed] = (await ann.get(path)).data

    assert listed["used_at"] is not None
    assert listed | {"used_at": None, "url": made["url"]} == made
    assert (await bob.get(path)).code == "not_admin"
    assert (await bob.post(path, HOOK)).code == "not_admin"
    assert (await bob.delete(f"{path}/{made['webhook_id']}")).code == "not_admin"


async def test_one_that_was_ended_writes_nothing_and_is_gone(pinge):
    ann, _, group_id, made = await hooked(pinge)
    path = f"/conversations/{group_id}/webhooks"
    await pinge.call("POST", path_of(made), json={"content": "the last word"})

    assert (await ann.delete(f"{path}/{made['webhook_id']}")).status == 200

    assert (await pinge.call("POST", path_of(made), json={"content": "x"})).code == "not_found"
    assert len((await ann.get(f"/messages/groups/{group_id}/members")).data) == 2
    [said] = (await ann.get(f"/messages/groups/{group_id}/messages")).data
    assert said["sender_name"] == "Builds"
    assert (await ann.delete(f"{path}/{made['webhook_id']}")).code == "not_found"


async def test_taking_it_out_of_the_group_silences_it(pinge):
    ann, _, group_id, made = await hooked(pinge)

    await ann.delete(f"/messages/groups/{group_id}/members/{made['webhook_id']}")

    assert (await pinge.call("POST", path_of(made), json={"content": "x"})).code == "not_member"


async def test_nobody_writes_to_it_finds_it_or_adds_it_elsewhere(pinge):
    ann, *_, made = await hooked(pinge)
    elsewhere = await ann.group()
    who = {"user_ids": [made["webhook_id"]]}

    added = await ann.post(f"/messages/groups/{elsewhere}/members", who)

    assert added.data["not_allowed"] == [made["webhook_id"]]
    message = {"receiver_id": made["webhook_id"], "content": "hello"}
    assert (await ann.post("/messages/direct", message)).status == 403
    assert made["webhook_id"] not in str((await ann.get("/authentication/users")).data)


async def test_a_group_has_no_more_than_twenty(pinge, monkeypatch):
    monkeypatch.setattr("pinge.webhooks.incoming.MOST", 1)
    ann, _, group_id, _ = await hooked(pinge)

    refused = await ann.post(f"/conversations/{group_id}/webhooks", HOOK)

    assert refused.code == "too_many_webhooks"


async def test_a_group_ends_with_its_last_person_though_a_webhook_stays(pinge, db):
    ann, bob, group_id, made = await hooked(pinge)
    await bob.post(f"/messages/groups/{group_id}/leave")

    left = await ann.post(f"/messages/groups/{group_id}/leave")

    assert left.status == 200
    assert await db.fetchval("SELECT deleted_at IS NOT NULL FROM conversations WHERE name <> ''")
    posted = await pinge.call("POST", path_of(made), json={"content": "x"})
    assert posted.code == "not_member"


async def test_no_webhook_and_no_bot_follows_who_owned_a_group(pinge):
    ann, bob, group_id, _ = await hooked(pinge)
    bot = await bot_of(ann)
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bot.user_id]})
    path = f"/messages/groups/{group_id}/members/{bot.user_id}/role"
    await ann.patch(path, {"user_id": bot.user_id, "role": "Admin"})

    await ann.post(f"/messages/groups/{group_id}/leave")

    [group] = (await bob.get("/messages/groups")).data
    assert group["owner_id"] == bob.user_id


class TestRestraint:
    """With limits on."""

    @pytest.fixture
    def settings(self, settings):
        """One message a minute."""
        limits = {**LIMITS, "webhook-messages": LIMITS["register"].__class__(1)}
        return settings.__class__(home=settings.home, bcrypt_cost=4, limits=limits)

    async def test_one_address_takes_no_more_than_it_may(self, pinge: Pinge):
        *_, made = await hooked(pinge)

        answers = [await pinge.call("POST", path_of(made), json={"content": "x"}) for _ in range(2)]

        assert [answer.status for answer in answers] == [201, 429]
