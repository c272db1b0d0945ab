"""Mail without a mail server: files and their links in dev, none in prod."""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from tests.accounts.forms import ANN, register
from tests.mail.outbox import row_like
from tests.people import Pinge

PROD = {"environment": "prod", "bcrypt_cost": 10}


@pytest.fixture
def settings(settings):
    """No mail server."""
    return replace(settings, smtp_url=None, public_url="https://chat.example/" + "x" * 100)


async def test_in_dev_a_mail_is_a_file_that_nobody_else_can_read(pinge, settings, db):
    await register(pinge)
    sent = await row_like(db, "sent_at IS NOT NULL")

    [file] = (settings.home / "mail").iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=default)

    assert file.name == f"{sent['mail_id']}.eml"
    assert mail["To"] == ANN["email"]
    link = "https://chat.example/" + "x" * 100 + "/mail/verify#"
    assert link in mail.get_content()
    assert link.encode() in file.read_bytes()  # in one piece, for whoever opens the file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_in_prod_without_a_server_what_needs_mail_says_so_and_the_rest_works(
    settings, database, db
):
    async with Pinge.running(replace(settings, **PROD), database) as pinge:
        assert (await register(pinge)).status == 201
        ann = await pinge.log_in(ANN["email"], "Ann", "")
        asked = {"email": ANN["email"], "password": ANN["password"]}

        for path in ("forgot-password", "resend-verification", "me/email"):
            refused = await ann.post(f"/authentication/{path}", asked)
            assert (refused.status, refused.code) == (503, "mail_off"), path

    assert await db.fetchval("SELECT count(*) FROM mails") == 0
    assert not (settings.home / "mail").exists()


async def test_accounts_made_at_once_have_a_file_each(pinge, settings, db):
    await asyncio.gather(*(register(pinge, email=f"n{n}@pinge.example") for n in range(10)))
    await row_like(db, "(SELECT count(sent_at) FROM mails) = 10")

    assert len(list((settings.home / "mail").iterdir())) == 10
