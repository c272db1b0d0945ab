"""A Pinge with a provider to log in at, and mail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from pinge.config import Settings
from tests.mailbox import Mailbox
from tests.oidc.provider import CLIENT, SECRET, Provider


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Where people have another account."""
    async with Provider() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, mailbox: Mailbox, provider: Provider) -> Settings:
    """As everywhere, and what there is to know of the provider."""
    return replace(
        settings,
        smtp_url=mailbox.url,
        outbound_networks=(ip_network("127.0.0.0/8"),),
        oidc_issuer=provider.url,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
