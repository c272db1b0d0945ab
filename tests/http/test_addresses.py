"""Where a request comes from, as far as proxies may be believed."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests import raw
from tests.accounts.forms import ANN, log_in, register
from tests.people import Pinge

PROXY = "203.0.113.9"
CLIENT = "198.51.100.7"


@pytest.fixture
async def behind(settings, database):
    """A Pinge behind a proxy on this machine, which is behind another one."""
    trusted = (ip_network("127.0.0.0/8"), ip_network("203.0.113.0/24"), ip_network("fd00::/8"))
    async with Pinge.running(replace(settings, trusted_proxies=trusted), database) as running:
        yield running


async def address(pinge, db, forwarded=None):
    """The address that a login is kept with."""
    await register(pinge)
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert (await log_in(pinge, headers=headers)).status == 200
    return await db.fetchval("SELECT ip_address FROM sessions")


async def test_nobody_is_believed_who_is_no_proxy(pinge, db):
    assert await address(pinge, db, CLIENT) == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        *((None, "127.0.0.1"), ("", "127.0.0.1"), (CLIENT, CLIENT), (f" {CLIENT} ", CLIENT)),
        *((f"1.1.1.1, {CLIENT}", CLIENT), (f"{CLIENT}, {PROXY}", CLIENT), (PROXY, PROXY)),
        *((f"nonsense, {CLIENT}, {PROXY}", CLIENT), ("nonsense", "127.0.0.1")),
        *((f"{CLIENT}, nonsense", "127.0.0.1"), (f"{CLIENT},, {PROXY}", PROXY)),
        *(("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), (f"::ffff:{CLIENT}", CLIENT)),
        *((f"2001:db8::1, ::ffff:{PROXY}", "2001:db8::"), ("2001:db8::1, fd00::1", "2001:db8::")),
        *(("'; DROP TABLE users", "127.0.0.1"), ("1.1.1.1" * 500, "127.0.0.1")),
        *(("\u0661.1.1.1", "127.0.0.1"), ("127.0.0.1", "127.0.0.1"), ("fe80::1%eth0", "fe80::")),
    ],
)
async def test_the_nearest_that_is_no_proxy_is_the_client(behind, db, forwarded, seen):
    assert await address(behind, db, forwarded) == seen


async def test_a_header_line_that_the_client_wrote_itself_is_not_believed(behind, db):
    await register(behind)
    form = f"username={ANN['email']}&password={ANN['password'].replace(' ', '+')}".encode()
    kind = "Content-Type: application/x-www-form-urlencoded"
    lines = ("X-Forwarded-For: 1.1.1.1", f"X-Forwarded-For: {CLIENT}")

    answer = await raw.send(
        behind, raw.request("POST", "/authentication/login", kind, *lines, body=form)
    )

    assert answer.status == 200
    assert await db.fetchval("SELECT ip_address FROM sessions") == CLIENT


async def test_a_made_up_address_opens_no_new_purse(settings, database):
    async with Pinge.running(replace(settings, rate_limits=True), database) as pinge:
        made = [
            await pinge.call(
                "POST",
                "/authentication/register_user",
                json=ANN | {"email": f"{n}@pinge.example"},
                headers={"X-Forwarded-For": f"198.51.100.{n}"},
            )
            for n in range(6)
        ]

    assert [answer.status for answer in made] == [201] * 5 + [429]


async def test_behind_a_proxy_everybody_has_a_purse_of_their_own(settings, database):
    limited = replace(settings, rate_limits=True, trusted_proxies=(ip_network("127.0.0.0/8"),))
    async with Pinge.running(limited, database) as pinge:

        async def statuses(*addresses):
            return [
                (
                    await pinge.call(
                        "POST",
                        "/authentication/register_user",
                        json=ANN | {"email": "nonsense"},
                        headers={"X-Forwarded-For": address},
                    )
                ).status
                for address in addresses
            ]

        assert await statuses(*[f"1.1.1.1, {CLIENT}"] * 6) == [406] * 5 + [429]
        assert await statuses("198.51.100.8") == [406]
        neighbours = [f"2001:db8:1:2:{n}::1" for n in range(6)]
        assert await statuses(*neighbours) == [406] * 5 + [429]
        assert await statuses("2001:db8:1:3::1") == [406]
