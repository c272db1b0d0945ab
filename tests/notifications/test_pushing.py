"""A message reaches who is at no device: what the push says, how it goes, and what may not go."""

from __future__ import annotations

import time

from pinge.http.outbound import LARGEST_ANSWER
from tests.notifications.telling import explained, settled, subscribe


async def test_a_push_says_what_was_said_and_only_the_browser_can_read_it(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    browser = await subscribe(ben, service)

    sent = await ann.write(ben, "Are you there?")

    push = await service.next()
    assert push.browser is browser
    assert push.said == {
        "type": "message",
        "conversation_id": sent.data["conversation_id"],
        "message_id": sent.data["message_id"],
        "seq": sent.data["seq"],
        "sender_id": ann.user_id,
        "sender_name": "ann",
        "title": "ann",
        "body": "Are you there?",
        "attachment_count": 0,
        "is_mention": False,
        "unread_count": 1,
        "sent_at": sent.data["sent_at"],
    }


async def test_a_push_proves_who_sends_it_and_says_how_long_it_is_news(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)

    await ann.write(ben, "Hello")

    push = await service.next()
    assert push.headers["Content-Encoding"] == "aes128gcm"
    assert 800 < int(push.headers["TTL"]) <= 900
    assert push.headers["Urgency"] == "high"
    assert len(push.headers["Topic"]) == 32
    key = (await ben.get("/push/key")).data["key"]
    assert (push.claims["k"], push.claims["sub"]) == (key, "mailto:pinge@localhost")
    assert time.time() < push.claims["exp"] < time.time() + 24 * 3600


async def test_what_follows_in_a_conversation_takes_the_place_of_what_came_before(pinge, service):
    ann, ben, eve = await pinge.friends("ann", "ben", "eve")
    await subscribe(ben, service)

    topics = []
    for sender in (ann, ann, eve):
        await sender.write(ben, "Hello")
        topics.append((await service.next()).headers["Topic"])

    assert topics[0] == topics[1] != topics[2]


async def test_pushes_are_of_one_length_so_that_it_tells_nothing(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)

    sizes = set()
    for text in ("No", "N" * 150):
        await ann.write(ben, text)
        sizes.add((await service.next()).size)

    assert len(sizes) == 1


async def test_no_text_goes_where_previews_are_off(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    await ben.patch("/settings", {"shows_previews": False})

    await ann.write(ben, "Between us")

    push = await service.next()
    assert (push.said["body"], push.said["title"]) == (None, "ann")


async def test_of_a_long_message_the_beginning_goes(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)

    await ann.write(ben, "\N{PILE OF POO}" * 8000)

    push = await service.next()
    assert push.said["body"] == "\N{PILE OF POO}" * 200
    assert push.size < 3 * 1024 < LARGEST_ANSWER


async def test_each_device_is_told_and_its_sender_is_not(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    browsers = {await subscribe(ben, service), await subscribe(await ben.device(), service)}
    await subscribe(ann, service)

    sent = await ann.write(ben, "Hello")

    assert {(await service.next()).browser, (await service.next()).browser} == browsers
    assert (await explained(ann, sent))["reason"] == "own"


async def test_a_group_is_named_and_a_mention_breaks_through(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)
    await ben.patch("/settings", {"group_notifications": "mentions"})
    group_id = await ann.group(ben, name="Climbing")

    plain = await ann.write_group(group_id, "Anybody?")
    why_not = await settled(ben, plain)
    await ann.write_group(group_id, "@ben, are you coming?")

    push = await service.next()
    assert (why_not["is_notified"], why_not["reason"]) == (False, "not_mentioned")
    assert (push.said["title"], push.said["sender_name"]) == ("Climbing", "ann")
    assert (push.said["is_mention"], push.said["unread_count"]) == (True, 2)


async def test_a_burst_is_one_push_that_tells_the_newest(pinge, service, monkeypatch):
    monkeypatch.setattr("pinge.notifications.finding.GATHERED", 0.3)
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)

    sent = [await ann.write(ben, f"{number}!") for number in range(3)]

    push = await service.next()
    assert (push.said["body"], push.said["unread_count"]) == ("2!", 3)
    first = await settled(ben, sent[0])
    assert (first["is_notified"], first["devices"][0]["judged_seq"]) == (True, 3)


async def test_what_is_edited_before_it_goes_goes_as_it_is_now(pinge, service, monkeypatch):
    monkeypatch.setattr("pinge.notifications.finding.GATHERED", 0.3)
    ann, ben = await pinge.friends("ann", "ben")
    await subscribe(ben, service)

    sent = await ann.write(ben, "Helo")
    edit = {"content": "Hello", "base_rev": sent.data["rev"]}
    await ann.patch(f"/messages/{sent.data['message_id']}", edit)

    assert (await service.next()).said["body"] == "Hello"
