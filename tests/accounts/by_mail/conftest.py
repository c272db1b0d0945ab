"""A Pinge that sends its mail to a real SMTP server."""

from __future__ import annotations

from dataclasses import replace

import pytest


@pytest.fixture
def settings(settings, mailbox):
    """As everywhere, and mail."""
    return replace(settings, smtp_url=mailbox.url)
