"""Mail without a mail server, for developers: files to open, and their links in the log."""

from __future__ import annotations

import asyncio
import os
import re
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path
from typing import ClassVar

import structlog

logger = structlog.get_logger("pinge.mail")

LINK = re.compile(r"^https?://\S+$", re.MULTILINE)


class ToFolder:
    """Writes mails to a folder; in dev only, as it logs what is secret."""

    # A demo or a test that makes many accounts at once does not wait for their files.
    gathers: ClassVar[float] = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def carry(self, mail: EmailMessage) -> None:
        """Write one, named by its id, so that the newest is the last."""
        path = self._folder / f"{mail['Message-ID'].strip('<>').partition('@')[0]}.eml"
        await asyncio.to_thread(self._write, path, mail.as_bytes(policy=SMTPUTF8))
        links = LINK.findall(mail.get_content())
        logger.info("mail", link=" ".join(links), file=str(path))

    async def rest(self) -> None:
        """Nothing is open."""

    def _write(self, path: Path, mail: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(mail)
