"""What a group lets its members do: write, add, describe, and how often they may write."""

from __future__ import annotations

import pytest


async def allow(admin, group_id, **settings):
    return await admin.patch(f"/messages/groups/{group_id}", settings)


async def test_settings_are_for_admins_and_told_to_all(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    of_bob = await bob.live()
    chosen = {
        "who_may_send": "admins",
        "who_may_add": "members",
        "who_may_edit": "members",
        "who_may_pin": "admins",
        "slow_mode_seconds": 30,
        "history_visibility": "joined",
    }

    changed = await allow(ann, group_id, **chosen)

    assert changed.status == 200
    assert changed.data.items() >= chosen.items()
    assert (await of_bob.next())["data"]["group"] == changed.data
    for name, value in chosen.items():
        assert (await allow(bob, group_id, **{name: value})).code == "not_admin"
    assert (await allow(bob, group_id, name="Ours", who_may_add="admins")).code == "not_admin"
    assert (await bob.get("/messages/groups")).data == [changed.data]


@pytest.mark.parametrize(
    "wrong",
    [
        {"who_may_send": "nobody"},
        {"slow_mode_seconds": -1},
        {"slow_mode_seconds": 21_601},
        {"slow_mode_seconds": True},
        {"history_visibility": "shared"},
    ],
)
async def test_senseless_settings_are_refused(pinge, wrong):
    ann = await pinge.person("ann")

    assert (await allow(ann, await ann.group(), **wrong)).code == "invalid"


async def test_where_only_admins_write_members_read_and_change_nothing_they_said(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    said = (await bob.write_group(group_id, "hello")).data
    await allow(ann, group_id, who_may_send="admins")
    of_bob = await bob.live()

    message = {"client_id": said["group_id"], "group_id": group_id, "content": "x"}
    over_socket = await of_bob.ask("send_message", message)
    edit = {"content": "hello!", "base_rev": said["rev"]}

    assert over_socket["data"]["code"] == "only_admins"
    assert (await bob.write_group(group_id, "x")).code == "only_admins"
    assert (await bob.patch(f"/messages/{said['message_id']}", edit)).code == "only_admins"
    assert (await ann.write_group(group_id, "read this")).status == 200
    assert (await bob.delete(f"/messages/{said['message_id']}")).status == 200


async def test_in_slow_mode_members_wait_after_each_message_and_admins_do_not(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob, eve)
    await allow(ann, group_id, slow_mode_seconds=60)
    assert (await bob.write_group(group_id, "one")).status == 200

    refused = await bob.write_group(group_id, "two")

    assert (refused.status, refused.code) == (429, "too_soon")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert (await eve.write_group(group_id, "mine")).status == 200
    for text in ("three", "four"):
        assert (await ann.write_group(group_id, text)).status == 200
    await bob.post(f"/messages/groups/{group_id}/leave")
    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})
    assert (await bob.write_group(group_id, "back")).code == "too_soon"
    await allow(ann, group_id, slow_mode_seconds=0)
    assert (await bob.write_group(group_id, "at last")).status == 200


async def test_members_add_and_describe_where_they_may_and_remove_nobody(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    path = f"/messages/groups/{group_id}"
    newcomers = {"user_ids": [eve.user_id]}
    assert (await bob.post(f"{path}/members", newcomers)).code == "not_admin"
    assert (await bob.patch(path, {"name": "Ours"})).code == "not_admin"

    await allow(ann, group_id, who_may_add="members", who_may_edit="members")

    assert (await bob.post(f"{path}/members", newcomers)).data["added_members"] == ["eve"]
    assert (await bob.patch(path, {"name": "Ours"})).data["name"] == "Ours"
    assert (await bob.patch(path, {})).code == "bad_request"
    assert (await bob.delete(f"{path}/avatar")).status == 200
    assert (await bob.delete(f"{path}/members/{eve.user_id}")).code == "not_admin"


async def test_who_was_skipped_is_told_to_who_makes_a_group(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    await eve.patch("/settings", {"who_may_add": "contacts"})
    unknown = ["019a0000-0000-7000-8000-00000000ffff", "nonsense", None, 7]
    named = [bob.user_id, ann.user_id, eve.user_id, *unknown]

    made = await ann.post("/messages/groups", {"name": "Friends", "members": named})

    assert made.data["invalid_users"] == unknown
    assert made.data["not_allowed"] == [eve.user_id]
