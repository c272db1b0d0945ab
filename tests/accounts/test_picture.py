"""One's own picture: told to one's devices, and to those one talks with."""

from __future__ import annotations

import asyncio
import gzip

from tests.media.pictures import picture
from tests.people import PATIENCE
from tests.raw import request, send

ME = "/authentication/me/avatar"


async def test_ones_devices_and_those_one_talks_with_hear_of_it(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    stranger = await pinge.person("eve")
    of_ann, of_bob, of_stranger = [await who.live() for who in (ann, bob, stranger)]

    avatar = (await ann.call("PUT", ME, data=picture())).data["avatar"]

    assert (await of_ann.next("profile_updated"))["data"]["avatar"] == avatar
    told = (await of_bob.next("member_updated"))["data"]
    assert (told["user_id"], told["avatar"]) == (ann.user_id, avatar)
    assert await of_stranger.heard_nothing()


async def test_the_same_picture_again_is_no_news(pinge):
    ann = await pinge.person("ann")
    first = await ann.call("PUT", ME, data=picture())
    listening = await ann.live()

    assert (await ann.call("PUT", ME, data=picture())).data == first.data
    assert await listening.heard_nothing()


async def test_a_new_contact_is_told_with_their_picture(pinge):
    ann, bob = await pinge.people("ann", "bob")
    pictures = {}
    for person, mode in ((ann, "RGB"), (bob, "L")):
        shown = await person.call("PUT", ME, data=picture(mode=mode))
        pictures[person] = shown.data["avatar"]
    of_ann, of_bob = await ann.live(), await bob.live()

    await ann.befriend(bob)

    accepted = (await of_ann.next("contact_request_accepted"))["data"]
    assert accepted["avatar"] == pictures[bob]
    assert (await of_bob.next("contact_added"))["data"]["avatar"] == pictures[ann]


async def test_a_compressed_body_is_refused(pinge):
    ann = await pinge.person("ann")
    headers = (f"Authorization: Bearer {ann.token}", "Content-Encoding: gzip")

    refused = await send(pinge, request("PUT", ME, *headers, body=gzip.compress(picture())))

    assert (refused.status, refused.code) == (415, "unsupported_media_type")


async def test_a_broken_form_is_refused(pinge):
    ann = await pinge.person("ann")
    kind = "Content-Type: multipart/form-data; boundary=x"
    bearer = f"Authorization: Bearer {ann.token}"
    for body in (b"--x\r\n\r\n", b"--y\r\n", b"--x", b"x"):
        refused = await send(pinge, request("PUT", ME, kind, bearer, body=body))

        assert (refused.status, refused.code) == (422, "invalid"), body


async def test_a_body_that_does_not_come_ends_by_itself(pinge, monkeypatch):
    monkeypatch.setattr("pinge.media.avatars.WITHIN", 0.2)
    ann = await pinge.person("ann")

    async def for_ever():
        yield picture()
        await asyncio.sleep(PATIENCE)

    stalled = await ann.call("PUT", ME, data=for_ever())

    assert (stalled.status, stalled.code) == (408, "request_timeout")
