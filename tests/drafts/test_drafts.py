"""A draft is on all of one's devices, one for each conversation, and nobody else's."""

from __future__ import annotations

from uuid import uuid4


async def opened(ann, bob):
    """Where the two talk."""
    return (await ann.write(bob, "Hello")).data["conversation_id"]


async def test_a_draft_is_heard_of_on_other_devices_and_by_nobody_else(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    key = await opened(ann, bob)
    phone, other = await ann.live(), await bob.live()

    saved = await ann.call("PUT", f"/conversations/{key}/draft", {"content": "I was thinking"})

    told = (await phone.next("draft_changed"))["data"]
    assert saved.data == {name: told[name] for name in saved.data}
    assert (told["conversation_id"], told["content"]) == (key, "I was thinking")
    assert await other.is_quiet(ann)
    assert (await bob.get("/drafts")).data == []


async def test_the_last_one_holds_and_an_empty_one_is_none(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    key = await opened(ann, bob)
    at = f"/conversations/{key}/draft"

    await ann.call("PUT", at, {"content": "first"})
    await ann.call("PUT", at, {"content": "second", "reply_to": str(uuid4())})
    drafts = (await ann.get("/drafts")).data
    assert [draft["content"] for draft in drafts] == ["second"]

    assert (await ann.delete(at)).status == 200
    assert (await ann.get("/drafts")).data == []
    assert (await ann.delete(at)).status == 200


async def test_who_left_has_no_draft_there_and_makes_none(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group = await ann.group(bob)
    at = f"/conversations/{group}/draft"
    await bob.call("PUT", at, {"content": "Before I go"})

    await bob.post(f"/messages/groups/{group}/leave")

    assert (await bob.get("/drafts")).data == []
    assert (await bob.call("PUT", at, {"content": "After"})).status == 403


async def test_a_draft_is_as_long_as_a_message_at_most(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    key = await opened(ann, bob)

    refused = await ann.call("PUT", f"/conversations/{key}/draft", {"content": "x" * 8001})

    assert (refused.status, list(refused.body["fields"])) == (422, ["content"])
