"""The broken wires break what they should, and nothing else."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.nats import shuffler
from tests.faults.proxy import Proxy

WORDS = st.binary(max_size=20)
MESSAGES = st.lists(st.one_of(st.just(b"PING\r\n"), WORDS.map(lambda word: message(word))))


def message(word):
    return b"MSG topic 1 %d\r\n%s\r\n" % (len(word), word)


def in_pieces(said, random):
    while said:
        size = random.randint(1, 30)
        yield said[:size]
        said = said[size:]


@settings(deadline=None)
@given(MESSAGES, st.integers(0, 2**32).map(Random))
def test_a_wire_that_does_not_shuffle_passes_all_on_as_it_came(messages, random):
    mangle = shuffler(random, lambda: False)

    assert b"".join(map(mangle, in_pieces(b"".join(messages), random))) == b"".join(messages)


@settings(deadline=None)
@given(MESSAGES, st.integers(0, 2**32).map(Random))
def test_a_wire_that_shuffles_passes_every_message_on_whole(messages, random):
    shuffling = [True]
    mangle = shuffler(random, lambda: shuffling[0])
    came = [mangle(piece) for piece in in_pieces(b"".join(messages), random)]
    shuffling[0] = False
    came.append(mangle(b"PING\r\n"))

    heard = Counter(in_units(b"".join(came)))
    assert heard.keys() == {*messages, b"PING\r\n"}
    assert all(heard[one] >= count for one, count in Counter(messages).items())


def in_units(said):
    while said:
        line, _, rest = said.partition(b"\r\n")
        size = int(line.rpartition(b" ")[2]) + 2 if line.startswith(b"MSG") else 0
        yield line + b"\r\n" + rest[:size]
        said = rest[size:]


class Echo(asyncio.Protocol):
    """Says everything twice."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data * 2)


@pytest.fixture
async def echo():
    """The port of a server that does."""
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
async def proxy(echo):
    """A wire to it."""
    made = Proxy(echo)
    await made.open()
    yield made
    await made.close()


async def test_a_black_hole_swallows_until_it_is_none(proxy):
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"one\n")
    assert await reader.readexactly(8) == b"one\none\n"

    proxy.swallow(everything=True)
    writer.write(b"two\n")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.1)

    proxy.swallow(everything=False)
    assert await reader.readexactly(8) == b"two\ntwo\n"
    writer.close()
    await writer.wait_closed()


async def test_a_reply_that_is_cut_resets_the_connection(proxy):
    proxy.cut_share = 1.0
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"one\n")

    with pytest.raises(ConnectionResetError):
        await reader.read(1)
    writer.close()
    with pytest.raises(ConnectionResetError):
        await writer.wait_closed()
