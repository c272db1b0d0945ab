"""Mail servers that ask who we are, or speak TLS."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiosmtpd.smtp import AuthResult

from tests.accounts.forms import ANN, register
from tests.mail.outbox import row_like
from tests.mailbox import Mailbox
from tests.people import Pinge

# So it does; that is what it is told to do here.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

# 127.0.0.1 in a spelling that nobody takes for this machine.
ELSEWHERE = "2130706433"


class Doorkeeper:
    """Lets in whoever knows the password; keeps what it was told."""

    def __init__(self):
        self.told = []

    def __call__(self, _server, _session, _envelope, _mechanism, login):
        self.told.append((login.login, login.password))
        return AuthResult(success=login.password == b"p@ss/word")


@pytest.fixture
def doorkeeper():
    return Doorkeeper()


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A TLS context for 127.0.0.1, and the certificate that vouches for it."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    files = ("-keyout", key, "-out", cert)
    made_for = ("-subj", "/CN=mail.example", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run(
        [program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *made_for, *files],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context, cert


@asynccontextmanager
async def sending_to(settings, database, mailbox, url):
    """A Pinge that sends to this URL, whose port is the mailbox's."""
    await mailbox.start()
    there = replace(settings, smtp_url=url.format(port=mailbox.port))
    try:
        async with Pinge.running(there, database) as pinge:
            yield pinge
    finally:
        mailbox.stop()


async def test_a_server_that_asks_for_a_password_gets_it(settings, database, doorkeeper):
    mailbox = Mailbox(authenticator=doorkeeper, auth_required=True, auth_require_tls=False)
    url = "smtp://ann%40pinge:p%40ss%2Fword@127.0.0.1:{port}"
    async with sending_to(settings, database, mailbox, url) as pinge:
        await register(pinge)

        assert (await mailbox.next()).to == ANN["email"]
    assert doorkeeper.told == [(b"ann@pinge", b"p@ss/word")]


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "smtp://ann:wrong@127.0.0.1:{port}"),  # it asks for no password, and we have one
        ({"auth_required": True, "auth_require_tls": False}, "smtp://127.0.0.1:{port}"),
        ({}, "starttls://127.0.0.1:{port}"),  # it offers no TLS, and we insist
    ],
)
async def test_while_a_server_lets_nobody_in_mail_waits(settings, database, db, options, url):
    mailbox = Mailbox(**options)
    async with sending_to(settings, database, mailbox, url) as pinge:
        await register(pinge)
        await row_like(db, "due_at <= now() OR attempts > 0")

        assert await db.fetchval("SELECT due_at IS NOT NULL AND failed_at IS NULL FROM mails")
    assert mailbox.is_empty()


async def test_a_password_goes_nowhere_in_the_clear(settings, database, db, doorkeeper):
    mailbox = Mailbox(authenticator=doorkeeper, auth_require_tls=False)
    url = f"smtp://ann:secret@{ELSEWHERE}:{{port}}"
    async with sending_to(settings, database, mailbox, url) as pinge:
        await register(pinge)
        await row_like(db, "due_at <= now()")

    assert doorkeeper.told == []
    assert mailbox.is_empty()


@pytest.mark.parametrize("scheme", ["smtp", "starttls"])
async def test_tls_is_used_where_it_is_offered(
    settings, database, certificate, doorkeeper, monkeypatch, scheme
):
    context, cert = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    mailbox = Mailbox(tls_context=context, require_starttls=True, authenticator=doorkeeper)
    url = f"{scheme}://ann:p%40ss%2Fword@127.0.0.1:{{port}}"
    async with sending_to(settings, database, mailbox, url) as pinge:
        await register(pinge)

        assert (await mailbox.next()).to == ANN["email"]


async def test_a_server_that_nobody_vouches_for_gets_no_mail(settings, database, db, certificate):
    context, _ = certificate
    mailbox = Mailbox(tls_context=context)
    url = "starttls://127.0.0.1:{port}"
    async with sending_to(settings, database, mailbox, url) as pinge:
        await register(pinge)
        await row_like(db, "due_at <= now()")

    assert mailbox.is_empty()


async def test_tls_from_the_first_byte(settings, database, certificate, monkeypatch):
    context, cert = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    mailbox = Mailbox(from_the_start=context)
    url = "smtps://127.0.0.1:{port}"
    async with sending_to(settings, database, mailbox, url) as pinge:
        await register(pinge)

        assert (await mailbox.next()).to == ANN["email"]
