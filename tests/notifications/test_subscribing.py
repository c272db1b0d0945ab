"""Who is told: browsers that asked for it, for as long as their session lasts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinge.notifications import actions
from pinge.notifications.vapid import decoded
from tests.notifications.service import Browser
from tests.notifications.telling import settled, subscribe, until
from tests.people import Pinge


async def test_the_key_to_subscribe_with_is_made_once(pinge, settings, database):
    ann = await pinge.person("ann")
    async with Pinge.running(settings, database) as again:
        key = (await again.call("GET", "/push/key", headers=ann.bearer)).data["key"]

    assert (await ann.get("/push/key")).data["key"] == key
    assert len(decoded(key)) == 65
    assert (settings.home / "push_key").stat().st_mode & 0o077 == 0


async def test_a_device_is_listed_until_it_is_unsubscribed(pinge, service):
    ann = await pinge.person("ann")
    other = await ann.device()
    await subscribe(other, service)
    made = (await ann.post("/push/subscriptions", service.browser().subscription)).data

    mine, theirs = (await ann.get("/push/subscriptions")).data
    gone = await ann.delete(f"/push/subscriptions/{made['subscription_id']}")

    assert mine == made
    assert (mine["is_current"], theirs["is_current"], mine["host"]) == (True, False, "127.0.0.1")
    assert gone.status == 200
    assert [row["is_current"] for row in (await ann.get("/push/subscriptions")).data] == [False]


async def test_to_subscribe_twice_is_as_good_as_once(pinge, service):
    ann = await pinge.person("ann")
    browser = service.browser()

    first, second = [
        (await ann.post("/push/subscriptions", browser.subscription)).data for _ in range(2)
    ]

    assert first == second


async def test_a_browser_tells_whoever_is_logged_in_there_and_nobody_before_them(pinge, service):
    ann, ben, eve = await pinge.friends("ann", "ben", "eve")
    browser = await subscribe(ben, service)
    assert (await eve.post("/push/subscriptions", browser.subscription)).status == 201

    to_ben = await ann.write(ben, "For Ben alone")
    await ann.write(eve, "For Eve")

    assert (await service.next()).said["body"] == "For Eve"
    assert (await ben.get("/push/subscriptions")).data == []
    explained = await ben.get(f"/notifications/explain/{to_ben.data['message_id']}")
    assert explained.data["reason"] == "no_device"


async def test_what_is_subscribed_ends_with_its_session(pinge, service):
    ann, ben = await pinge.friends("ann", "ben")
    phone = await ben.device()
    await subscribe(phone, service)
    browser = await subscribe(ben, service)

    await phone.post("/authentication/logout")
    await ann.write(ben, "Hello")

    assert (await service.next()).browser is browser
    assert len((await ben.get("/push/subscriptions")).data) == 1


async def test_a_session_that_ends_while_a_push_waits_is_not_told(pinge, service, db, monkeypatch):
    monkeypatch.setattr("pinge.notifications.finding.GATHERED", 0.3)
    ann, ben = await pinge.friends("ann", "ben")
    phone = await ben.device()
    await subscribe(phone, service)
    browser = await subscribe(ben, service)

    sent = await ann.write(ben, "Hello")
    await until(db, "count(*) = 2 FROM pushes")
    await phone.post("/authentication/logout")

    assert (await service.next()).browser is browser
    assert len((await settled(ben, sent))["devices"]) == 1
    await until(db, "count(*) = 1 FROM push_subscriptions")


async def test_there_is_room_for_so_many_devices(pinge, service, monkeypatch):
    monkeypatch.setattr(actions, "MOST", 2)
    ann = await pinge.person("ann")
    await subscribe(ann, service)
    last = await subscribe(ann, service)

    one_more = await ann.post("/push/subscriptions", service.browser().subscription)
    again = await (await ann.device()).post("/push/subscriptions", last.subscription)

    assert (one_more.status, one_more.code) == (409, "too_many_subscriptions")
    assert again.status == 201
    assert len((await ann.get("/push/subscriptions")).data) == 2


@pytest.mark.parametrize(
    "endpoint",
    ["https://push.example.org/1", "https://localhost/1", "ftp://127.0.0.1/1", "127.0.0.1"],
)
async def test_only_hosts_that_are_named_are_pushed_to(pinge, endpoint):
    ann = await pinge.person("ann")

    refused = await ann.post("/push/subscriptions", Browser(endpoint).subscription)

    assert (refused.status, refused.code) == (400, "bad_request")


async def test_a_named_host_that_leads_inside_is_not_reached(settings, database, service):
    settings = replace(settings, outbound_networks=(), push_hosts=("localhost",))
    async with Pinge.running(settings, database) as pinge:
        ann = await pinge.person("ann")
        inside = service.browser().endpoint.replace("http://127.0.0.1", "https://localhost")
        assert (await ann.post("/push/subscriptions", Browser(inside).subscription)).status == 201

        [tried] = (await ann.post("/push/test")).data

    assert (tried["outcome"], tried["status"]) == ("later", None)
    assert service.pushes.empty()


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"p256dh": "short"},
        {"p256dh": "A" * 87},
        {"p256dh": "*" * 87},
        {"auth": "A" * 21},
        {"auth": "é" * 22},
    ],
)
async def test_what_nothing_can_be_encrypted_with_is_refused(pinge, service, keys):
    ann = await pinge.person("ann")
    subscription = service.browser().subscription
    subscription["keys"] = {**subscription["keys"], **keys} if keys else keys

    refused = await ann.post("/push/subscriptions", subscription)

    assert (refused.status, refused.code) == (422, "invalid")


async def test_a_dump_of_the_database_gives_no_address_and_no_key_away(pinge, service, db):
    ann = await pinge.person("ann")
    browser = await subscribe(ann, service)

    [row] = await db.fetch("SELECT * FROM push_subscriptions")

    stored = b" ".join(value for value in row.values() if isinstance(value, bytes))
    for secret in (browser.endpoint.encode(), browser.secret, browser.subscription["keys"]["auth"]):
        raw = secret if isinstance(secret, bytes) else secret.encode()
        assert raw not in stored


async def test_a_test_says_what_each_push_service_made_of_it(pinge, service):
    ann = await pinge.person("ann")
    browser = await subscribe(ann, service)

    [tried] = (await ann.post("/push/test")).data

    push = await service.next()
    assert (push.browser, push.said["type"]) == (browser, "test")
    assert (tried["outcome"], tried["status"], tried["host"]) == ("taken", 201, "127.0.0.1")


async def test_where_push_is_off_there_is_nothing_to_subscribe_with(settings, database):
    async with Pinge.running(replace(settings, push_hosts=()), database) as pinge:
        ann = await pinge.person("ann")
        browser = Browser("http://127.0.0.1/push/0")

        key = await ann.get("/push/key")
        subscribed = await ann.post("/push/subscriptions", browser.subscription)

    assert (key.status, key.code) == (503, "push_off")
    assert (subscribed.status, subscribed.code) == (503, "push_off")
