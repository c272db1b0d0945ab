"""What a running Pinge writes to its log, and what it never writes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import ClientConnectionError, ClientSession, WSServerHandshakeError

from tests import raw
from tests.accounts.forms import ANN, log_in, register
from tests.people import Person, Pinge

SECRET = "S3cret-passw0rd that nobody may read"  # of passwords, texts and queries alike


@pytest.fixture
def home():
    """Where a database of its own can be: in prod a forgetful one is refused."""
    with tempfile.TemporaryDirectory(prefix="pinge-logs-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextlib.asynccontextmanager
async def serving(folder, **settings):
    """The service as `pinge serve` runs it; gives who to talk to, and its log once it is over."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": "",
        "PINGE_HOME": str(folder),
        "PINGE_PORT": str(port),
        "PINGE_RATE_LIMITS": "off",
        **settings,
    }
    with (folder / "log").open("w+") as log:
        command = (sys.executable, "-m", "pinge", "serve")
        process = await asyncio.create_subprocess_exec(
            *command, stdout=log, stderr=log, env=environment, cwd=folder
        )
        async with ClientSession() as client:
            running = Pinge(None, f"http://127.0.0.1:{port}", client)
            try:
                assert await answering(running, process), (folder / "log").read_text()
                yield running, folder / "log"
            finally:
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                await process.wait()


async def answering(pinge, process):
    """Whether it serves, as soon as it does."""
    async with asyncio.timeout(20):
        while process.returncode is None:
            with contextlib.suppress(ClientConnectionError):
                return await pinge.call("GET", "/health")
            await asyncio.sleep(0.05)
    return None


MAIL = {"PINGE_MAIL_FROM": "pinge@mail.example", "PINGE_PUBLIC_URL": "https://chat.example"}


async def live_a_little(pinge):
    """Do everything that has a secret in it, right and wrong; the secrets that are not SECRET."""
    await register(pinge, password=SECRET)
    made = await register(pinge, email="bob@pinge.example", password=SECRET)
    tokens = []
    for email in (ANN["email"], "bob@pinge.example"):
        tokens.append((await log_in(pinge, email, SECRET)).body["access_token"])
    ann = Person(pinge, email=ANN["email"], name="", user_id="", token=tokens[0])
    bob = Person(pinge, email="", name="", user_id=made.data["user_id"], token=tokens[1])
    bob.email = "bob@pinge.example"
    await log_in(pinge, password=SECRET + "!")
    await ann.befriend(bob)
    await ann.write(bob, SECRET)
    await ann.write(bob, SECRET * 1000)
    for where in ("authentication/users", "search/messages", "search/people"):
        await ann.get(f"/{where}", params={"q": SECRET})
    await ann.get("/search/messages", params={"q": f"has:{SECRET}"})
    await ann.get(f"/nowhere?token={ann.token}&q={SECRET}")
    plain, live = await bob.plain(), await ann.live()
    await live.say("send_message", {"content": SECRET, "receiver_id": bob.user_id})
    await live.ws.send_str(SECRET)
    await plain.ws.send_str(SECRET)
    ticket = (await ann.post("/ws/ticket")).data["ticket"]
    await pinge.socket(ann, f"/ws?ticket={ticket}")
    await pinge.socket(ann, "/ws", protocols=(f"bearer.{ann.token}",))
    with contextlib.suppress(WSServerHandshakeError):
        await pinge.socket(ann, f"/ws?ticket={ticket}")
    await speak_badly(pinge, ann.token)
    for open_socket in pinge._sockets:
        await open_socket.close()
    return [ticket, *(part for token in tokens for part in token.split(".")[1:])]


async def speak_badly(pinge, token):
    """Send what is no HTTP, with secrets in it."""
    bearer = f"Authorization: Bearer {token}"
    for request in (
        raw.request("GET", f"/ws?token={token}&q={SECRET.replace(' ', '+')}{'x' * 20_000}"),
        raw.request("GET", "/", f"{bearer}{'x' * 20_000}"),
        raw.request("GET", "/", f"{bearer}\0"),
        raw.request("GET", f"/ws?token={token} x"),
        raw.request("GET", f"/ws?token={token}", "Sec-WebSocket-Key: x", "Upgrade: websocket"),
        raw.request("POST", "/messages/direct", bearer, body=SECRET.encode()),
        raw.request("POST", "/messages/direct", bearer, "Content-Length: x", body=b"x"),
        raw.request("POST", "/authentication/login", bearer, body=f"password={SECRET}".encode()),
        raw.request("GET", "/a%0Ab%1B%5B31m%00%ff%ED%A0%80", bearer),
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ):
        await raw.send(pinge, request)


@pytest.mark.parametrize("environment", ["dev", "prod"])
async def test_no_secret_no_query_and_no_text_is_ever_logged(home, environment, mailbox):
    settings = {
        "PINGE_ENVIRONMENT": environment,
        "PINGE_BCRYPT_COST": "10",
        "PINGE_SECRET_KEY": secrets.token_hex(32),
    }
    if environment == "prod":
        settings |= MAIL | {"PINGE_SMTP_URL": mailbox.url}
        mailbox.refusals += [f"554 {SECRET}", f"451 {SECRET}"]
    async with serving(home, **settings) as (pinge, log):
        hidden = [SECRET, SECRET[:12], settings["PINGE_SECRET_KEY"], *await live_a_little(pinge)]
        if environment == "prod":
            await register(pinge, email="eve@pinge.example", password=SECRET)
            hidden += [(await mailbox.next()).token, "@"]

    written = log.read_text()
    for secret in hidden:
        assert secret not in written
        assert quote(secret) not in written
    assert "token=" not in written
    assert "?" not in written
    assert "Traceback" not in written
    for line in written.split("\n")[:-1]:  # a path can neither begin a line nor hide one
        assert line.isprintable()
        assert line.startswith(("{", "20"))
    for path in ("/authentication/login", "/messages/direct", "/ws", "/nowhere"):
        assert path in written
    if environment == "prod":
        assert "mail failed" in written
        assert "mail delayed" in written
        lines = [json.loads(line) for line in written.splitlines()]
        assert all(line.keys() >= {"event", "level", "timestamp"} for line in lines)
        asked = [line for line in lines if line["event"] == "request"]
        assert all(
            line.keys() >= {"method", "path", "status", "ms", "request_id"} for line in asked
        )


async def test_in_dev_without_a_mail_server_the_links_of_mails_are_logged(home):
    async with serving(home, PINGE_PUBLIC_URL="https://chat.example/pinge") as (pinge, log):
        await register(pinge)
        async with asyncio.timeout(10):
            while "link=https://chat.example/pinge/mail/verify#" not in log.read_text():
                await asyncio.sleep(0.05)
