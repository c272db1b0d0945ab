"""A Pinge with a provider to log in at, and mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinge.config import Settings
from tests.mailbox import Mailbox
from tests.oidc.provider import Provider


@pytest.fixture
def settings(settings: Settings, mailbox: Mailbox, provider: Provider) -> Settings:
    """As everywhere, with what there is to know of the provider."""
    return replace(settings, smtp_url=mailbox.url, **provider.settings)
