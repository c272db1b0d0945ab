"""A Pinge that sends its mail to a real SMTP server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pinge.config import Settings
from tests.mailbox import Mailbox


@pytest.fixture
def settings(tmp_path: Path, mailbox: Mailbox) -> Settings:
    """Cheap passwords, no limits, and mail."""
    plain = Settings(home=tmp_path, bcrypt_cost=4, rate_limits=False)
    return replace(plain, smtp_url=mailbox.url, public_url="https://chat.example/pinge")
