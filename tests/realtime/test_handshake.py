"""Who may open a socket, and how they say who they are."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import WSServerHandshakeError

import pinge as package
from pinge.realtime import tickets
from tests import raw

FORGED = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo"


async def refusal(pinge, path="/ws", **options):
    """The status with which a handshake is refused."""
    with pytest.raises(WSServerHandshakeError) as refused:
        await pinge.socket(None, path, **options)
    return refused.value.status


async def ticket_of(person):
    answer = await person.post("/ws/ticket")
    assert answer.status == 201
    return answer.data["ticket"]


async def test_the_token_may_come_in_a_header(pinge):
    ann, bob = await pinge.friends("ann", "bob")

    socket = await pinge.socket(ann, "/ws", headers=ann.bearer)

    assert await socket.is_quiet(bob)


async def test_the_token_may_come_as_a_subprotocol(pinge):
    ann = await pinge.person("ann")

    socket = await pinge.socket(ann, "/ws", protocols=("pinge.v1", f"bearer.{ann.token}"))

    assert socket.ws.protocol == "pinge.v1"
    assert (await socket.next())["data"]["user_id"] == ann.user_id


async def test_the_token_may_come_as_a_ticket(pinge):
    ann = await pinge.person("ann")

    path = f"/ws?ticket={await ticket_of(ann)}"
    socket = await pinge.socket(ann, path, protocols=("pinge.v1",))

    assert (await socket.next())["data"]["user_id"] == ann.user_id


async def test_the_token_may_come_in_the_address_as_old_clients_send_it(pinge):
    ann, bob = await pinge.friends("ann", "bob")

    assert await (await pinge.socket(ann, f"/ws?token={ann.token}")).is_quiet(bob)


async def test_the_header_counts_before_the_rest(pinge):
    ann, bob = await pinge.people("ann", "bob")

    socket = await pinge.socket(
        ann, f"/ws?token={bob.token}", headers=ann.bearer, protocols=("pinge.v1",)
    )

    assert (await socket.next())["data"]["user_id"] == ann.user_id
    wrong = {"Authorization": "Bearer x"}
    assert await refusal(pinge, f"/ws?token={bob.token}", headers=wrong) == 401


async def test_the_new_dialect_begins_with_a_hello(pinge):
    ann = await pinge.person("ann")

    socket = await pinge.socket(ann, "/ws", headers=ann.bearer, protocols=("pinge.v1",))
    hello = await socket.next()

    assert hello["event"] == "hello"
    said = hello["data"]
    assert set(said) >= {"epoch", "user_id", "session_id", "heartbeat_seconds", "version", "limits"}
    assert said["version"] == package.__version__
    assert all(isinstance(limit, int | float) for limit in said["limits"].values())


async def test_the_old_dialect_begins_with_silence(pinge):
    ann, bob = await pinge.friends("ann", "bob")

    assert await (await ann.plain()).is_quiet(bob)


async def test_two_sockets_of_a_session_share_its_name_and_the_epoch(pinge):
    ann = await pinge.person("ann")
    options = {"headers": ann.bearer, "protocols": ("pinge.v1",)}

    one, two = [(await (await pinge.socket(ann, "/ws", **options)).next()) for _ in range(2)]

    assert one == two


async def test_a_ticket_opens_one_socket(pinge):
    ann = await pinge.person("ann")
    ticket = await ticket_of(ann)

    await pinge.socket(ann, f"/ws?ticket={ticket}")

    assert await refusal(pinge, f"/ws?ticket={ticket}") == 401


async def test_of_many_who_use_a_ticket_at_once_one_gets_in(pinge):
    ann = await pinge.person("ann")
    path = f"/ws?ticket={await ticket_of(ann)}"

    opened = await asyncio.gather(
        *(pinge.socket(ann, path) for _ in range(8)), return_exceptions=True
    )

    refused = [one for one in opened if isinstance(one, WSServerHandshakeError)]
    assert [one.status for one in refused] == [401] * 7


async def test_a_ticket_runs_out(pinge, db):
    ann = await pinge.person("ann")
    answer = await ann.post("/ws/ticket")
    assert answer.data["expires_in"] == 30

    await db.execute("UPDATE tickets SET expires_at = now() - interval '1 second'")

    assert await refusal(pinge, f"/ws?ticket={answer.data['ticket']}") == 401


async def test_tickets_that_ran_out_are_cleared_away(pinge, db):
    ann = await pinge.person("ann")
    await ticket_of(ann)
    await db.execute("UPDATE tickets SET expires_at = now() - interval '1 second'")

    await ticket_of(ann)

    await tickets.clear_away(pinge.app)

    assert await db.fetchval("SELECT count(*) FROM tickets") == 1


async def test_the_database_holds_no_ticket(pinge, db):
    ticket = await ticket_of(await pinge.person("ann"))

    [kept] = await db.fetch("SELECT * FROM tickets")
    assert ticket.encode() not in kept["digest"]
    assert ticket not in str(dict(kept))


async def test_a_ticket_needs_a_caller(pinge):
    assert (await pinge.call("POST", "/ws/ticket")).status == 401


@pytest.mark.parametrize(
    "options",
    [
        *({}, {"params": {"token": ""}}, {"params": {"token": "x"}}, {"params": {"ticket": ""}}),
        *(
            {"params": {"token": FORGED}},
            {"params": {"ticket": "x\0y"}},
            {"params": {"token": "ж"}},
        ),
        *({"headers": {"Authorization": f"Bearer {FORGED}"}}, {"protocols": ("pinge.v1",)}),
        *({"headers": {"Authorization": "Basic x"}}, {"protocols": ("pinge.v1", "bearer.")}),
        *({"protocols": (f"bearer.{FORGED}",)}, {"params": {"ticket": "x" * 5000}}),
    ],
)
async def test_who_brings_nothing_that_holds_is_refused_at_the_handshake(pinge, options):
    assert await refusal(pinge, **options) == 401


async def test_the_refusal_has_the_error_body(pinge):
    refused = await pinge.call("GET", "/ws")

    assert (refused.status, refused.code) == (401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


async def test_bytes_that_are_no_text_are_refused(pinge):
    for path in (b"/ws?token=\xff\xfe", b"/ws?ticket=\xff", b"/ws?token=%ff%fe", b"/ws?ticket=%00"):
        answer = await raw.send(pinge, raw.request("GET", path.decode("latin-1")))
        assert answer.status in (400, 401), path


async def test_an_ordinary_request_opens_no_socket(pinge):
    ann = await pinge.person("ann")

    refused = await ann.get("/ws")

    assert (refused.status, refused.code) == (400, "bad_request")
    assert (await ann.post("/ws")).status == 405


async def test_a_client_without_a_page_has_no_origin(pinge):
    await (await pinge.person("ann")).plain()


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:3000", "http://127.0.0.1:5173", "https://localhost", "http://LOCALHOST:1"],
)
async def test_pages_of_this_machine_may_connect_in_dev(pinge, origin):
    ann = await pinge.person("ann")

    await pinge.socket(ann, "/ws", headers=ann.bearer | {"Origin": origin})


async def test_our_own_pages_may_connect(pinge):
    ann = await pinge.person("ann")
    for scheme in ("http", "https"):  # TLS may end in front of us
        told = {"Host": "chat.example.org", "Origin": f"{scheme}://chat.example.org"}
        await pinge.socket(ann, "/ws", headers=ann.bearer | told)


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", "http://localhost.evil.example", "file://"),
        *("http://evil.example/localhost", "http://localhost@evil.example", "chrome-extension://x"),
        *("http://[::1", "localhost", "http://127.0.0.1.evil.example", "http://"),
    ],
)
async def test_other_pages_may_not_connect(pinge, origin):
    ann = await pinge.person("ann")

    assert await refusal(pinge, headers=ann.bearer | {"Origin": origin}) == 403


async def test_a_page_is_refused_before_its_token_is_read(pinge):
    refused = await pinge.call("GET", "/ws", headers={"Origin": "https://evil.example"})

    assert (refused.status, refused.code) == (403, "origin_refused")


async def test_who_was_disabled_a_moment_ago_gets_no_socket(pinge, db):
    ann = await pinge.person("ann")
    assert (await ann.get("/authentication/me")).status == 200  # their session is remembered
    await db.execute("UPDATE users SET is_active = false")

    for refused in (ann.plain, ann.live):
        with pytest.raises(WSServerHandshakeError) as failure:
            await refused()
        assert failure.value.status == 401
