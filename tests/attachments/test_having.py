"""Who gets a file, which part of it, and as what."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from pinge.attachments import links
from tests.attachments.files import add, begin, get, upload
from tests.media.pictures import opened, picture

TEN = b"0123456789"


async def sent(sender, receiver, content, name="notes.txt"):
    """The path of a file that somebody sent to somebody, and the message."""
    file = await upload(sender, content, name)
    message = await sender.write(receiver, "", attachment_ids=[file["attachment_id"]])
    assert message.status == 201, message.body
    return f"/attachments/{file['attachment_id']}", message.data


async def test_who_leaves_loses_the_files_and_who_comes_gets_them(pinge):
    ann, bob, eve = await pinge.people("ann", "bob", "eve")
    group_id = await ann.group(bob)
    file = (await upload(ann, TEN))["attachment_id"]
    await ann.write_group(group_id, "", attachment_ids=[file])
    path, members = f"/attachments/{file}", f"/messages/groups/{group_id}/members"

    before = [(await get(one, path)).status for one in (bob, eve)]
    link = (await bob.post(f"{path}/link")).data["url"]
    await ann.delete(f"{members}/{bob.user_id}")
    await ann.post(members, {"user_ids": [eve.user_id]})
    after = [(await get(one, path)).status for one in (bob, eve)]

    assert (before, after) == ([200, 404], [404, 200])
    assert (await get(bob, link)).status == 404
    assert (
        await get(bob, path, If_None_Match=(await get(eve, path)).headers["ETag"])
    ).status == 404


async def test_who_sent_a_file_and_left_has_it_no_more(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await bob.group(ann)
    file = (await upload(ann, TEN))["attachment_id"]
    await ann.write_group(group_id, "", attachment_ids=[file])

    await ann.post(f"/messages/groups/{group_id}/leave")

    assert (await get(ann, f"/attachments/{file}")).status == 404
    assert (await get(bob, f"/attachments/{file}")).status == 200


async def test_a_deleted_message_takes_its_files_along(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    path, message = await sent(ann, bob, TEN)

    await ann.delete(f"/messages/{message['message_id']}?scope=everyone")

    assert [(await get(one, path)).status for one in (ann, bob)] == [404, 404]


async def test_a_message_deleted_for_oneself_takes_them_from_oneself(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    path, message = await sent(ann, bob, TEN)

    await bob.delete(f"/messages/{message['message_id']}?scope=me")

    assert [(await get(one, path)).status for one in (ann, bob)] == [200, 404]


async def test_a_deleted_group_takes_its_files_along(pinge):
    ann, bob = await pinge.people("ann", "bob")
    group_id = await ann.group(bob)
    file = (await upload(ann, TEN))["attachment_id"]
    await ann.write_group(group_id, "", attachment_ids=[file])

    await ann.delete(f"/messages/groups/{group_id}")

    assert [(await get(one, f"/attachments/{file}")).status for one in (ann, bob)] == [404, 404]


async def test_former_contacts_keep_what_they_sent_each_other(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    path, _ = await sent(ann, bob, TEN)

    await ann.delete(f"/contacts/{bob.user_id}")

    assert (await get(bob, path)).content == TEN


@pytest.mark.parametrize(
    ("asked", "status", "content", "part"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-30", 206, TEN, "bytes 0-9/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("BYTES=0-0", 206, b"0", "bytes 0-0/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=10-20", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=3-2", 200, TEN, None),
        ("bytes=0-1,4-5", 200, TEN, None),
        ("bytes=-", 200, TEN, None),
        ("bytes=a-b", 200, TEN, None),
        ("bytes=\u0661-", 200, TEN, None),
        ("bytes=0-" + "9" * 40, 200, TEN, None),
        ("chapters=1-2", 200, TEN, None),
        ("", 200, TEN, None),
    ],
)
async def test_a_part_of_a_file_is_had_by_range(pinge, asked, status, content, part):
    ann = await pinge.person("ann")
    path = f"/attachments/{(await upload(ann, TEN))['attachment_id']}"

    got = await get(ann, path, Range=asked)
    head = await get(ann, path, "HEAD", Range=asked)

    assert (got.status, head.status, got.headers.get("Content-Range")) == (status, status, part)
    assert content is None or got.content == content
    assert head.headers.get("Content-Length") == got.headers["Content-Length"]
    assert got.headers.get("Accept-Ranges", "bytes") == "bytes"


async def test_nothing_of_an_empty_file_is_a_part(pinge):
    ann = await pinge.person("ann")
    path = f"/attachments/{(await upload(ann, b''))['attachment_id']}"

    assert (await get(ann, path, Range="bytes=0-")).status == 416


async def test_a_part_of_another_version_is_the_whole_file(pinge):
    ann = await pinge.person("ann")
    path = f"/attachments/{(await upload(ann, TEN))['attachment_id']}"
    etag = (await get(ann, path)).headers["ETag"]

    same = await get(ann, path, Range="bytes=0-3", If_Range=etag)
    other = await get(ann, path, Range="bytes=0-3", If_Range='"another"')

    assert (same.status, other.status) == (206, 200)


async def test_who_has_it_already_is_told_so(pinge):
    ann = await pinge.person("ann")
    path = f"/attachments/{(await upload(ann, picture(), 'x.jpeg'))['attachment_id']}"

    for of in (path, f"{path}/thumbnail"):
        first = await get(ann, of)
        again = await get(ann, of, If_None_Match=f'"x", {first.headers["ETag"]}')
        other = await get(ann, of, If_None_Match='"x"')

        assert (again.status, again.content) == (304, b"")
        assert len(first.headers["X-Request-ID"]) == 36
        assert again.headers["ETag"] == first.headers["ETag"]
        assert (other.status, other.content) == (200, first.content)
        assert first.headers["Cache-Control"] == "private, no-cache"


async def test_a_large_file_comes_whole(pinge):
    ann = await pinge.person("ann")
    content = bytes(range(251)) * 20_000
    attachment_id = await begin(ann, len(content))
    await add(ann, attachment_id, 0, BytesIO(content))

    got = await get(ann, f"/attachments/{attachment_id}", Range="bytes=1-")

    assert got.content == content[1:]


async def test_a_picture_has_smaller_ones(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    path, message = await sent(ann, bob, picture(1600, 1200), "x.jpeg")
    [described] = message["attachments"]

    small, large = [await get(bob, f"{path}/thumbnail{query}") for query in ("", "?size=1280")]

    assert (described["width"], described["height"]) == (1600, 1200)
    assert described["placeholder"]
    assert opened(small.content).size == (320, 240)
    assert opened(large.content).size == (1280, 960)
    assert small.headers["Content-Type"] == "image/webp"
    assert (await bob.get(f"{path}/thumbnail?size=64")).status == 422


async def test_what_is_no_picture_has_none(pinge):
    ann = await pinge.person("ann")
    path = f"/attachments/{(await upload(ann, TEN))['attachment_id']}"

    refused = await ann.get(f"{path}/thumbnail")

    assert (refused.status, refused.code) == (404, "not_found")
    assert (await ann.post(f"{path}/link")).data["thumbnail_url"] is None


async def test_a_link_is_good_for_a_minute_for_whoever_has_it(pinge, monkeypatch):
    ann, bob = await pinge.friends("ann", "bob")
    path, _ = await sent(ann, bob, picture(), "x.jpeg")
    link = (await bob.post(f"{path}/link")).data

    shown = await pinge.call("GET", link["url"], headers={"Range": "bytes=0-1"})
    small = await pinge.call("HEAD", link["thumbnail_url"])
    monkeypatch.setattr(links, "LIFETIME", timedelta(seconds=-60))
    late = (await bob.post(f"{path}/link")).data["url"]

    assert (shown.status, small.status, link["expires_in"]) == (206, 200, 60)
    assert (await pinge.call("GET", late)).status == 404


async def test_a_link_is_for_one_file_and_one_session(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    path, _ = await sent(ann, bob, TEN)
    other, _ = await sent(ann, bob, TEN)
    link = (await bob.post(f"{path}/link")).data["url"]
    token = link.partition("link=")[2]

    assert (await pinge.call("GET", f"{other}/linked?link={token}")).status == 404
    assert (await pinge.call("GET", f"{path}/linked?link={token}x")).status == 404
    assert (await pinge.call("GET", f"{path}/linked?link={bob.token}")).status == 404
    assert (await pinge.call("GET", f"{path}/linked")).status == 404
    stolen = await pinge.call("GET", path, headers={"Authorization": f"Bearer {token}"})
    assert stolen.status == 401
    await bob.post("/authentication/logout")
    assert (await pinge.call("GET", link)).status == 404
