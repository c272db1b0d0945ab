"""Mail by SMTP, over one connection that is opened when there is something to send."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from typing import ClassVar, Self
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from pinge.mail.carriers import Away, Delayed, Refused

PATIENCE = 20.0  # seconds for each answer of the server
GOODBYE = 2.0  # seconds
PORTS = {"smtp": 587, "starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, as PINGE_SMTP_URL names it."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    is_tls: bool  # from the first byte on
    needs_tls: bool  # by STARTTLS, or nothing is sent

    @classmethod
    def of(cls, url: str) -> Self:
        """The one at smtp:// (STARTTLS where it is offered), starttls:// or smtps://."""
        parts = urlsplit(url)
        host = parts.hostname or "localhost"
        return cls(
            host=host,
            port=parts.port or PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            is_tls=parts.scheme == "smtps",
            # Who stands in between could take the offer out, and then read the password.
            needs_tls=parts.scheme == "starttls" or bool(parts.password and not _is_here(host)),
        )


class ByServer:
    """Gives mails to an SMTP server."""

    gathers: ClassVar[float] = 0

    def __init__(self, server: Server, our_name: str) -> None:
        self._server = server
        self._our_name = our_name  # the library would ask DNS for that of this machine
        self._client: SMTP | None = None

    async def carry(self, mail: EmailMessage) -> None:
        """Give one to the server."""
        client = await self._connected()
        try:
            await client.send_message(mail)
        except SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0]) from None
        except SMTPSenderRefused as error:  # whom we say we are is no fault of this mail
            raise Delayed(_said(error)) from None
        except SMTPResponseException as error:
            raise _judged(error) from None
        except (SMTPNotSupported, ValueError) as error:  # an address this server cannot take
            raise Refused(type(error).__name__) from None
        except (SMTPException, OSError) as error:
            client.close()
            raise Delayed(type(error).__name__) from None
        except asyncio.CancelledError:  # in the middle of something: the next mail is not for it
            client.close()
            raise

    async def rest(self) -> None:
        """Say goodbye and hang up."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit(timeout=GOODBYE)
        except (SMTPException, OSError):
            pass
        finally:
            client.close()

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        server = self._server
        self._client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.is_tls,
            start_tls=False if server.is_tls else server.needs_tls or None,
            local_hostname=self._our_name,
            timeout=PATIENCE,
        )
        try:
            await self._client.connect()
        except SMTPResponseException as error:
            raise Away(_said(error)) from None
        except (SMTPException, OSError, ValueError) as error:
            raise Away(f"{type(error).__name__}: {error}") from None
        return self._client


def _judged(error: SMTPResponseException) -> Delayed | Refused:
    """4xx means later, all else never (RFC 5321, 4.2.1)."""
    return Delayed(_said(error)) if 400 <= error.code < 500 else Refused(_said(error))


def _said(error: SMTPResponseException) -> str:
    """The code alone: what a server says with it quotes addresses."""
    return f"{type(error).__name__} {error.code}"


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
