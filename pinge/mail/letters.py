"""What is written to somebody, and how it looks as a mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from uuid import UUID

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain text to an address; the purpose is one word, for counting and for whoever looks."""

    purpose: str
    recipient: str
    subject: str
    body: str


def as_mail(letter: Letter, *, mail_id: UUID, sender: str) -> EmailMessage:
    """The letter as it goes out: the same id every time, so that a second copy can be told."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = deliverable(letter.recipient)
    mail["Subject"] = letter.subject
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<{mail_id}@{domain_of(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice is to answer this
    # As it is where that can be: quoted-printable would cut a long link in two.
    mail.set_content(letter.body, cte="7bit" if letter.body.isascii() else None)
    return mail


def domain_of(sender: str) -> str:
    """What we are called among mail servers: the domain that mail is from."""
    return parseaddr(sender)[1].rpartition("@")[2]


def deliverable(address: str) -> str:
    """The address with its domain in ASCII, as servers without SMTPUTF8 take it too."""
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return address
    return found.ascii_email or address
