"""The overview: all one's conversations as a sidebar shows them."""

from __future__ import annotations

import pytest


@pytest.fixture
async def friends(pinge):
    return await pinge.friends("ann", "bob", "eve")


async def seen(person, query=""):
    """The overview, and its rows by id."""
    overview = (await person.get(f"/conversations{query}")).data
    return overview, {row["conversation_id"]: row for row in overview["conversations"]}


async def test_it_shows_who_and_what_with_the_last_words(friends):
    ann, bob, _ = friends
    await ann.write(bob, "One")
    said = (await bob.write(ann, "Two")).data

    overview, rows = await seen(ann)

    row = rows[said["conversation_id"]]
    assert (row["kind"], row["title"], row["contact_id"]) == ("direct", "bob", bob.user_id)
    assert (row["is_contact"], row["is_muted"], row["unread_count"]) == (True, False, 1)
    assert (row["seq"], row["rev"], row["read_seq"]) == (said["seq"], said["rev"], 0)
    last = row["last_message"]
    assert {key: last[key] for key in ("message_id", "content", "sent_at", "seq")} == {
        key: said[key] for key in ("message_id", "content", "sent_at", "seq")
    }
    assert (last["sender_name"], last["attachment_count"], last["deleted_at"]) == ("bob", 0, None)
    assert (overview["total_unread"], overview["total_group_unread"]) == (1, 0)


async def test_a_group_shows_its_name_and_one_without_words_is_there_too(friends):
    ann, bob, eve = friends
    group_id = await ann.group(bob, eve, name="Climbers")

    _, rows = await seen(bob)

    row = rows[group_id]
    assert (row["kind"], row["title"], row["contact_id"]) == ("group", "Climbers", None)
    assert (row["role"], row["member_count"], row["is_contact"]) == ("Member", 3, False)
    assert row["last_message"] is None


async def test_the_latest_active_comes_first_page_by_page(friends):
    ann, bob, eve = friends
    groups = [await ann.group(bob, name=f"Group {number}") for number in range(3)]
    await ann.write_group(groups[0], "Up again")
    await eve.write(ann, "And I")
    whole = [row["conversation_id"] for row in (await seen(ann))[0]["conversations"]]

    found, cursor = [], ""
    while cursor is not None:
        page, rows = await seen(ann, f"?limit=2&cursor={cursor}" if cursor else "?limit=2")
        assert len(rows) <= 2
        found += [row["conversation_id"] for row in page["conversations"]]
        cursor = page["next_cursor"]

    assert found == whole
    assert whole[1:4] == [groups[0], groups[2], groups[1]]
    assert len(whole) == 5  # with bob there was no word yet


async def test_only_what_one_is_in_is_shown(friends):
    ann, bob, eve = friends
    kept, left, ended = [await ann.group(bob, name=name) for name in ("Kept", "Left", "Ended")]
    await bob.post(f"/messages/groups/{left}/leave")
    await ann.delete(f"/messages/groups/{ended}")

    _, rows = await seen(bob)

    assert {row["title"] for row in rows.values()} == {"ann", "eve", "Kept"}
    assert kept in rows
    assert left not in (await seen(eve))[1]


async def test_a_former_contact_stays_readable(friends):
    ann, bob, _ = friends
    said = (await ann.write(bob, "Bye")).data
    await ann.delete(f"/contacts/{bob.user_id}")

    row = (await seen(ann))[1][said["conversation_id"]]

    assert (row["is_contact"], row["last_message"]["content"]) == (False, "Bye")


async def test_the_figures_are_those_of_the_unread_summary(friends):
    ann, bob, eve = friends
    group_id = await bob.group(ann, eve)
    for text in ("One", "Two"):
        await bob.write(ann, text)
        await eve.write_group(group_id, text)
    await ann.post(f"/messages/mark-read/contact/{bob.user_id}")
    await bob.write(ann, "Three")
    muted = {"muted_until": "2999-01-01T00:00:00Z"}
    assert (await ann.patch(f"/conversations/{group_id}/settings", muted)).status == 200

    overview, rows = await seen(ann, "?limit=1")
    summary = (await ann.get("/messages/unread/count")).data

    assert len(rows) == 1  # the sums are over all
    assert overview["total_unread"] == summary["total_unread"] == 1
    assert overview["total_group_unread"] == summary["total_group_unread"] == 2
    assert overview["total_muted_unread"] == 2
    assert (await seen(ann))[1][group_id]["is_muted"] is True


async def test_its_positions_are_where_a_device_resumes(friends):
    ann, bob, _ = friends
    await bob.write(ann, "Before")
    overview, rows = await seen(ann)
    known = {
        "epoch": overview["epoch"],
        "user_rev": overview["user_rev"],
        "conversations": {key: [row["seq"], row["rev"]] for key, row in rows.items()},
    }

    assert (await ann.post("/sync", known)).data["conversations"] == []
    await bob.write(ann, "After")
    [missed] = (await ann.post("/sync", known)).data["conversations"]

    assert [told["data"]["content"] for told in missed["changes"]] == ["After"]


async def test_an_edit_a_deletion_and_a_hiding_show_in_the_preview(friends):
    ann, bob, _ = friends
    first = (await ann.write(bob, "First")).data
    second = (await ann.write(bob, "Second")).data
    key = first["conversation_id"]

    await bob.delete(f"/messages/{second['message_id']}?scope=me")
    assert (await seen(bob))[1][key]["last_message"]["content"] == "First"
    assert (await seen(ann))[1][key]["last_message"]["content"] == "Second"

    edit = {"content": "Second, better", "base_rev": second["rev"]}
    assert (await ann.patch(f"/messages/{second['message_id']}", edit)).status == 200
    last = (await seen(ann))[1][key]["last_message"]
    assert (last["content"], last["edited_at"] is None) == ("Second, better", False)

    await ann.delete(f"/messages/{second['message_id']}")
    last = (await seen(ann))[1][key]["last_message"]
    assert (last["content"], last["deleted_at"] is None) == ("", False)
    assert (await seen(bob))[1][key]["unread_count"] == 1


async def test_a_long_message_is_cut_and_whoever_types_is_named(friends):
    ann, bob, _ = friends
    key = (await bob.write(ann, "x" * 8000)).data["conversation_id"]
    live = await ann.live()
    await bob.post(f"/conversations/{key}/typing", {"is_typing": True})
    await live.next("user_typing")

    row = (await seen(ann))[1][key]

    assert len(row["last_message"]["content"]) == 200
    assert row["typing"] == [bob.user_id]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=%FF%00"])
async def test_what_is_no_page_is_refused(friends, query):
    assert (await friends[0].get(f"/conversations?{query}")).status == 422


async def test_who_has_nobody_sees_nothing(pinge):
    overview, rows = await seen(await pinge.person("sid"))

    assert (rows, overview["total_unread"], overview["next_cursor"]) == ({}, 0, None)
