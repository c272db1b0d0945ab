"""A client of pinge.v1 that behaves: it resumes, retries, and writes down all it sees."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Coroutine
from typing import Any

import orjson
from aiohttp import (
    ClientError,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSMsgType,
    WSServerHandshakeError,
)

from tests.faults.asking import Outcome, ask, login
from tests.faults.cast import User
from tests.faults.fetching import fetch
from tests.faults.stage import Stage

HEARTBEAT = 5.0  # seconds between pings; no pong in half of it, and the connection is dead
PATIENCE = 6.0  # seconds a handshake, a hello or an ack may take
SOONEST, LATEST = 0.2, 2.0  # seconds until it is tried again, growing and jittered
UNAUTHORIZED, MOST_UNKNOWN = 401, 5
TIMEOUT = ClientWSTimeout(ws_close=1.0)
GONE = (ClientError, OSError, TimeoutError, ConnectionError)

Frame = dict[str, Any]


class Device:
    """One login of a user, with one socket at a time, on any node."""

    is_plain = False

    def __init__(
        self, stage: Stage, name: str, user: User, token: str, *, by_proxy: bool = False
    ) -> None:
        self.stage, self.name, self.user, self.token = stage, name, user, token
        self.positions: dict[str, list[int]] = {}  # by conversation_id: seq, rev
        self.newest: dict[str, str] = {}  # by conversation: the last message of somebody else
        self.reading = asyncio.Event()  # cleared: it stops reading what comes
        self.reading.set()
        self.waiting: dict[int, asyncio.Future[Frame]] = {}  # commands by their id
        self.ws: ClientWebSocketResponse | None = None
        self.up = asyncio.Event()  # connected, and told of everything missed
        self.down = asyncio.Event()  # without a socket
        self.is_busy = False  # whether a message of its own is under way
        self.chores: set[asyncio.Task[None]] = set()
        self.by_proxy = by_proxy
        self._node = stage.random.randrange(len(stage.nodes))
        self._socket = 0
        self._failures = self._unknown = 0
        self._epoch, self._user_rev = "", 0
        self._lost_at = time.monotonic()

    @property
    def is_live(self) -> bool:
        """Whether it hears what happens now."""
        return self.up.is_set()

    def note(self, op: str, type: str = "ok", **more: Any) -> None:
        """Write a line into the journal."""
        self.stage.journal.write(self.name, self.user.name, op, type, **more)

    def do(self, chore: Coroutine[Any, Any, None]) -> None:
        """Something beside listening, which outlives the socket."""
        task = asyncio.create_task(chore)
        self.chores.add(task)
        task.add_done_callback(self.chores.discard)

    async def live(self) -> None:
        """Be connected, again and again, every other time to another node."""
        while True:
            try:
                await self._connect()
            except WSServerHandshakeError as refusal:
                await self._be_refused(refusal.status)
            except GONE:
                pass
            self._failures += 1
            latest = min(LATEST, SOONEST * 2**self._failures)
            await asyncio.sleep(self.stage.random.uniform(0.02, latest))
            self._node = self.stage.random.randrange(len(self.stage.nodes))

    async def ask(self, method: str, path: str, **body: Any) -> Outcome:
        """Call any node over HTTP, by the way this device takes."""
        node = self.stage.random.randrange(len(self.stage.nodes))
        door = self.stage.door(node, by_proxy=self.by_proxy)
        return await ask(self.stage, method, path, self.token, door=door, **body)

    def drop(self) -> None:
        """Lose the connection, without a goodbye."""
        sock = self.ws and self.ws.get_extra_info("socket")
        if sock is not None:
            self._lose()
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def begin_anew(self, token: str) -> None:
        """Come back with another login."""
        self.token = token
        self.drop()
        self._lost_at = time.monotonic()

    async def _be_refused(self, status: int) -> None:
        """Nodes whose clock is wrong do not know a good login for a while; who lost it never do."""
        self._unknown = self._unknown + 1 if status == UNAUTHORIZED else 0
        if self._unknown >= MOST_UNKNOWN and (token := await login(self.stage, self.user.email)):
            self.note("login")
            self.begin_anew(token)
            self._unknown = 0

    async def command(self, kind: str, payload: Frame) -> Frame:
        """Give a command; ConnectionError or TimeoutError when there is no answer."""
        if self.ws is None or not self.is_live:
            raise ConnectionError
        number = self.stage.random.getrandbits(40)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        try:
            await self.ws.send_json({"type": kind, "id": number, "payload": payload})
            return await asyncio.wait_for(self.waiting[number], PATIENCE)
        finally:
            del self.waiting[number]

    async def _connect(self) -> None:
        async with asyncio.timeout(PATIENCE):
            ws = await self._handshake(self.stage.door(self._node, by_proxy=self.by_proxy))
        meter = self.stage.meter
        meter.sockets += 1
        meter.connected += 1
        self._socket = meter.sockets
        self.note("opened", socket=self._socket)
        self.ws = ws
        self.down.clear()
        try:
            await self._greet(ws)
            await self._listen(ws)
        finally:
            self._part()
            await ws.close()

    def _part(self) -> None:
        """The socket is gone: whatever was asked over it, nobody knows."""
        self.ws = None
        self.down.set()
        self._lose()
        self.stage.meter.connected -= 1
        self.note("closed", socket=self._socket)
        for answer in self.waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError())

    def _lose(self) -> None:
        if self.is_live:
            self._lost_at = time.monotonic()
        self.up.clear()

    async def _handshake(self, door: str) -> ClientWebSocketResponse:
        return await self.stage.client.ws_connect(
            f"{door}/ws",
            protocols=("pinge.v1",),
            headers={"Authorization": f"Bearer {self.token}"},
            heartbeat=HEARTBEAT,
            timeout=TIMEOUT,
        )

    async def _greet(self, ws: ClientWebSocketResponse) -> None:
        """After the hello, say what is known already."""
        message = await ws.receive(PATIENCE)
        if message.type is not WSMsgType.TEXT:
            raise ConnectionError("no hello came")
        if not self._epoch:
            hello = orjson.loads(message.data)["data"]
            self._epoch, self._user_rev = hello["epoch"], hello["user_rev"]
        known = {
            "epoch": self._epoch,
            "user_rev": self._user_rev,
            "conversations": self.positions,
        }
        await ws.send_json({"type": "resume", "id": 1, "payload": known})

    async def _listen(self, ws: ClientWebSocketResponse) -> None:
        while True:
            await self.reading.wait()
            message = await ws.receive(None if self.is_live else 2 * PATIENCE)
            if message.type is not WSMsgType.TEXT:
                return
            frame = orjson.loads(message.data)
            if frame.get("id") == 1 and frame["event"] == "error":
                raise ConnectionError("it could not be resumed now")
            self._hear(frame)

    def _hear(self, frame: Frame) -> None:
        event, data = frame["event"], frame["data"]
        if (answer := self.waiting.get(frame.get("id", 0))) is not None:
            if not answer.done():
                answer.set_result(frame)
        elif event == "resumed":
            self._resume(data)
        elif event == "resync":
            self._start_over(data)
        elif not self.is_live:
            pass  # what is told before it was resumed is in what it missed
        elif "conversation_id" in data:
            self._change(event, data)
        elif "user_rev" in data:
            self._user_rev = max(self._user_rev, data["user_rev"])

    def _resume(self, data: Frame) -> None:
        self._epoch, self._user_rev = data["epoch"], data["user_rev"]
        for entry in data["conversations"]:
            name = self._name(entry["conversation_id"])
            if entry["gone"]:
                self.positions.pop(entry["conversation_id"], None)
                self.note("gone", conversation=name)
                continue
            known, _ = self.positions.get(entry["conversation_id"], (0, 0))
            for change in entry["changes"]:
                self._change(change["event"], change["data"])
            if entry["limited"]:
                self.do(fetch(self, entry["conversation_id"], known))
            op = "limited" if entry["limited"] else "resumed"
            self.note(op, conversation=name, seq=entry["seq"], socket=self._socket)
            self.positions[entry["conversation_id"]] = [entry["seq"], entry["rev"]]
        self._be_live()

    def _start_over(self, data: Frame) -> None:
        self._epoch = data["epoch"]
        self.note("resync")
        self.positions.clear()
        self.fetch_all()
        self._be_live()

    def fetch_all(self) -> None:
        """Get every history anew."""
        for talk in self.stage.cast.talks_of(self.user):
            self.do(fetch(self, talk.conversation_id, 0))

    def _be_live(self) -> None:
        self.up.set()
        self._failures = 0
        self.stage.meter.absences.append((self._lost_at, time.monotonic()))

    def _change(self, event: str, data: Frame) -> None:
        """Something in a conversation: write down what it tells, and move on to its place."""
        where = data["conversation_id"]
        name, seq, rev = self._name(where), data.get("seq"), data.get("rev")
        if event in ("new_direct_message", "new_group_message"):
            said = {"message_id": data["message_id"], "seq": seq, "rev": rev}
            self.note("heard", conversation=name, socket=self._socket, **said)
            self.stage.meter.arrived(data["message_id"])
            if data["sender_id"] != self.user.user_id:
                self.newest[name] = data["message_id"]
        elif event == "group_joined":
            seq = data["last_seq"]
            self.note("joined", conversation=name, seq=seq)
        elif event == "member_removed" and data["user_id"] == self.user.user_id:
            self.note("gone", conversation=name)
            self.positions.pop(where, None)
            return
        elif event in ("message_read", "message_delivered"):
            self._hear_of_receipt(event.replace("message_", "told_"), name, data)
            seq = None
        if rev is not None:
            known = self.positions.get(where, (0, 0))
            self.positions[where] = [max(known[0], seq or 0), max(known[1], rev)]

    def _hear_of_receipt(self, op: str, conversation: str, data: Frame) -> None:
        who = self.stage.cast.user_by_id[data["user_id"]].name
        self.note(op, conversation=conversation, about=who, seq=data["seq"])
        for message_id in data.get("message_ids") or ():
            self.note(op, conversation=conversation, about=who, message_id=message_id)

    def _name(self, conversation_id: str) -> str:
        talk = self.stage.cast.talk_by_id.get(conversation_id)
        return talk.name if talk else conversation_id
