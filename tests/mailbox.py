"""A real SMTP server that keeps what it is given, and refuses when it is told to."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from ssl import SSLContext
from typing import Any

from aiosmtpd.smtp import SMTP

PATIENCE = 10.0  # seconds a mail may take
LINK = re.compile(r"^https?://\S+$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived."""

    to: str
    subject: str
    text: str
    message_id: str
    headers: Any

    @property
    def link(self) -> str:
        """The one link in it."""
        [link] = LINK.findall(self.text)
        return str(link)

    @property
    def token(self) -> str:
        """What stands behind the # of the link."""
        return self.link.partition("#")[2]


class Mailbox:
    """Everybody's mailbox, behind one SMTP server."""

    def __init__(self, *, from_the_start: SSLContext | None = None, **options: Any) -> None:
        self.mails: asyncio.Queue[Mail] = asyncio.Queue()
        self.refusals: list[str] = []  # what it says next instead of taking a mail
        self.early_refusals: dict[str, list[str]] = {"MAIL": [], "RCPT": []}  # by command
        self.turned_away = asyncio.Semaphore(0)  # released at every refusal
        self.open = asyncio.Event()  # closed, it takes a mail and says nothing
        self.open.set()
        self.port = 0
        self._tls, self._options = from_the_start, options
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """For PINGE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, where it listened before if it did."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._session, "127.0.0.1", self.port, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Listen no longer."""
        assert self._server is not None
        self._server.close()

    async def next(self, to: str | None = None, about: str = "") -> Mail:
        """The next mail; with `to` or `about` the next such one, skipping others."""
        while True:
            async with asyncio.timeout(PATIENCE):
                mail = await self.mails.get()
            if to in (None, mail.to) and about in mail.subject:
                return mail

    def is_empty(self) -> bool:
        """Whether nothing waits to be looked at."""
        return self.mails.empty()

    async def handle_MAIL(
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take mail from anybody, or say what was set for it."""
        envelope.mail_from, envelope.mail_options = address, options
        return self._early("MAIL")

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take mail to anybody, or say what was set for it."""
        answer = self._early("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Take a mail, or say what was set for it."""
        await self.open.wait()
        if self.refusals:
            self.turned_away.release()
            return self.refusals.pop(0)
        message = message_from_bytes(envelope.content, policy=default)
        mail = Mail(
            to=envelope.rcpt_tos[0],
            subject=message["Subject"],
            text=message.get_content().replace("\r\n", "\n"),
            message_id=message["Message-ID"],
            headers=message,
        )
        self.mails.put_nowait(mail)
        return "250 OK"

    def _early(self, command: str) -> str:
        refusals = self.early_refusals[command]
        return refusals.pop(0) if refusals else "250 OK"

    def _session(self) -> SMTP:
        return SMTP(self, hostname="mail.example", **self._options)
