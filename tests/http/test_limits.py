"""How often one person, or one address, may do a thing."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
from limits import parse

from pinge.http import attempts
from tests.accounts.forms import ANN, log_in, register
from tests.people import Pinge


@pytest.fixture
def settings(settings):
    return replace(settings, rate_limits=True)


def refused(answer):
    """Whether this is a refusal that says when to come back."""
    if answer.status != 429:
        return False
    assert answer.code == "rate_limited"
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.body["retry_after"] >= 1
    return True


async def test_health_says_that_limits_are_on(pinge):
    assert (await pinge.call("GET", "/health")).data["rate_limits"] == "on"


async def test_each_limit_can_be_another(settings, database):
    limits = {**settings.limits, "register": parse("1 per hour")}
    async with Pinge.running(replace(settings, limits=limits), database) as strict:
        await register(strict)
        assert refused(await register(strict, email="ben@pinge.example"))


async def test_after_five_wrong_passwords_the_right_one_has_to_wait_too(pinge):
    await register(pinge)

    wrong = [await log_in(pinge, password="Wrong horse 7") for _ in range(5)]

    assert [answer.status for answer in wrong] == [401] * 5
    assert refused(await log_in(pinge, password="Wrong horse 7"))
    assert refused(await log_in(pinge))


async def test_many_guesses_at_once_are_five_guesses(pinge):
    await register(pinge)
    guesses = [log_in(pinge, password=f"Wrong horse {n}") for n in range(12)]

    told = Counter(answer.status for answer in await asyncio.gather(*guesses))

    assert refused(await log_in(pinge))
    assert set(told) <= {401, 429}


async def test_a_locked_account_locks_no_other_and_no_session(pinge):
    ann, bob = await pinge.people("ann", "bob")
    for _ in range(6):
        locked = await log_in(pinge, ann.email, "Wrong horse 7")

    assert refused(locked)
    assert (await log_in(pinge, bob.email)).status == 200
    assert (await ann.get("/authentication/me")).status == 200
    await ann.plain()


async def test_the_lock_is_on_the_address_however_it_is_spelled(pinge):
    await register(pinge)
    for _ in range(5):
        await log_in(pinge, "ann@PINGE.Example", "Wrong horse 7")

    assert refused(await log_in(pinge))


async def test_right_passwords_are_not_counted(pinge):
    await register(pinge)

    assert {(await log_in(pinge)).status for _ in range(8)} == {200}


async def test_one_address_may_fail_twenty_times_over_all_accounts(pinge):
    await register(pinge)
    for n in range(20):
        assert (await log_in(pinge, f"nobody{n}@pinge.example", "x")).status == 401

    assert refused(await log_in(pinge, "nobody20@pinge.example", "x"))
    assert refused(await log_in(pinge))


async def test_one_address_may_register_five_accounts_an_hour(pinge):
    made = [await register(pinge, email=f"{n}@pinge.example") for n in range(5)]

    assert [answer.status for answer in made] == [201] * 5
    late = await register(pinge)
    assert refused(late)
    assert late.body["retry_after"] > 3000


async def test_tries_to_register_count_whether_they_succeed_or_not(pinge):
    for _ in range(5):
        assert (await register(pinge, email="nonsense")).status == 406

    assert refused(await register(pinge))


async def test_messages_come_in_bursts_and_then_slowly(pinge):
    ann, bob = await pinge.friends("ann", "bob")

    sent = [await ann.write(bob, f"{n}") for n in range(40)]

    statuses = [answer.status for answer in sent]
    assert set(statuses) == {201, 429}
    assert statuses[:20] == [201] * 20
    assert statuses.count(201) < 35  # 5 a second come back
    assert refused(next(answer for answer in sent if answer.status == 429))


async def test_messages_to_groups_and_over_sockets_come_out_of_the_same_purse(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    group_id = await ann.group(bob)
    live = await ann.live()
    for n in range(20):
        assert (await ann.write(bob, f"{n}")).status == 201

    told = [await ann.write_group(group_id, f"{n}") for n in range(15)]
    said = await live.ask(
        "send_message",
        {
            "client_id": "019a0000-0000-7000-8000-000000000001",
            "receiver_id": bob.user_id,
            "content": "x",
        },
    )

    assert any(refused(answer) for answer in told)
    assert (said["event"], said["data"]["code"]) == ("error", "rate_limited")


async def test_one_persons_limit_is_not_anothers(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    while (await ann.write(bob, "x")).status == 201:
        pass

    assert (await bob.write(ann, "x")).status == 201


async def test_twenty_people_may_be_asked_an_hour(pinge):
    ann = await pinge.person("ann")

    asked = [
        await ann.post("/contacts/send-request", {"receiver_email": f"{n}@pinge.example"})
        for n in range(21)
    ]

    assert [answer.status for answer in asked[:20]] == [404] * 20
    assert refused(asked[20])


async def test_ten_groups_may_be_made_an_hour(pinge):
    ann = await pinge.person("ann")

    made = [await ann.post("/messages/groups", {"name": "x"}) for _ in range(11)]

    assert [answer.status for answer in made[:10]] == [201] * 10
    assert refused(made[10])


async def test_deleting_for_everyone_is_rarer_where_everyone_is_many(settings, database, db):
    limits = {**settings.limits, "deletions": parse("1 per hour")}
    async with Pinge.running(replace(settings, limits=limits), database) as strict:
        ann, bob = await strict.people("ann", "bob")
        groups = [await ann.group(bob) for _ in range(2)]
        said = [[(await ann.write_group(key, "x")).data for _ in range(2)] for key in groups]
        await db.execute("UPDATE conversations SET member_count = 101 WHERE name IS NOT NULL")

        deleted = [await ann.delete(f"/messages/{each[0]['message_id']}") for each in said]

        assert (deleted[0].status, refused(deleted[1])) == (200, True)
        again = f"/messages/{said[0][0]['message_id']}"
        assert (await ann.delete(again)).status == 200  # is nothing more to do
        own = f"/messages/{said[1][1]['message_id']}?scope=me"
        assert (await ann.delete(own)).status == 200


async def test_reading_is_not_limited(pinge):
    ann = await pinge.person("ann")

    assert {(await ann.get("/messages/unread/count")).status for _ in range(60)} == {200}


async def test_a_refusal_can_be_read_by_pages(pinge):
    ann = await pinge.person("ann")
    for _ in range(11):
        answer = await ann.post(
            "/messages/groups", {"name": "x"}, headers={"Origin": "http://localhost:3000"}
        )

    assert refused(answer)
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"


async def test_a_limit_counts_before_the_work_is_done(pinge, db):
    for n in range(8):
        await register(pinge, email=f"{n}@pinge.example")

    assert await db.fetchval("SELECT count(*) FROM users WHERE email <> $1", ANN["email"]) == 5


async def test_guesses_count_wherever_and_whenever_they_are_made(pinge, settings, database):
    await register(pinge)
    async with Pinge.running(settings, database) as other:
        for n in range(5):
            await log_in(other if n % 2 else pinge, password="Wrong horse 7")
        assert refused(await log_in(other))
    async with Pinge.running(settings, database) as restarted:
        assert refused(await log_in(restarted))


async def test_parallel_guesses_at_several_processes_are_five_guesses(pinge, settings, database):
    await register(pinge)
    async with Pinge.running(settings, database) as other:
        guesses = [log_in(at, password=f"Wrong {n}") for n in range(10) for at in (pinge, other)]
        told = Counter(answer.status for answer in await asyncio.gather(*guesses))

    assert told == {401: 5, 429: 15}


async def test_an_address_registers_no_more_often_at_two_processes(pinge, settings, database):
    async with Pinge.running(settings, database) as other:
        made = [
            await register(at, email=f"{n}{where}@pinge.example")
            for n in range(3)
            for where, at in enumerate((pinge, other))
        ]

    assert [answer.status for answer in made] == [201] * 5 + [429]


async def test_who_waited_may_try_as_often_again(pinge, db):
    await register(pinge)
    for _ in range(5):
        await log_in(pinge, password="Wrong horse 7")
    await db.execute(
        "UPDATE attempts SET made_at = ARRAY(SELECT unnest(made_at) - interval '15 minutes')"
    )

    wrong = [await log_in(pinge, password="Wrong horse 7") for _ in range(6)]

    assert [answer.status for answer in wrong] == [401] * 5 + [429]


async def test_whose_limit_is_kept_is_not_written_down(pinge, db):
    await register(pinge)
    await log_in(pinge, password="Wrong horse 7")

    kept = await db.fetch("SELECT a::text FROM attempts AS a")

    assert len(kept) == 3
    assert not any("ann" in row["a"] or "127.0.0.1" in row["a"] for row in kept)


async def test_what_no_limit_counts_any_more_is_deleted(pinge, db):
    await register(pinge)
    await log_in(pinge, password="Wrong horse 7")
    await db.execute("UPDATE attempts SET expires_at = now() WHERE limit_name <> 'register'")

    await attempts.forget_expired(pinge.app)

    assert await db.fetchval("SELECT array_agg(limit_name) FROM attempts") == ["register"]
