"""What a token may: what it was made for, at every endpoint and with every command, and no more.

An endpoint or a command that says nothing of tokens has to stand below.
"""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from aiohttp import WSServerHandshakeError

from pinge.http.endpoint import UNDECLARED
from pinge.realtime.commands import COMMANDS
from tests.tokens.acting import EVERYTHING, bot_of, program

# For people alone: what lets in, what ends an account or a login, and what is for their eyes only.
NO_TOKEN_MAY = {
    *(f"/authentication/{what}" for what in ("logout", "reauthenticate")),
    *(f"/authentication/me/{what}" for what in ("password", "email", "export", "deactivate")),
    *(f"/authentication/me/{what}" for what in ("totp", "totp/confirm", "recovery-codes", "oidc")),
    *(f"/authentication/me/passkeys{rest}" for rest in ("", "/options", "/{passkey_id}")),
    *(f"/authentication/sessions{rest}" for rest in ("", "/{session_id}", "/end-others")),
    *("/authentication/tokens", "/authentication/tokens/{token_id}", "/bots", "/bots/{bot_id}"),
    *("/push/key", "/push/test", "/push/subscriptions", "/push/subscriptions/{subscription_id}"),
    *("/settings", "/messages/groups/{group_id}/owner"),
}
ENDS_THE_ACCOUNT = ("DELETE", "/authentication/me")


def endpoints(pinge):
    """Method, path and declaration of each endpoint that asks who calls."""
    for route in pinge.app.router.routes():
        declared = getattr(route.handler, "__endpoint__", UNDECLARED)
        if not declared.public:
            yield route.method, route.resource.canonical, declared


def some(path):
    """An address of this kind."""
    return re.sub(r"\{(\w+)\}", lambda _: str(uuid4()), path)


async def code_of(person, method, path):
    """Why a call is refused, if it is."""
    answer = await person.call(method, some(path))
    return answer.body.get("code") if isinstance(answer.body, dict) else None


async def test_every_endpoint_and_command_says_what_a_token_needs_or_is_for_people(pinge):
    silent = {path for _, path, declared in endpoints(pinge) if declared.scope is None}

    assert silent - {ENDS_THE_ACCOUNT[1]} == NO_TOKEN_MAY
    assert all(declared.scope for _, declared in pinge.app[COMMANDS])


async def test_a_token_is_refused_where_it_lacks_the_scope_and_nowhere_else(pinge):
    ann = await pinge.person("ann")
    able = await program(ann)
    without = {
        scope: await program(ann, *(one for one in EVERYTHING if one != scope))
        for scope in EVERYTHING
    }

    for method, path, declared in endpoints(pinge):
        if method == "HEAD":
            continue
        if declared.scope is None:
            assert await code_of(able, method, path) == "scope_missing", (method, path)
        else:
            assert await code_of(without[declared.scope], method, path) == "scope_missing", path
            assert await code_of(able, method, path) != "scope_missing", (method, path)


async def test_a_socket_opens_for_who_may_hear_events(pinge):
    ann = await pinge.person("ann")
    deaf = await program(ann, *(scope for scope in EVERYTHING if scope != "events:read"))

    with pytest.raises(WSServerHandshakeError) as refused:
        await deaf.live()

    assert refused.value.status == 403


async def test_a_command_takes_the_scope_that_its_endpoint_takes(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    listener = await program(ann, "events:read")
    socket = await listener.live()
    message = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "hello"}

    refused = {
        kind: (await socket.ask(kind, message))["data"].get("code")
        for kind, declared in pinge.app[COMMANDS]
        if declared.scope != "events:read"
    }

    assert set(refused.values()) == {"scope_missing"}
    assert (await socket.ask("ping"))["event"] == "ack"
    writer = await program(ann, "events:read", "messages:write")
    assert (await (await writer.live()).ask("send_message", message))["event"] == "ack"


async def test_a_ticket_opens_a_socket_that_may_what_the_token_may(pinge):
    ann, bob = await pinge.friends("ann", "bob")
    listener = await program(ann, "events:read")
    ticket = (await listener.post("/ws/ticket")).data["ticket"]

    socket = await pinge.socket(ann, f"/ws?ticket={ticket}", protocols=("pinge.v1",))
    await socket.next("hello")

    message = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "hello"}
    assert (await socket.ask("send_message", message))["data"]["code"] == "scope_missing"


async def test_the_document_says_what_a_token_needs(pinge):
    document = (await pinge.call("GET", "/openapi.json")).body

    for method, path, declared in endpoints(pinge):
        if method != "HEAD" and path in document["paths"]:
            operation = document["paths"][path][method.lower()]
            assert operation["x-scope"] == declared.scope
            assert "403" in operation["responses"]


async def test_a_bot_may_no_more_than_its_token(pinge):
    ann = await pinge.person("ann")
    bot = await bot_of(ann)

    for path in ("/bots", "/authentication/tokens"):
        assert (await bot.post(path, {})).code == "scope_missing"
