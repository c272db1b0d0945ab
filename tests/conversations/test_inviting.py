"""Links into groups: who makes them, whom they let in, and when they do no longer."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime

import pytest
from structlog.testing import capture_logs

from pinge.conversations import invites
from tests.conversations.test_owning import change_role, leave
from tests.people import PASSWORD
from tests.personal.test_delete import erased


async def invite(person, group_id, **limits):
    return await person.post(f"/messages/groups/{group_id}/invites", limits)


async def token_of(person, group_id, **limits):
    made = await invite(person, group_id, **limits)
    assert made.status == 201, made.body
    return made.data["token"]


async def join(person, token):
    return await person.post(f"/invites/{token}")


async def names(person, group_id):
    members = (await person.get(f"/messages/groups/{group_id}/members")).data
    return {member["username"] for member in members}


async def test_a_link_shows_where_it_leads_and_lets_people_in(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(eve, name="Climbers")

    made = (await invite(ann, group_id, expires_in=3600, max_uses=5)).data

    made_at, expires_at = (
        datetime.fromisoformat(made[f"{name}_at"]) for name in ("created", "expires")
    )
    assert (expires_at - made_at).total_seconds() == pytest.approx(3600, abs=1)
    assert made["url"].endswith(f"/invites/{made['token']}")
    preview = (await bob.get(f"/invites/{made['token']}")).data
    assert preview == {
        "group_id": group_id,
        "name": "Climbers",
        "description": None,
        "avatar": None,
        "member_count": 2,
        "invited_by": "ann",
        "expires_at": made["expires_at"],
        "is_member": False,
    }
    of_bob, of_eve = await bob.live(), await eve.live()
    joined = await join(bob, made["token"])
    assert joined.status == 200
    assert [joined.data] == (await bob.get("/messages/groups")).data
    assert (await of_bob.next())["event"] == "group_joined"
    assert (await of_eve.next())["data"]["members"][0]["username"] == "bob"
    assert (await bob.get(f"/invites/{made['token']}")).data["is_member"]
    [listed] = (await ann.get(f"/messages/groups/{group_id}/invites")).data
    assert (listed["invite_id"], listed["uses"]) == (made["invite_id"], 1)
    assert "token" not in listed


async def test_who_is_in_it_comes_in_once_and_uses_nothing_up(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group()
    token = await token_of(ann, group_id, max_uses=1)

    again = [await join(bob, token) for _ in range(3)]

    assert [answer.status for answer in again] == [200] * 3
    assert (await join(eve, token)).code == "dead_invite"
    assert await names(ann, group_id) == {"ann", "bob"}
    assert (await ann.get(f"/messages/groups/{group_id}/invites")).data == []


async def test_a_link_that_was_revoked_has_expired_or_never_was_one_leads_nowhere(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group()
    revoked, expired = [(await invite(ann, group_id)).data for _ in range(2)]
    path = f"/messages/groups/{group_id}/invites/{revoked['invite_id']}"
    assert (await ann.delete(path)).status == 200
    assert (await ann.delete(path)).status == 404
    await db.execute("UPDATE invites SET expires_at = now() - interval '1 second'")

    for token in (revoked["token"], expired["token"], "pinge_invite_" + "x" * 43, "%00"):
        assert (await bob.get(f"/invites/{token}")).code == "dead_invite"
        assert (await join(bob, token)).code == "dead_invite"
    await invites.forget_expired(pinge.app)
    assert await db.fetchval("SELECT count(*) FROM invites") == 0


async def test_links_end_with_the_group(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group()
    token = await token_of(ann, group_id)

    await ann.delete(f"/messages/groups/{group_id}")

    assert (await join(bob, token)).code == "dead_invite"
    assert await db.fetchval("SELECT count(*) FROM invites") == 0


@pytest.mark.parametrize("end", ["leaves", "is demoted", "is removed", "deletes the account"])
async def test_a_link_is_as_good_as_its_makers_right_to_let_people_in(pinge, end):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    await change_role(ann, group_id, bob, "Admin")
    token = await token_of(bob, group_id)

    if end == "leaves":
        await leave(bob, group_id)
    elif end == "is demoted":
        await change_role(ann, group_id, bob, "Member")
    elif end == "is removed":
        await ann.delete(f"/messages/groups/{group_id}/members/{bob.user_id}")
    else:
        of_ann = await ann.live()
        await bob.call("DELETE", "/authentication/me", {"password": PASSWORD})
        await of_ann.next("member_removed")

    assert (await join(eve, token)).code == "dead_invite"
    if end == "is demoted":
        await ann.patch(f"/messages/groups/{group_id}", {"who_may_add": "members"})
        assert (await join(eve, token)).status == 200


async def test_who_was_removed_comes_back_only_if_somebody_adds_them(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    token = await token_of(ann, group_id)
    await leave(bob, group_id)
    assert (await join(bob, token)).status == 200
    await ann.delete(f"/messages/groups/{group_id}/members/{bob.user_id}")

    assert (await join(bob, token)).code == "was_removed"

    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})
    await leave(bob, group_id)
    assert (await join(bob, token)).status == 200


async def test_members_make_links_where_they_may_add_and_see_and_revoke_their_own(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}"
    assert (await invite(bob, group_id)).code == "not_admin"
    assert (await invite(eve, group_id)).code == "not_member"
    await ann.patch(path, {"who_may_add": "members"})

    of_bob = (await invite(bob, group_id)).data
    of_ann = (await invite(ann, group_id)).data

    def ids(listed):
        return [row["invite_id"] for row in listed.data]

    assert ids(await ann.get(f"{path}/invites")) == [of_ann["invite_id"], of_bob["invite_id"]]
    assert ids(await bob.get(f"{path}/invites")) == [of_bob["invite_id"]]
    assert (await eve.get(f"{path}/invites")).code == "not_member"
    assert (await bob.delete(f"{path}/invites/{of_ann['invite_id']}")).status == 404
    assert (await bob.delete(f"{path}/invites/{of_bob['invite_id']}")).status == 200


@pytest.mark.parametrize(
    "limits",
    [{"expires_in": 59}, {"expires_in": 366 * 86_400}, {"expires_in": "1"}, {"max_uses": 0}],
)
async def test_a_link_is_for_a_while_and_for_somebody(pinge, limits):
    ann = await pinge.person("ann")

    assert (await invite(ann, await ann.group(), **limits)).code == "invalid"


async def test_ones_links_are_in_the_copy_of_everything_and_go_with_the_account(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    made = (await invite(ann, group_id)).data

    copy = zipfile.ZipFile(io.BytesIO((await ann.get("/authentication/me/export")).body))
    await ann.call("DELETE", "/authentication/me", {"password": PASSWORD})

    [kept] = json.loads(copy.read("invites.json"))
    assert (kept["invite_id"], kept["group_id"]) == (made["invite_id"], group_id)
    assert not {"token", "digest"} & kept.keys()
    await erased(db, ann)
    assert await db.fetchval("SELECT count(*) FROM invites") == 0


async def test_a_token_stands_in_no_log_and_in_no_row(pinge, db):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group()
    with capture_logs() as lines:
        token = await token_of(ann, group_id)
        await join(bob, token)

    said = str(lines)
    kept = await db.fetchval("SELECT string_agg(i::text, '') FROM invites AS i")

    assert "/invites/" in said
    assert token not in said + kept


async def test_the_link_of_somebody_whose_account_is_closed_lets_nobody_in(pinge):
    ann, bob = await pinge.people("ann", "bob")
    token = await token_of(ann, await ann.group())

    await ann.post("/authentication/me/deactivate", {"password": PASSWORD})

    assert (await bob.get(f"/invites/{token}")).status == 404
    assert (await join(bob, token)).status == 404
