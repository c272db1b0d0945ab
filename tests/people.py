"""People who use a running Pinge through its two doors, HTTP and sockets, as clients do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestServer

from pinge import app
from pinge.config import Settings
from tests.frames import frames

PASSWORD = "Correct horse 7"
PATIENCE = 5.0  # seconds a frame may take
# They come in their own time, or beside the event that tells the same; heard only if asked for.
AMBIENT = {"user_online", "user_offline", "system_message"}

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and the body: read as JSON where it is, as text or as bytes."""

    status: int
    body: Any
    headers: Any

    @property
    def data(self) -> Any:
        """The payload of a success."""
        assert self.body["success"] is True, self.body
        return self.body["data"]

    @property
    def code(self) -> str:
        """The code of a failure, whose body must be whole."""
        assert set(self.body) >= {"error", "detail", "code", "request_id"}, self.body
        assert self.body["error"] == self.body["detail"]
        code: str = self.body["code"]
        return code


class Socket:
    """A client's WebSocket, of either dialect."""

    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws, self.ambient = ws, AMBIENT
        self._asking: dict[Any, str] = {}

    async def next(self, event: str | None = None) -> dict[str, Any]:
        """The next frame that is not ambient; with `event`, the next of that name."""
        while True:
            frame = await self.ws.receive(PATIENCE)
            assert frame.type is WSMsgType.TEXT, frame
            heard: dict[str, Any] = frame.json()
            frames().check(heard, v1=self.ws.protocol is not None, command=self._asked(heard))
            if event == heard["event"] or (event is None and heard["event"] not in self.ambient):
                return heard

    async def say(self, kind: str, payload: Any = None, **more: Any) -> None:
        """Send a command."""
        await self.ws.send_json({"type": kind, "payload": payload or {}, **more})

    async def ask(self, kind: str, payload: Any = None) -> dict[str, Any]:
        """Send a command and await its ack or error."""
        command_id = next(_numbers)
        self._asking[command_id] = kind
        await self.say(kind, payload, id=command_id)
        while True:
            heard = await self.next()
            if heard.get("id") == command_id:
                return heard

    def _asked(self, heard: dict[str, Any]) -> str | None:
        """Which command this answers, if it was asked here."""
        return self._asking.get(heard.get("id"))

    async def closed(self) -> int:
        """Read until the server closes; the close code."""
        while True:
            frame = await self.ws.receive(PATIENCE)
            if frame.type is WSMsgType.CLOSE:
                return int(frame.data)
            if frame.type in (WSMsgType.CLOSED, WSMsgType.CLOSING):
                assert self.ws.close_code is not None
                return self.ws.close_code

    async def is_quiet(self, other: Person) -> bool:
        """Whether nothing came: what `other` sends now is the next thing heard."""
        marker = f"marker {next(_numbers)}"
        await other.post("/messages/direct", {"receiver_id": self.user_id, "content": marker})
        return bool((await self.next())["data"].get("content") == marker)

    user_id: str = ""

    async def heard_nothing(self) -> bool:
        """Whether nothing came: the answer to a frame nobody knows is the next thing heard."""
        await self.say("mumble")
        return bool((await self.next())["event"] == "error")

    async def close(self) -> None:
        """Hang up."""
        await self.ws.close()


class Person:
    """Somebody with an account, logged in on one device."""

    def __init__(self, pinge: Pinge, *, email: str, name: str, user_id: str, token: str) -> None:
        self.pinge, self.email, self.name = pinge, email, name
        self.user_id, self.token = user_id, token

    @property
    def bearer(self) -> dict[str, str]:
        """The header that says who is asking."""
        return {"Authorization": f"Bearer {self.token}"}

    async def call(self, method: str, path: str, json: Any = None, **options: Any) -> Answer:
        """Any request, as this person."""
        headers = self.bearer | options.pop("headers", {})
        return await self.pinge.call(method, path, json=json, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> Answer:
        """GET, as this person."""
        return await self.call("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> Answer:
        """POST, as this person."""
        return await self.call("POST", path, json, **options)

    async def patch(self, path: str, json: Any = None) -> Answer:
        """PATCH, as this person."""
        return await self.call("PATCH", path, json)

    async def delete(self, path: str) -> Answer:
        """DELETE, as this person."""
        return await self.call("DELETE", path)

    async def write(self, other: Person, content: str, **more: Any) -> Answer:
        """Send a direct message."""
        message = {"receiver_id": other.user_id, "content": content, **more}
        return await self.post("/messages/direct", message)

    async def write_group(self, group_id: str, content: str, **more: Any) -> Answer:
        """Send a message to a group."""
        path = f"/messages/groups/{group_id}/messages"
        return await self.post(path, {"content": content, **more})

    async def ask(self, other: Person) -> str:
        """Send a contact request; its id."""
        sent = await self.post("/contacts/send-request", {"receiver_email": other.email})
        request_id: str = sent.data["request_id"]
        return request_id

    async def befriend(self, other: Person) -> None:
        """Become contacts."""
        accepted = await other.post(f"/contacts/accept/{await self.ask(other)}")
        assert accepted.status == 200, accepted.body

    async def group(self, *others: Person, name: str = "Friends") -> str:
        """Make a group; its id."""
        members = [other.user_id for other in others]
        made = await self.post("/messages/groups", {"name": name, "members": members})
        group_id: str = made.data["group_id"]
        return group_id

    async def device(self) -> Person:
        """The same person, logged in once more."""
        return await self.pinge.log_in(self.email, self.name, self.user_id)

    async def plain(self) -> Socket:
        """A socket as old clients open it."""
        return await self.pinge.socket(self, f"/ws?token={self.token}")

    async def live(self) -> Socket:
        """A socket of pinge.v1, past its hello."""
        socket = await self.pinge.socket(self, "/ws", protocols=("pinge.v1",), headers=self.bearer)
        assert (await socket.next())["event"] == "hello"
        return socket


class Pinge:
    """A running service and its visitors."""

    def __init__(self, application: web.Application, url: str, client: ClientSession) -> None:
        self.app, self.url, self.client = application, url, client
        self._sockets: list[Socket] = []

    @classmethod
    @asynccontextmanager
    async def running(cls, settings: Settings, database: dict[str, Any]) -> AsyncIterator[Self]:
        """Start it on a free port, stop it at the end."""
        application = app.build(settings, database)
        async with TestServer(application) as server, ClientSession() as client:
            running = cls(application, str(server.make_url("")).rstrip("/"), client)
            yield running
            for socket in running._sockets:
                await socket.close()

    async def call(self, method: str, path: str, **options: Any) -> Answer:
        """Any request, by anybody."""
        async with self.client.request(method, self.url + path, **options) as response:
            is_json = response.content_type == "application/json"
            is_text = response.content_type.startswith("text/")
            reading = response.json if is_json else response.text if is_text else response.read
            body: Any = await reading()
            return Answer(response.status, body, response.headers)

    async def socket(self, person: Person | None, path: str, **options: Any) -> Socket:
        """Open a socket; it is closed when the test ends."""
        socket = Socket(await self.client.ws_connect(self.url + path, **options))
        socket.user_id = person.user_id if person else ""
        self._sockets.append(socket)
        return socket

    async def person(self, name: str) -> Person:
        """Register somebody, and log them in."""
        email = f"{name}{next(_numbers)}@pinge.example"
        registered = await self.call(
            "POST",
            "/authentication/register_user",
            json={
                "email": email,
                "username": name,
                "password": PASSWORD,
                "gender": "Others",
                "country": "Norway",
            },
        )
        assert registered.status == 201, registered.body
        return await self.log_in(email, name, registered.data["user_id"])

    async def people(self, *names: str) -> list[Person]:
        """Register several."""
        return list(await asyncio.gather(*(self.person(name) for name in names)))

    async def friends(self, *names: str) -> list[Person]:
        """Register several, each a contact of each."""
        people = await self.people(*names)
        for place, person in enumerate(people):
            for other in people[place + 1 :]:
                await person.befriend(other)
        return people

    async def log_in(self, email: str, name: str, user_id: str, password: str = PASSWORD) -> Person:
        """Log somebody in on one more device."""
        answer = await self.call(
            "POST", "/authentication/login", data={"username": email, "password": password}
        )
        assert answer.status == 200, answer.body
        token = answer.body["access_token"]
        return Person(self, email=email, name=name, user_id=user_id, token=token)
