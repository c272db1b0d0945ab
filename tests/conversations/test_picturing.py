"""The picture of a group: who may change it, and who hears of it."""

from __future__ import annotations

import pytest

from tests.media.pictures import picture

UNKNOWN = "019a0000-0000-7000-8000-00000000ffff"


def at(group_id):
    return f"/messages/groups/{group_id}/avatar"


async def show(person, group_id, content=None):
    return await person.call("PUT", at(group_id), data=content or picture())


async def test_an_admin_gives_the_group_a_picture_and_takes_it_away(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    [before] = (await bob.get("/messages/groups")).data

    shown = await show(ann, group_id)

    assert shown.status == 200
    assert shown.data == {**before, "avatar": shown.data["avatar"]}
    assert (await bob.get("/messages/groups")).data == [shown.data]
    renamed = await ann.patch(f"/messages/groups/{group_id}", {"name": "Crew"})
    assert renamed.data["avatar"] == shown.data["avatar"]
    assert (await ann.delete(at(group_id))).data == {**renamed.data, "avatar": None}


async def test_every_member_hears_of_it_in_its_place(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    listening, outside = await bob.live(), await eve.live()

    avatar = (await show(ann, group_id)).data["avatar"]
    await ann.delete(at(group_id))

    told = [(await listening.next("group_updated"))["data"] for _ in range(2)]
    assert [one["group"]["avatar"] for one in told] == [avatar, None]
    assert [one["rev"] for one in told] == [2, 3]
    assert await outside.heard_nothing()


async def test_who_comes_in_sees_it(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group()
    avatar = (await show(ann, group_id)).data["avatar"]
    await bob.call("PUT", "/authentication/me/avatar", data=picture(mode="L"))
    of_ann, of_bob = await ann.live(), await bob.live()

    await ann.post(f"/messages/groups/{group_id}/members", {"user_ids": [bob.user_id]})

    assert (await of_bob.next("group_joined"))["data"]["group"]["avatar"] == avatar
    [member] = (await of_ann.next("members_added"))["data"]["members"]
    assert member["avatar"] not in (None, avatar)


async def test_the_same_picture_again_is_no_news(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    await show(ann, group_id)
    listening = await bob.live()

    assert (await show(ann, group_id)).status == 200

    assert await listening.heard_nothing()


@pytest.mark.parametrize("content", [None, b"no picture"])
async def test_others_are_refused_whatever_they_send(pinge, content):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)

    for person, code in ((bob, "not_admin"), (eve, "not_member")):
        refused = await show(person, group_id, content)
        assert (refused.status, refused.code) == (403, code)
        assert (await person.delete(at(group_id))).code == code
    assert (await show(ann, UNKNOWN, content)).code == "not_member"
    assert (await show(ann, "x", content)).code == "malformed_id"


async def test_a_direct_conversation_has_no_picture(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    conversation_id = (await ann.write(bob, "hello")).data["conversation_id"]

    refused = await show(ann, conversation_id)

    assert (refused.status, refused.code) == (403, "not_member")


async def test_what_is_no_picture_leaves_the_one_there_is(pinge):
    ann = await pinge.person("ann")
    group_id = await ann.group()
    avatar = (await show(ann, group_id)).data["avatar"]

    refused = await show(ann, group_id, b"no picture")

    assert (refused.status, refused.code) == (415, "unsupported_media_type")
    [group] = (await ann.get("/messages/groups")).data
    assert group["avatar"] == avatar
