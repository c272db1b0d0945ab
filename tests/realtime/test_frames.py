"""What clients may send, and what becomes of everything else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from pinge.realtime.handlers import LARGEST_FRAME

NONSENSE = [
    "",
    " ",
    "hello",
    "{",
    "[]",
    "5",
    "null",
    "true",
    '"ping"',
    "NaN",
    '{"type": "ping"',
    "{'type': 'ping'}",
    "{}",
    '{"type": null}',
    '{"type": 5}',
    '{"type": ["ping"]}',
    '{"type": ""}',
    '{"type": "resign", "payload": {}}',
    '{"type": "PING"}',
    '{"type": "ping\\u0000"}',
    '{"type": "\\ud800"}',
    '{"type": "ping", "payload": "x"}',
    '{"type": "ping", "payload": [1]}',
    '{"type": "send_message"}',
    '{"type": "send_message", "payload": {"content": {"a": 1}}}',
    "[" * 100_000,
    '{"a":' * 10_000,
    "1" * 10_000,
    "\ufeff{}",
    "\0",
]


@pytest.fixture
async def ann_and_bob(pinge):
    return await pinge.friends("ann", "bob")


def is_whole(error):
    return set(error["data"]) >= {"error", "detail", "code"} and error["event"] == "error"


async def test_nonsense_is_answered_with_an_error_and_closes_nothing(ann_and_bob):
    ann, _ = ann_and_bob
    for socket in (await ann.plain(), await ann.live()):
        for nonsense in NONSENSE:
            await socket.ws.send_str(nonsense)

            error = await socket.next()
            assert is_whole(error), nonsense
            assert "id" not in error
            assert error["data"]["code"] == "invalid", nonsense
        assert not socket.ws.closed


async def test_plain_sockets_give_no_commands(ann_and_bob):
    ann, bob = ann_and_bob
    plain = await ann.plain()
    said = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "Hi"}

    for kind, payload in (("ping", {}), ("send_message", said), ("subscribe", {})):
        refused = await plain.ask(kind, payload)
        assert is_whole(refused)
        assert refused["data"]["code"] == "invalid"
    assert (await bob.get(f"/messages/direct/{ann.user_id}")).data == []
    assert await plain.is_quiet(bob)


async def test_a_ping_is_answered(ann_and_bob):
    live = await ann_and_bob[0].live()

    await live.say("ping")
    assert await live.next() == {"event": "pong", "data": {}}
    for payload in ({}, None, {"more": [1]}):
        await live.ws.send_json({"type": "ping", "payload": payload, "id": 1, "extra": True})
        assert await live.next() == {"event": "pong", "data": {}}
        assert await live.next() == {"event": "ack", "id": 1, "data": {"id": 1}}


@pytest.mark.parametrize("command_id", [0, 7, -1, 2**53, 2**63 - 1, "", "7", "é" * 100, "a b"])
async def test_answers_carry_the_id_of_the_command(ann_and_bob, command_id):
    ann, bob = ann_and_bob
    live = await ann.live()
    good = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "Hi"}

    for payload, event in ((good, "ack"), ({}, "error")):
        await live.say("send_message", payload, id=command_id)
        answer = await live.next()
        assert answer["event"] == event
        assert answer["id"] == answer["data"]["id"] == command_id
    await live.say("resign", id=command_id)
    assert (await live.next())["id"] == command_id


@pytest.mark.parametrize("command_id", [True, False, 1.5, [], {}, ["7"], "x" * 101, 2**70])
async def test_what_is_no_id_is_refused_and_nothing_is_done(ann_and_bob, command_id):
    ann, bob = ann_and_bob
    live = await ann.live()
    said = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "Hi"}

    await live.say("send_message", said, id=command_id)

    refused = await live.next()
    assert is_whole(refused)
    assert "id" not in refused
    assert (await bob.get(f"/messages/direct/{ann.user_id}")).data == []


async def test_a_command_without_an_id_is_answered_without_one(ann_and_bob):
    ann, bob = ann_and_bob
    live, plain = await ann.live(), await bob.plain()
    said = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "Hi"}

    await live.say("send_message", said)

    assert (await plain.next())["data"]["content"] == "Hi"
    ack = await live.next()
    assert (ack["event"], ack["data"]["message_id"]) == ("ack", said["client_id"])
    assert "id" not in ack
    await live.say("send_message", said | {"content": ""})
    assert is_whole(await live.next())


async def test_a_command_with_text_that_cannot_be_kept_is_refused_by_its_id(ann_and_bob):
    ann, bob = ann_and_bob
    live = await ann.live()
    said = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": "\0"}

    refused = await live.ask("send_message", said)

    assert refused["event"] == "error"
    assert refused["data"]["fields"].keys() == {"content"}


@pytest.mark.parametrize("dialect", ["plain", "live"])
async def test_what_breaks_the_protocol_closes_the_socket_with_a_reason(ann_and_bob, dialect):
    ann, bob = ann_and_bob
    stays = await ann.plain()

    async def socket():
        return await (ann.plain() if dialect == "plain" else ann.live())

    binary, large, garbled = await socket(), await socket(), await socket()
    await binary.ws.send_bytes(b'{"type": "ping"}')
    assert await binary.closed() == 1003
    await large.ws.send_str("x" * (LARGEST_FRAME + 1))
    assert await large.closed() == 1009
    await garbled.ws.send_frame(b"\xff\xfe", 1)
    assert await garbled.closed() == 1007

    assert await stays.is_quiet(bob)


async def test_the_longest_message_fits_a_frame_however_it_is_escaped(ann_and_bob):
    ann, bob = ann_and_bob
    live, plain = await ann.live(), await bob.plain()
    content = "🦉" * 8000

    said = {"client_id": str(uuid4()), "receiver_id": bob.user_id, "content": content}
    ack = await live.ask("send_message", said)  # json.dumps escapes: 12 bytes a letter

    assert ack["event"] == "ack"
    assert (await plain.next())["data"]["content"] == content
