"""A Pinge that sends its mail to a real SMTP server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinge.config import Settings
from tests.mailbox import Mailbox


@pytest.fixture
def settings(settings: Settings, mailbox: Mailbox) -> Settings:
    """As everywhere, and mail, whose links lead to a public address."""
    return replace(settings, smtp_url=mailbox.url, public_url="https://chat.example/pinge")
